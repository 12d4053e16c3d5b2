"""Similarities that come in tiles, of which only the reduced ones are kept."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from stclip.models.clip.recomputation import Recomputation

#: Similarities that a tile may hold: 16 MB in float32, which caches keep.
TILE = 4 * 2**20


def in_tiles(
    compute: Callable[[Tensor], Tensor], tiles: Sequence[Tensor]
) -> Tensor:
    """What is computed of each tile, joined along the first dimension.

    Of several tiles it is computed again for the gradient rather than kept.

    Args:
        compute: Without anything random in it; what it makes of a tile has
            any shape.
        tiles: At least one.
    """
    recomputed = Recomputation(with_cp=len(tiles) > 1)
    return torch.cat([recomputed(compute, tile) for tile in tiles])
