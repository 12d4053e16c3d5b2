"""Frames of a folder of images."""

import re
from collections.abc import Container
from fractions import Fraction
from pathlib import Path

import numpy as np

from stclip.utils.errors import MissingFileError, UserError
from stclip.video.frame_cache import FrameCache
from stclip.video.frame_source import FrameSource, as_rate
from stclip.video.local_files import is_hidden
from stclip.video.pixels import read_image

IMAGE_SUFFIXES = ('.jpg', '.jpeg', '.png', '.webp', '.bmp')


class FrameFolder(FrameSource):
    """A folder of images in the order of the number that ends their names.

    The numbers start at 0 or 1 and leave no gap, so that a lost file is not
    taken for a shorter video.

    Args:
        path: Folder of jpg or png files.
        cache: See :class:`FrameSource`.
        fps: Frames a second; None if unknown.
    """

    def __init__(
        self,
        path: str | Path,
        cache: FrameCache | None = None,
        fps: float | None = None,
    ) -> None:
        super().__init__(path, cache)
        self.fps = fps
        self._files: list[str] | None = None
        # The first image that was read: its name and size in px.
        self._first: tuple[str, tuple[int, int]] | None = None

    @property
    def stated_frames(self) -> int | None:
        """See :attr:`FrameSource.stated_frames`."""
        return self.count()

    def count(
        self, limit: int | None = None, keep: Container[int] = ()
    ) -> int:
        """See :meth:`FrameSource.count`."""
        count = len(self._list())
        return count if limit is None else min(limit, count)

    def release(self) -> None:
        """See :meth:`FrameSource.release`."""
        self._files = None

    def _time(self, index: int) -> Fraction | None:
        return None if not self.fps else index / as_rate(self.fps)

    def _list(self) -> list[str]:
        if self._files is None:
            self._files = list_frames(self.path)
        return self._files

    def _load(self, indices: list[int]) -> dict[int, np.ndarray]:
        loaded = {}
        for index in indices:
            file = self.path / self._list()[index]
            loaded[index] = read_image(file)
            self._require_size(file.name, loaded[index].shape[:2])
            self._cache.put(self._key(index), loaded[index])
        return loaded

    def _require_size(self, name: str, size_hw: tuple[int, int]) -> None:
        if self._first is None:
            self._first = name, size_hw
        first, first_hw = self._first
        if size_hw != first_hw:
            raise UserError(
                f'{self.path / name}: frames differ in size: it has '
                f'{size_hw[1]} x {size_hw[0]} px, {first} '
                f'{first_hw[1]} x {first_hw[0]}. Scale or remove it.'
            )


def is_picture(file: Path) -> bool:
    """Whether a file of a folder is one of its frames, by its name."""
    return file.suffix.lower() in IMAGE_SUFFIXES and not is_hidden(file.name)


def list_frames(folder: str | Path) -> list[str]:
    """List the images of a folder in the order of their numbers.

    Args:
        folder: Folder of pictures (jpg, png, webp, bmp) whose names end in a
            number; hidden files are no frames.

    Returns:
        File names.

    Raises:
        FileNotFoundError: If there is no such folder.
        ValueError: If it holds no image, an empty file, a name without a
            number, a number twice, or the numbers do not run on from 0 or
            1.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise MissingFileError(f'frame folder {folder} does not exist')
    numbered: dict[int, str] = {}
    for file in folder.iterdir():
        if not is_picture(file):
            continue
        digits = re.search(r'\d+$', file.stem)
        if digits is None:
            raise UserError(f'{file}: the name does not end in a number')
        if not file.stat().st_size:
            raise UserError(f'{file} is damaged: it has no content')
        index = int(digits.group())
        if index in numbered:
            names = sorted([numbered[index], file.name])
            raise UserError(f'{folder} has frame {index} twice: {names}')
        numbered[index] = file.name
    if not numbered:
        raise UserError(f'{folder} holds no jpg or png image, nor webp or bmp')
    first = min(numbered)
    missing = set(range(first, first + len(numbered))) - set(numbered)
    if first > 1 or missing:
        gap = min(missing) if missing else 1
        raise UserError(f'{folder}: frame number {gap} is missing')
    return [numbered[index] for index in sorted(numbered)]
