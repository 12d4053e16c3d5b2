"""Layers that keep nothing for the gradient but what enters them."""

from collections.abc import Callable
from typing import TypeVar

import torch
from torch.utils.checkpoint import checkpoint

_Result = TypeVar('_Result')


class Recomputation:
    """How layers are run in training: as they stand, or once more backwards.

    Source: Chen et al., "Training Deep Nets with Sublinear Memory Cost",
    arXiv:1604.06174; ``with_cp`` is its name in mmcv's models.

    Args:
        with_cp: Whether what a layer computes is thrown away and computed
            again when its gradient is asked for. Values and gradients are
            those without it.
    """

    def __init__(self, with_cp: bool) -> None:
        self.with_cp = with_cp

    def __call__(
        self, layer: Callable[..., _Result], *arguments: object
    ) -> _Result:
        """What a layer makes of its arguments.

        Args:
            layer: Without anything random in it.
            *arguments: Its own.
        """
        if not self.with_cp or not torch.is_grad_enabled():
            return layer(*arguments)
        return checkpoint(
            layer, *arguments, use_reentrant=False, preserve_rng_state=False
        )
