"""Frames of a folder of images."""

import re
from collections.abc import Callable, Container
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from stclip.utils.errors import MissingFileError, UserError
from stclip.utils.rates import as_rate, require_rate
from stclip.video.damage import Damage, log_damage
from stclip.video.frame_cache import FrameCache
from stclip.video.frame_source import FrameSource
from stclip.video.local_files import is_hidden
from stclip.video.pixels import DamagedPicture, is_deep, read_image, read_size

# Of 16 bits the high byte is kept: of less than 13, this and less remain.
_DIM = 15
IMAGE_SUFFIXES = ('.jpg', '.jpeg', '.png', '.webp', '.bmp')


class FrameFolder(FrameSource):
    """A folder of images in the order of the number that ends their names.

    The numbers start at 0 or 1 and leave no gap, so that a lost file is not
    taken for a shorter video.

    What can be read of a damaged folder is used: a lost picture is shown as
    the one before it, and one of another size is scaled to the first one's.

    Args:
        path: Folder of jpg or png files.
        cache: See :class:`FrameSource`.
        strict: Likewise.
        on_damage: Likewise.
        fps: Frames a second; None if unknown.

    Raises:
        UserError: If the rate is none of a video.
    """

    def __init__(
        self,
        path: str | Path,
        cache: FrameCache | None = None,
        strict: bool = False,
        on_damage: Callable[[Path, str], None] | None = log_damage,
        fps: float | None = None,
    ) -> None:
        super().__init__(path, cache, strict, on_damage)
        require_rate(fps, path)
        self.fps = fps
        self._files: list[str] | None = None
        # Name and size of the first picture with a header.
        self._first: tuple[str, tuple[int, int]] | None = None
        self._lost: set[int] = set()
        self._resized: set[int] = set()
        # Whether nothing but dark pictures of 16 bits was read.
        self._is_dim: bool | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """See :attr:`FrameSource.notes`."""
        if not self._is_dim:
            return ()
        return (
            f'{self.path} looks black: its pictures have 16 bits a channel, '
            'but no value of those read is above 4095. If they hold 8, 10 or '
            '12 bits, write them with 8, or scale them to 16',
        )

    @property
    def damage(self) -> Damage:
        """See :attr:`FrameSource.damage`."""
        return Damage(
            lost_frames=tuple(sorted(self._lost)),
            resized_frames=tuple(sorted(self._resized)),
        )

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

    def examine(self) -> None:
        """See :meth:`FrameSource.examine`."""
        for index in range(self.count()):
            if self._strict:
                self._decode(index)
            elif size_hw := self._attempt(read_size, index):
                self._has_size(index, size_hw)
        self._tell_damage()

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
            loaded[index] = self._shown(index)
            self._cache.put(self._key(index), loaded[index])
        self._tell_damage()
        return loaded

    def _shown(self, index: int) -> np.ndarray:
        """The picture, or that of the nearest frame before, else after."""
        before = range(index, -1, -1)
        for other in (*before, *range(index + 1, self.count())):
            image = self._cache.get(self._key(other))
            if image is None:
                image = self._decode(other)
            if image is not None:
                return image
        # Not one can be read: the first says why.
        return read_image(self._file(0))

    def _decode(self, index: int) -> np.ndarray | None:
        """The picture in the size of the first one; None if it is lost."""
        image = self._attempt(read_image, index)
        if image is not None:
            self._note_range(index, image)
        if image is None or self._has_size(index, image.shape[:2]):
            return image
        height, width = self._first[1]
        return np.array(Image.fromarray(image).resize((width, height)))

    def _note_range(self, index: int, image: np.ndarray) -> None:
        """Note whether a picture uses a small part of its range."""
        if self._is_dim is not False:
            is_dark = image.max() <= _DIM
            self._is_dim = bool(is_dark) and is_deep(self._file(index))

    def _attempt(self, read: Callable[[Path], Any], index: int) -> Any:
        """What is read of a picture; None if it is lost."""
        if index in self._lost:
            return None
        try:
            return read(self._file(index))
        except DamagedPicture:
            if self._strict:
                raise
            self._lost.add(index)
            return None

    def _has_size(self, index: int, size_hw: tuple[int, int]) -> bool:
        """Whether a picture has the size of the first one; notes if not."""
        for earlier in range(index):
            if self._first is None:
                first_hw = self._attempt(read_size, earlier)
                if first_hw is not None:
                    self._first = self._file(earlier).name, first_hw
        if self._first is None:
            self._first = self._file(index).name, size_hw
        first, first_hw = self._first
        if size_hw == first_hw:
            return True
        if self._strict:
            raise UserError(
                f'{self._file(index)}: frames differ in size: it has '
                f'{size_hw[1]} x {size_hw[0]} px, {first} '
                f'{first_hw[1]} x {first_hw[0]}. Scale or remove it.'
            )
        self._resized.add(index)
        return False

    def _file(self, index: int) -> Path:
        return self.path / self._list()[index]

    def _tell_damage(self) -> None:
        if damage := self.damage:
            first = min(self._lost | self._resized)
            self._tell(
                f'{damage}, of {self.count()} pictures, the first is '
                f'{self._file(first).name}'
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
        ValueError: If it holds no image, a name without a number, a number
            twice, or the numbers do not run on from 0 or 1.
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
