"""Frames that are in memory already."""

from collections.abc import Container
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from stclip.utils.errors import UserError
from stclip.utils.rates import as_rate, require_rate
from stclip.video.damage import Damage
from stclip.video.frame_cache import FrameCache
from stclip.video.frame_source import FrameSource

#: What a video without a file is called.
ARRAY = Path('array')


class ArraySource(FrameSource):
    """The frames of a NumPy array or a torch tensor.

    Args:
        frames: (T, H, W, 3) or (T, 3, H, W) uint8 RGB, not copied; the first
            form is meant where both fit.
        fps: Frames a second; None if unknown.

    Raises:
        UserError: If it is of another shape or data type, or empty, or the
            rate is none of a video.
    """

    is_fileless = True

    def __init__(self, frames: Any, fps: float | None = None) -> None:
        # Frames need no cache: they are here.
        super().__init__(ARRAY, FrameCache(0), on_damage=None)
        self._frames = _as_frames(frames)
        require_rate(fps, ARRAY)
        self.fps = fps

    @property
    def damage(self) -> Damage:
        """None: see :attr:`FrameSource.damage`."""
        return Damage()

    @property
    def stated_frames(self) -> int:
        """See :attr:`FrameSource.stated_frames`."""
        return len(self._frames)

    def count(
        self, limit: int | None = None, keep: Container[int] = ()
    ) -> int:
        """See :meth:`FrameSource.count`."""
        count = len(self._frames)
        return count if limit is None else min(limit, count)

    def examine(self) -> None:
        """See :meth:`FrameSource.examine`."""

    def release(self) -> None:
        """See :meth:`FrameSource.release`."""

    def _load(self, indices: list[int]) -> dict[int, np.ndarray]:
        return {index: self._frames[index] for index in indices}

    def _time(self, index: int) -> Fraction | None:
        return None if not self.fps else index / as_rate(self.fps)


def _as_frames(frames: Any) -> np.ndarray:
    # A tensor, perhaps on a GPU, without importing torch.
    if hasattr(frames, 'detach'):
        frames = frames.detach().cpu().numpy()
    wanted = '(T, H, W, 3) or (T, 3, H, W) uint8 RGB'
    if frames.dtype != np.uint8:
        raise UserError(
            f'the array of frames holds {frames.dtype}, wanted is {wanted}; '
            'scale values in [0, 1] by 255 and convert them'
        )
    if frames.ndim == 4 and frames.shape[1] == 3 != frames.shape[3]:
        frames = frames.transpose(0, 2, 3, 1)
    if frames.ndim != 4 or frames.shape[3] != 3 or not frames.size:
        shape = tuple(frames.shape)
        raise UserError(
            f'the array of frames has the shape {shape}, wanted is {wanted}, '
            'with at least one frame'
        )
    return frames
