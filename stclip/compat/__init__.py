"""Mends of what breaks in the stack today; see docs/compat.md."""

import torch

_LIBRARY = None


def install() -> None:
    """Make torchvision importable beside a CPU-only torch."""
    global _LIBRARY
    if _LIBRARY is None:
        _LIBRARY = torch.library.Library('torchvision', 'DEF')
        _LIBRARY.define('nms(Tensor d, Tensor s, float t) -> Tensor')
        _LIBRARY.define('qnms(Tensor d, Tensor s, float t) -> Tensor')
