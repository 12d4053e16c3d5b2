"""Features at points that each query chooses, in a pyramid of maps.

Shapes: B clips, Q queries, G groups of channels, P points, T frames, D width,
d = D / G, R cells in all four maps of a frame.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from stclip.models.openmixer.boxes import sides


@dataclass(frozen=True)
class CellTable:
    """The maps of a pyramid as rows, a row for each cell, made once a clip.

    Args:
        frames: (B G R, T d).
        mean: (B G R, d), over the frames.
        sizes: (h, w) of each map.
        strides: Side of a cell of each map, px.
        groups: G.
    """

    frames: Tensor
    mean: Tensor
    sizes: tuple[tuple[int, int], ...]
    strides: tuple[float, ...]
    groups: int

    @classmethod
    def of(
        cls, maps: Sequence[Tensor], groups: int, patch_size: int
    ) -> 'CellTable':
        """Make the table of maps (B, D, T, h, w), the finest first."""
        cells = torch.cat([each.flatten(3) for each in maps], dim=-1).float()
        cells = cells.unflatten(1, (groups, -1)).permute(0, 1, 4, 3, 2)
        return cls(
            cells.flatten(0, 2).flatten(1),
            cells.mean(dim=3).flatten(0, 2),
            tuple(tuple(each.shape[-2:]) for each in maps),
            tuple(patch_size / 4 * 2**level for level in range(len(maps))),
            groups,
        )


class PointSampling(nn.Module):
    """Each query samples every group of channels at points of its own.

    Source: AdaMixer, arXiv:2203.16507, Eqs. (2) to (4); STMixer,
    arXiv:2303.15879, Sec. 3.2, where all frames share the points. Differs:
    means over frames and points are taken where they are sampled (both are
    linear), so that no frame of a point exists; the points start at random
    for any number of them (the release cannot be built with a square one).

    Args:
        width: D.
        groups: G.
        points: P.
    """

    def __init__(self, width: int, groups: int, points: int) -> None:
        super().__init__()
        self.shape = groups, points, 3
        self.offsets = nn.Linear(width, math.prod(self.shape))
        nn.init.zeros_(self.offsets.weight)
        start = self.offsets.bias.data.view(self.shape)
        start[..., :2].uniform_(-0.5, 0.5)
        start[..., 2].zero_()

    def forward(
        self, queries: Tensor, xyzr: Tensor, table: CellTable
    ) -> tuple[Tensor, Tensor]:
        """Sample.

        Args:
            queries: (B, Q, D), the spatial ones.
            xyzr: (B, Q, 4).
            table: Of the clips.

        Returns:
            (B, Q, G, P, d), the mean over the frames; (B, Q, G, T, d), that
            over the points.
        """
        offsets = self.offsets(queries).float().unflatten(-1, self.shape)
        xyzr = xyzr[:, :, None, None]
        points = xyzr[..., :2] + offsets[..., :2] * sides(xyzr)
        levels = self.level_weights(xyzr[..., 2] + offsets[..., 2], table)
        index, weight = _taps(points, levels, table)
        shape = index.shape[:4]
        mean = _weighted_sums(
            table.mean, index.flatten(0, 3), weight.flatten(0, 3)
        )
        frames = _weighted_sums(
            table.frames,
            index.flatten(3).flatten(0, 2),
            weight.flatten(3).flatten(0, 2) / shape[3],
        )
        channels = mean.shape[-1]
        return (
            mean.unflatten(0, shape),
            frames.unflatten(-1, (-1, channels)).unflatten(0, shape[:3]),
        )

    @staticmethod
    def level_weights(z: Tensor, table: CellTable) -> Tensor:
        """Softmax of -(level - z)^2 / 2; level 0 is two cells of the finest.

        Args:
            z: (...) log2 of a size in px.
            table: Of the clips.

        Returns:
            (..., levels).
        """
        wanted = z - math.log2(2 * table.strides[0])
        levels = torch.arange(len(table.sizes), device=z.device)
        return (-((levels - wanted[..., None]) ** 2) / 2).softmax(dim=-1)


def _weighted_sums(table: Tensor, index: Tensor, weight: Tensor) -> Tensor:
    """Rows of (R, c) at (n, k) indices, weighed and added up: (n, c)."""
    return F.embedding_bag(index, table, per_sample_weights=weight, mode='sum')


def _taps(
    points: Tensor, levels: Tensor, table: CellTable
) -> tuple[Tensor, Tensor]:
    """The cells that points are interpolated from.

    Args:
        points: (B, Q, G, P, 2) x, y in px.
        levels: (B, Q, G, P, levels) weight of each map.
        table: Of the clips.

    Returns:
        Rows of the table and their weights, (B, Q, G, P, 4 levels) each.
    """
    indices, weights, start = [], [], 0
    each_level = zip(
        table.sizes, table.strides, levels.unbind(-1), strict=True
    )
    for size, stride, share in each_level:
        index, weight = _bilinear(points / stride - 0.5, size)
        indices.append(index + start)
        weights.append(weight * share[..., None])
        start += math.prod(size)
    index, weight = torch.cat(indices, -1), torch.cat(weights, -1)
    clip = torch.arange(points.shape[0], device=points.device)
    group = torch.arange(table.groups, device=points.device)
    owner = clip[:, None, None, None] * table.groups + group[:, None]
    return index + owner[..., None] * start, weight


def _bilinear(at: Tensor, size: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Four cells around each place, and their weights; 0 outside the map.

    Args:
        at: (..., 2) x, y, whole numbers at the middle of cells.
        size: (h, w).

    Returns:
        (..., 4) int64, y w + x; (..., 4).
    """
    height, width = size
    steps = at.new_tensor([[0, 0], [1, 0], [0, 1], [1, 1]])
    limit = at.new_tensor([width - 1, height - 1])
    first = at.detach().floor()
    part = (at - first)[..., None, :]
    weight = torch.where(steps > 0, part, 1 - part).prod(dim=-1)
    cells = first[..., None, :] + steps
    inside = ((cells >= 0) & (cells <= limit)).all(dim=-1)
    x, y = cells.clamp(min=0).minimum(limit).long().unbind(dim=-1)
    return y * width + x, weight * inside
