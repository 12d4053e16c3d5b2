"""Frames of a camera or a stream, the newest first."""

import time
import weakref
from collections.abc import Callable, Container
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from stclip.utils.errors import UserError
from stclip.video.addresses import LiveAddress
from stclip.video.damage import Damage
from stclip.video.frame_cache import FrameCache
from stclip.video.frame_source import FrameSource
from stclip.video.live_reader import LiveFrame, LiveReader, Patience
from stclip.video.pixels import frame_to_rgb


class LiveStream(FrameSource):
    """A source that goes on whether anyone looks or not.

    It is gone through forwards: :meth:`advance` goes to the newest frame, and
    that and the few before it can be read until the next one. Frames that
    came while others were looked at are passed over, so that what is told is
    never old; memory does not grow.

    A frame of another size than the first is scaled to it. Numbers are those
    of all frames that came, times those of their coming.

    Args:
        address: See :func:`~stclip.video.addresses.live_address`.
        num_kept: How many frames can be read, the newest and those before.
        patience: See :class:`LiveReader`.
        clock: Likewise.
        wait: Likewise.

    Attributes:
        num_passed_over: Frames after one that was due, up to the one taken.

    Raises:
        UserError: If it cannot be opened or holds no video.
    """

    is_fileless = True

    def __init__(
        self,
        address: LiveAddress,
        num_kept: int = 1,
        patience: Patience | None = None,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        # Numbers never come again: old frames are pushed out of the cache.
        super().__init__(Path(address.stem), FrameCache(), on_damage=None)
        self.shown = address.shown
        self.num_passed_over = 0
        self._resized: tuple[int, tuple[int, int]] | None = None
        self._frames: dict[int, LiveFrame] = {}
        self._last: int | None = None
        self._reader = LiveReader(
            address, num_kept, patience or Patience(), clock, wait
        )
        # Its thread would read on after an error that nobody released it at.
        weakref.finalize(self, self._reader.close)
        if not self._reader.newest(0):
            raise UserError(
                f'{self.shown} cannot be shown: {self._reader.end}; check the '
                'address, and that it shows in a player'
            )
        self.fps = self._reader.fps
        self.advance(0)
        first = self._frames[self._last]
        self._size = first.picture.width, first.picture.height
        self._turn = first.turn
        self._frame_hw = self.read([self._last]).shape[1:3]
        self.num_passed_over = 0

    @property
    def frame_hw(self) -> tuple[int, int]:
        """See :attr:`FrameSource.frame_hw`."""
        return self._frame_hw

    @property
    def damage(self) -> Damage:
        """None of the kinds that have frame numbers; see :attr:`notes`."""
        return Damage()

    @property
    def notes(self) -> tuple[str, ...]:
        """See :attr:`FrameSource.notes`."""
        told = []
        if self.num_passed_over:
            told.append(
                f'{self.num_passed_over} frames of {self.shown} came while '
                'others were looked at, and were passed over'
            )
        if self._reader.num_reconnects:
            told.append(
                f'{self.shown} broke off and was opened again '
                f'{self._reader.num_reconnects} times'
            )
        if self._resized:
            index, (width, height) = self._resized
            told.append(
                f'{self.shown} changed its size to {width} x {height} px at '
                f'frame {index}: shown as {self._size[0]} x {self._size[1]}'
            )
        return tuple(told)

    def advance(
        self,
        index: int,
        seconds: float = 0,
        until_sec: float | None = None,
    ) -> int | None:
        """Go to the newest frame; wait until it is far enough on.

        Args:
            index: Its least number.
            seconds: The least time it came at, since the first one.
            until_sec: Time after which it is not waited for.

        Returns:
            Its number; None if the source has ended, or the time has come.
        """
        frames = self._reader.newest(index, seconds, until_sec)
        if not frames:
            return None
        self._frames = {frame.index: frame for frame in frames}
        self._last = frames[-1].index
        due = next(
            f.index
            for f in frames
            if f.index >= index and f.time_sec >= seconds
        )
        # Those that were pushed out are among them.
        self.num_passed_over += self._last - (due if seconds else index)
        self._cache.drop_before(str(self.path), frames[0].index)
        return self._last

    def count(
        self, limit: int | None = None, keep: Container[int] = ()
    ) -> int:
        """Frames up to the newest that can be read; see :class:`LiveStream`.

        See :meth:`FrameSource.count`.
        """
        count = self._last + 1
        return count if limit is None else min(limit, count)

    def examine(self) -> None:
        """See :meth:`FrameSource.examine`; what has passed cannot be."""

    def release(self) -> None:
        """Close it: what is released cannot be looked at again."""
        self._reader.close()
        self._frames, self._cache = {}, FrameCache()

    def _load(self, indices: list[int]) -> dict[int, np.ndarray]:
        loaded = {}
        for index in indices:
            if index not in self._frames:
                raise UserError(
                    f'frame {index} of {self.shown} has passed, and cannot be '
                    'shown again; record the stream to a file for that'
                )
            frame = self._frames[index]
            picture = self._fitted(index, frame.picture)
            loaded[index] = frame_to_rgb(picture, self.shown, self._turn)
            self._cache.put(self._key(index), loaded[index])
        return loaded

    def _fitted(self, index: int, picture: av.VideoFrame) -> av.VideoFrame:
        size = picture.width, picture.height
        if size == self._size:
            return picture
        if self._resized is None or self._resized[1] != size:
            self._resized = index, size
        width, height = self._size
        return picture.reformat(width, height, interpolation='BICUBIC')

    def _time(self, index: int) -> Fraction | None:
        frame = self._frames.get(index)
        return None if frame is None else Fraction(frame.time_sec)
