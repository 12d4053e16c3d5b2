"""Frames of a video, numbered from 0 in the order they are shown."""

import copy
from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Callable, Container, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np

from stclip.utils.errors import UserError
from stclip.utils.rates import as_rate
from stclip.video.damage import Damage, log_damage
from stclip.video.frame_cache import FrameCache


class FrameSource(ABC):
    """Random access to the frames of one video, by number and by time.

    Sources can be pickled; a copy opens its file anew.

    Args:
        path: Video file or folder of images.
        cache: Where decoded frames are kept, shared by several sources if
            wanted; None for a cache of its own.
        strict: Whether damage is an error as soon as it is met.
        on_damage: Called once, with the path and words on the damage, when
            some was met; None if someone else tells it.

    Attributes:
        path: As given.
        fps: Frames per second as the file states them, on average where the
            rate varies, or as given for a folder; None if unknown.
        is_fileless: Whether ``path`` is a mere name, by which nobody else
            can open it.
    """

    fps: float | None = None
    is_fileless = False

    def __init__(
        self,
        path: str | Path,
        cache: FrameCache | None = None,
        strict: bool = False,
        on_damage: Callable[[Path, str], None] | None = log_damage,
    ) -> None:
        self.path = Path(path)
        self._cache = FrameCache() if cache is None else cache
        self._strict = strict
        self._on_damage = on_damage

    @property
    def num_frames(self) -> int:
        """Number of frames; reads a video file to its end once."""
        return self.count()

    @property
    def stated_frames(self) -> int | None:
        """Number of frames as far as it is told without reading them.

        An estimate: what files state is wrong on too many. None if unknown.
        """
        return None

    @property
    def frame_hw(self) -> tuple[int, int]:
        """Height and width in px, of the first frame."""
        return self.read([0]).shape[1:3]

    @property
    def notes(self) -> tuple[str, ...]:
        """Lines on what was met on the way that is no damage."""
        return ()

    @property
    @abstractmethod
    def damage(self) -> Damage:
        """Faults met so far: all of them once it was examined."""

    @abstractmethod
    def examine(self) -> None:
        """Look for damage in all frames; an error if it is not to be.

        Of a video file all are decoded. Of a folder the headers of the
        pictures are read, and the pictures themselves only where damage is
        an error.

        Raises:
            ValueError: If damage is found and it was opened strictly, or no
                frame can be decoded.
        """

    @property
    def end_sec(self) -> float | None:
        """Seconds from the first frame until which the last one is shown.

        It is the last moment that :meth:`index_at` knows a frame for; reads
        a video file to its end once. None if the times are not known.
        """
        end = self._end(self.count())
        return None if end is None else float(end)

    def time_of(self, index: int) -> float | None:
        """Tell when a frame is shown.

        Args:
            index: Frame number; there must be such a frame.

        Returns:
            Seconds since the first frame; None if the times are not known.
        """
        if self.count(index + 1) <= index:
            raise UserError(f'{self.path} has no frame {index}')
        time = self._time(index)
        return None if time is None else float(time)

    def index_at(
        self, seconds: float, keep: Container[int] = ()
    ) -> int | None:
        """Find the frame nearest in time; of two, the earlier.

        Reads no further than to the first frame that is not before.

        Args:
            seconds: Time since the first frame, >= 0.
            keep: Frames that go to the cache if they are met on the way.

        Returns:
            Frame number; None if the video has ended by then.

        Raises:
            ValueError: If the times are not known.
        """
        # By its digits: 0.1 s is a tenth here, as it is to who wrote it.
        wanted = Fraction(str(float(seconds)))
        number = self._count_until(wanted, keep)
        end = self._end(number)
        if end is None:
            raise UserError(
                f'{self.path} does not tell its frame rate: set fps'
            )
        after = bisect_left(range(number), wanted, key=self._time)
        if after == number:
            return number - 1 if wanted <= end else None
        if after == 0:
            return 0
        nearer = wanted - self._time(after - 1) <= self._time(after) - wanted
        return after - nearer

    def read(self, indices: Sequence[int]) -> np.ndarray:
        """Read frames, from the cache where they are in it.

        Args:
            indices: 0-based frame numbers, at least one, in any order.

        Returns:
            (len(indices), H, W, 3) uint8 RGB, in the order of ``indices``.

        Raises:
            ValueError: If there is no such frame, the file is damaged and
                was opened strictly, or images of a folder differ in size.
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
            ValueError: If there is no frame at all, or the file is damaged
                and was opened strictly.
        """

    @abstractmethod
    def release(self) -> None:
        """Let go of open files; the next access opens them again."""

    def reopened(self, cache: FrameCache | None = None) -> 'FrameSource':
        """The same video for another reader, with what is known of it.

        Where its frames lie need not be found out again. Its damage was told:
        it is neither told nor refused once more.

        Args:
            cache: See the class.

        Returns:
            A source that shares nothing with this one; this one itself if it
            has no file.
        """
        if self.is_fileless:
            return self
        other = copy.copy(self)
        # First of all, for these are not to be copied with the rest.
        FrameSource.__init__(other, self.path, FrameCache(0), on_damage=None)
        other = copy.deepcopy(other)
        other._cache = FrameCache() if cache is None else cache
        return other

    @abstractmethod
    def _load(self, indices: list[int]) -> dict[int, np.ndarray]:
        """Decode the frames (ascending, all exist) and cache them."""

    @abstractmethod
    def _time(self, index: int) -> Fraction | None:
        """Seconds since the first frame, of a frame that was met."""

    def _count_until(self, wanted: Fraction, keep: Container[int]) -> int:
        """Frames met when there is one not before a moment, or all."""
        return self.count(keep=keep)

    def _end(self, number: int) -> Fraction | None:
        """Half a frame after the last of a number of frames."""
        last = self._time(number - 1)
        if last is None:
            return None
        durations = [last - self._time(number - 2)] if number > 1 else []
        if self.fps:
            durations.append(1 / as_rate(self.fps))
        return last + min(durations, default=Fraction(0)) / 2

    def _key(self, index: int) -> tuple[str, int]:
        return str(self.path), index

    def _refuse(self, fault: str) -> None:
        if self._strict:
            self.release()
            raise UserError(
                f'{self.path} is damaged: {fault}. Copy or record it anew, or '
                'leave strict out to use what can be decoded.'
            )

    def _tell(self, told: str) -> None:
        if self._on_damage is not None:
            self._on_damage(self.path, told)
            self._on_damage = None
