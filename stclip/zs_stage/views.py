"""Random parts of stills, with where body parts and things are in them."""

from dataclasses import dataclass

import cv2
import numpy as np
import torch

from stclip.zs_stage.pretraining import STILL_SIZE
from stclip.zs_stage.sights import SIGHTS


@dataclass(frozen=True, eq=False)
class Views:
    """How each still of a batch is looked at.

    Args:
        corners: ``(n, 2)`` y and x of the part's upper left corner.
        gains: ``(n,)`` factors on the brightness.
        mirror: ``(n,)`` bool, which ones are seen in a mirror.
        side: Pixels of the part.
    """

    corners: np.ndarray
    gains: np.ndarray
    mirror: np.ndarray
    side: int

    def pictures(self, stills: np.ndarray, size: int) -> np.ndarray:
        """Cut the parts out.

        Args:
            stills: ``(n, STILL_SIZE, STILL_SIZE, 3)`` uint8.
            size: Pixels of the pictures, at most those of the part.

        Returns:
            ``(n, size, size, 3)`` uint8.
        """
        result = np.empty((len(stills), size, size, 3), np.uint8)
        for row, (y, x) in enumerate(self.corners):
            part = stills[row, y : y + self.side, x : x + self.side]
            part = part[:, ::-1] if self.mirror[row] else part
            levels = np.clip(np.arange(256) * self.gains[row], 0, 255)
            cv2.resize(
                levels.astype(np.uint8)[part], (size, size),
                dst=result[row], interpolation=cv2.INTER_AREA,
            )  # fmt: skip
        return result

    def sights(self, points: list[np.ndarray], grid: int) -> torch.Tensor:
        """Say what is to be seen in which cell of a grid.

        Args:
            points: ``(m, 3)`` of each still: what, and x and y in pixels.
            grid: Cells of a side.

        Returns:
            ``(n, grid * grid, len(SIGHTS))`` float32, 1 where something is.
        """
        rows = np.repeat(np.arange(len(points)), [len(p) for p in points])
        what, x, y = np.concatenate(points).astype(np.int64).T
        y = y - self.corners[rows, 0]
        x = x - self.corners[rows, 1]
        x = np.where(self.mirror[rows], self.side - 1 - x, x)
        seen = (np.minimum(x, y) >= 0) & (np.maximum(x, y) < self.side)
        cells = (y * grid // self.side) * grid + x * grid // self.side
        result = torch.zeros(len(points), grid * grid, len(SIGHTS))
        result[rows[seen], cells[seen], what[seen]] = 1.0
        return result


def random_views(count: int, side: int, rng: np.random.Generator) -> Views:
    """Draw how to look at stills.

    Args:
        count: Number of them.
        side: Pixels of the part that is seen.
        rng: Source of every choice.
    """
    return Views(
        corners=rng.integers(0, STILL_SIZE - side + 1, (count, 2)),
        gains=rng.uniform(0.75, 1.2, count),
        mirror=rng.random(count) < 0.5,
        side=side,
    )


def middle_views(count: int, side: int) -> Views:
    """Look at the middle of stills, as they are."""
    edge = (STILL_SIZE - side) // 2
    corners = np.full((count, 2), edge)
    return Views(corners, np.ones(count), np.zeros(count, bool), side)
