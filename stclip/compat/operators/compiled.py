"""Torchvision's compiled operators, which come first where they load."""

from typing import Any

import torch


def torchvision_operators() -> Any | None:
    """Their namespace; ``None`` beside a torch they were not compiled for."""
    # Of operators that do not load, a bare schema would have nms only.
    if hasattr(torch.ops.torchvision, 'roi_align'):
        return torch.ops.torchvision
    return None
