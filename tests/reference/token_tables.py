"""CLIP's table of tokens, drawn once in a process.

It has 49408 rows, however tiny the CLIP: a model spends more than half of its
building on them, and tests build more than a thousand.
"""

from functools import cache

import pytest
import torch
from torch import nn

ROWS = 49408


def draw_tables_once(patch: pytest.MonkeyPatch) -> None:
    """Until it is undone tables are copies of one draw.

    Copies begin at a row that is drawn as ever: tables are as normal as
    before, the same for the same seed, and others for others.
    """
    draw, reset = nn.init.normal_, nn.Embedding.reset_parameters

    def copy_or_draw(tensor, mean=0.0, std=1.0, generator=None):
        is_table = len(tensor) == ROWS and tensor.device.type == 'cpu'
        if not is_table or tensor.ndim != 2 or mean or generator:
            return draw(tensor, mean, std, generator)
        kept, row = _kept(tensor.shape[1]), torch.randint(ROWS, ()).item()
        with torch.no_grad():
            torch.mul(kept[row:], std, out=tensor[: ROWS - row])
            torch.mul(kept[:row], std, out=tensor[ROWS - row :])
        return tensor

    def reset_unless_table(embedding):
        # open_clip draws them again at once, with a deviation of its own.
        if embedding.num_embeddings != ROWS:
            reset(embedding)

    patch.setattr(nn.init, 'normal_', copy_or_draw)
    patch.setattr(nn.Embedding, 'reset_parameters', reset_unless_table)


@cache
def _kept(width):
    """Normal numbers (49408, width)."""
    return torch.randn(ROWS, width, generator=torch.Generator().manual_seed(0))
