"""Frames of a video, numbered from 0 in the order they are shown."""

from abc import ABC, abstractmethod
from collections.abc import Container, Sequence
from pathlib import Path

import numpy as np

from stclip.utils.errors import UserError
from stclip.video.frame_cache import FrameCache


class FrameSource(ABC):
    """Random access to the frames of one video.

    Sources can be pickled; a copy opens its file anew.

    Args:
        path: Video file or folder of images.
        cache: Where decoded frames are kept, shared by several sources if
            wanted; None for a cache of its own.

    Attributes:
        path: As given.
        fps: Frames per second as the file states them, or None if unknown.
    """

    fps: float | None = None

    def __init__(
        self, path: str | Path, cache: FrameCache | None = None
    ) -> None:
        self.path = Path(path)
        self._cache = FrameCache() if cache is None else cache

    @property
    def num_frames(self) -> int:
        """Number of frames; reads a video file to its end once."""
        return self.count()

    def read(self, indices: Sequence[int]) -> np.ndarray:
        """Read frames, from the cache where they are in it.

        Args:
            indices: 0-based frame numbers, at least one, in any order.

        Returns:
            (len(indices), H, W, 3) uint8 RGB, in the order of ``indices``.

        Raises:
            ValueError: If there is no such frame, the file is damaged before
                it, or the frames differ in size.
        """
        wanted = set(map(int, indices))
        if not wanted or min(wanted) < 0:
            raise UserError(f'{self.path}: cannot read frames {indices}')
        last = max(wanted)
        if self.count(last + 1, wanted) <= last:
            raise UserError(
                f'{self.path} has no frame {last} (counted from 0); it ends '
                f'after {self.num_frames} frames'
            )
        frames = {i: self._cache.get(self._key(i)) for i in wanted}
        missing = sorted(i for i, frame in frames.items() if frame is None)
        frames.update(self._load(missing))
        sizes = {frame.shape for frame in frames.values()}
        if len(sizes) > 1:
            raise UserError(f'{self.path}: frames differ in size: {sizes}')
        return np.stack([frames[int(i)] for i in indices])

    @abstractmethod
    def count(
        self, limit: int | None = None, keep: Container[int] = ()
    ) -> int:
        """Count the frames, but read no further than needed to reach a limit.

        Args:
            limit: Number of frames that is enough to know of; None for all.
            keep: Frames that go to the cache if they are met on the way.

        Returns:
            ``min(limit, number of frames)``.

        Raises:
            ValueError: If there is no frame at all or the file is damaged.
        """

    @abstractmethod
    def release(self) -> None:
        """Let go of open files; the next access opens them again."""

    @abstractmethod
    def _load(self, indices: list[int]) -> dict[int, np.ndarray]:
        """Decode the frames (ascending, all exist) and cache them."""

    def _key(self, index: int) -> tuple[str, int]:
        return str(self.path), index
