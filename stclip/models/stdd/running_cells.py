"""Running cells: the patches that a masked branch keeps in each frame.

STDD, arXiv:2412.09895, space-time cross attention; the rules are those of its
released code. B videos, T frames, G x G patches, cells of c positions.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from stclip.utils.errors import UserError


@dataclass(frozen=True)
class RunningCells:
    """Masks that repeat in cells of patches and run on from frame to frame.

    In frame t, position p of every cell is masked if (p - t - offset) mod c
    is below the number of masked positions; so each position is masked in the
    same share of the frames.

    Args:
        grid: G, patches along a side; a multiple of both sides of the cell.
        rate: Share of the positions that is masked, a whole number of a
            cell's: 0.5 masks two of 2 x 2.
        cell: Height and width of a cell.

    Raises:
        ValueError: If the cell does not fit, the rate is no whole number of
            its positions, or nothing would be kept.
    """

    grid: int
    rate: float = 0.5
    cell: tuple[int, int] = (2, 2)

    def __post_init__(self) -> None:
        height, width = self.cell
        if self.grid % height or self.grid % width:
            raise UserError(
                f'{self.grid} x {self.grid} patches do not divide into cells '
                f'of {height} x {width}; take another cell or patch size'
            )
        if not math.isclose(self.rate * self.size, self.num_masked):
            raise UserError(
                f'rate {self.rate} masks {self.rate * self.size:g} of '
                f'{self.size} positions of a cell; take a whole number of '
                f'them, a multiple of 1 / {self.size}'
            )
        if not 0 <= self.num_masked < self.size:
            raise UserError(
                f'rate {self.rate} masks {self.num_masked} of {self.size} '
                'positions of a cell; at least one has to be kept'
            )

    @property
    def size(self) -> int:
        """c, positions of a cell."""
        return self.cell[0] * self.cell[1]

    @property
    def num_masked(self) -> int:
        """Masked positions of a cell in every frame."""
        return round(self.rate * self.size)

    def patch_indices(self) -> Tensor:
        """(cells, c) int64: patch at each position of each cell."""
        height, width = self.cell
        patches = torch.arange(self.grid**2).view(
            self.grid // height, height, self.grid // width, width
        )
        return patches.permute(0, 2, 1, 3).reshape(-1, self.size)

    def masked(self, order: Tensor, offset: Tensor) -> Tensor:
        """Which positions of a cell are masked, the same in every cell.

        Args:
            order: (B, T) int64: whose frame's pattern each frame has.
            offset: (B,) int64 start of the pattern.

        Returns:
            (B, T, c) bool.
        """
        turn = (order + offset[:, None])[..., None]  # (B, T, 1)
        position = torch.arange(self.size, device=order.device)
        return (position - turn) % self.size < self.num_masked

    def kept(self, order: Tensor, offset: Tensor) -> Tensor:
        """Patches that are not masked; see :meth:`masked`.

        Returns:
            (B, T, K) int64, by cell and then by position in it.
        """
        masked = self.masked(order, offset)
        # Stable: positions of one kind stay in their order.
        positions = masked.long().argsort(dim=-1, stable=True)
        positions = positions[..., : self.size - self.num_masked]
        patches = self.patch_indices().to(order.device)
        return patches[:, positions].movedim(0, 2).flatten(2)


def frame_order(
    batch: int, num_frames: int, shuffle: bool, device: torch.device
) -> Tensor:
    """(B, T) int64: the frames in order, or each video's in its own."""
    if shuffle:
        return torch.rand(batch, num_frames, device=device).argsort(dim=1)
    return torch.arange(num_frames, device=device).expand(batch, -1)
