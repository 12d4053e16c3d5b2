"""Text features of label sets, encoded once for each."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar

import torch
from torch import Tensor, nn

_T = TypeVar('_T')
# A run has one or two label sets.
_SIZE = 8


class TextCache(nn.Module):
    """What a frozen text tower makes of label sets.

    A module without weights: as a part of the one whose weights encode, it
    hears of everything that makes its content stale, which is loading weights
    and moving them to another device or type. Both empty it; who trains the
    weights calls :meth:`clear`.
    """

    def __init__(self) -> None:
        super().__init__()
        self._entries: OrderedDict[Hashable, object] = OrderedDict()
        self.register_load_state_dict_pre_hook(
            lambda module, *_: module._entries.clear()
        )

    def get(self, key: Hashable, encode: Callable[[], _T]) -> _T:
        """Return what is kept under a key, or encode it.

        Args:
            key: Label set.
            encode: Called without gradients where nothing is kept.
        """
        if key not in self._entries:
            # Kept for training too, which takes no inference tensors.
            with torch.inference_mode(False), torch.no_grad():
                self._entries[key] = encode()
            if len(self._entries) > _SIZE:
                self._entries.popitem(last=False)
        return self._entries[key]

    def clear(self) -> None:
        """Forget everything: the weights are about to change."""
        self._entries.clear()

    def _apply(
        self, fn: Callable[[Tensor], Tensor], recurse: bool = True
    ) -> 'TextCache':
        self._entries.clear()
        return super()._apply(fn, recurse)
