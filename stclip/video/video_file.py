"""Frames of a video file.

Frames are numbered from 0 in the order they are shown, and counted by
decoding: the counts that containers state are wrong on too many files.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Container, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.stream import Disposition

from stclip.utils.errors import MissingFileError, UserError
from stclip.utils.rates import first_rate
from stclip.video.damage import Damage, log_damage
from stclip.video.decoder import Decoder
from stclip.video.frame_cache import FrameCache
from stclip.video.frame_source import FrameSource
from stclip.video.local_files import ffmpeg_url
from stclip.video.pixels import Turn, display_turn, frame_to_rgb
from stclip.video.stated_size import ends_early, lacks_index


class VideoFile(FrameSource):
    """The first video stream of a file, but for cover pictures.

    Reading onwards decodes each frame once. Reading back starts at the last
    key frame before, among those already met; where the stream's time stamps
    are missing or out of order it starts from the beginning.

    What decodes of a damaged file is used, and frames keep their numbers: a
    lost one is shown as the one before it. See :class:`Damage`.

    Args:
        path: Video file.
        cache: See :class:`FrameSource`.
        strict: Likewise.
        on_damage: Likewise.
    """

    def __init__(
        self,
        path: str | Path,
        cache: FrameCache | None = None,
        strict: bool = False,
        on_damage: Callable[[Path, str], None] | None = log_damage,
    ) -> None:
        super().__init__(path, cache, strict, on_damage)
        if not self.path.is_file():
            raise MissingFileError(f'video {self.path} does not exist')
        # Frames 0 .. _known - 1 have been met; no others exist if _complete.
        self._known = 0
        self._complete = False
        # Time stamps of the frames met, ascending, as far as they ascend.
        self._stamps = array('q')
        # Sound key frames met so far, ascending.
        self._keys = array('q')
        self._lost: list[int] = []
        self._corrupt: list[int] = []
        self._resized: list[int] = []
        self._cut_short = False
        self._size: tuple[int, int] | None = None
        self._turn: Turn = None  # of the frame shown last
        self._seekable = True
        self._container = None
        self._restart()
        self._rate = first_rate(
            self._stream.average_rate, self._stream.guessed_rate
        )
        self.fps = None if self._rate is None else float(self._rate)
        self._time_base = self._stream.time_base
        self._stated_frames = _stated_frames(self._container, self._stream)
        if ends_early(self.path):
            self._end_early()

    def __getstate__(self) -> dict[str, Any]:
        state = self.__dict__.copy()
        for name in ('_container', '_stream', '_decoder', '_pictures'):
            state[name] = None
        return state

    @property
    def stated_frames(self) -> int | None:
        """See :attr:`FrameSource.stated_frames`."""
        return self._known if self._complete else self._stated_frames

    @property
    def damage(self) -> Damage:
        """See :attr:`FrameSource.damage`."""
        return Damage(
            tuple(self._lost),
            tuple(self._corrupt),
            tuple(self._resized),
            self._cut_short,
        )

    def count(
        self, limit: int | None = None, keep: Container[int] = ()
    ) -> int:
        """See :meth:`FrameSource.count`."""
        if not self._enough(limit):
            self._go_to(self._known)
            while not self._enough(limit):
                self._meet(keep)
            self._tell_damage()
        if self._known == 0:
            raise UserError(f'{self.path} holds no video frame')
        return self._known if limit is None else min(limit, self._known)

    def examine(self) -> None:
        """See :meth:`FrameSource.examine`."""
        self.count()

    def release(self) -> None:
        """See :meth:`FrameSource.release`."""
        if self._container is not None:
            self._container.close()
        self._container = self._stream = self._decoder = self._pictures = None

    def _enough(self, limit: int | None) -> bool:
        return self._complete or (limit is not None and self._known >= limit)

    def _count_until(self, wanted: Fraction, keep: Container[int]) -> int:
        self.count(1, keep)
        if not self._complete and self._is_before(wanted):
            self._go_to(self._known)
            while not self._complete and self._is_before(wanted):
                self._meet(keep)
            self._tell_damage()
        return self._known

    def _is_before(self, wanted: Fraction) -> bool:
        time = self._time(self._known - 1)
        return time is not None and time < wanted

    def _meet(self, keep: Container[int]) -> None:
        """Decode the first frame that was not met so far."""
        frame = self._next()
        if frame is not None and self._position - 1 in keep:
            self._store(self._position - 1, self._fitted(frame))

    def _time(self, index: int) -> Fraction | None:
        """See :meth:`FrameSource._time`.

        Containers round time stamps, some to milliseconds: a frame that lies
        where the rate puts it, but for rounding, lies exactly there.
        """
        nominal = None if self._rate is None else index / self._rate
        trusted = len(self._stamps) - 1
        if index > trusted:
            if trusted < 0 or nominal is None:
                return nominal
            return self._time(trusted) + (index - trusted) / self._rate
        time = (self._stamps[index] - self._stamps[0]) * self._time_base
        if nominal is not None and abs(time - nominal) < self._time_base:
            return nominal
        return time

    def _load(self, indices: list[int]) -> dict[int, np.ndarray]:
        loaded = {}
        for index in indices:
            self._go_to(index)
            while self._position <= index:
                frame = self._next()
                if frame is None:
                    raise UserError(f'{self.path} changed while it was read')
            loaded[index] = self._store(index, self._fitted(frame))
        self._tell_damage()
        return loaded

    def _fitted(self, frame: av.VideoFrame) -> av.VideoFrame:
        """The frame in the size of the first one."""
        if (frame.width, frame.height) == self._size:
            return frame
        width, height = self._size
        return frame.reformat(width, height, interpolation='BICUBIC')

    def _store(self, index: int, frame: av.VideoFrame) -> np.ndarray:
        image = frame_to_rgb(frame, self.path, self._turn)
        self._cache.put(self._key(index), image)
        return image

    def _go_to(self, index: int) -> None:
        """Place the decoder so that frame ``index`` is still ahead of it."""
        key_idx = bisect_right(self._keys, index) - 1
        # What hides damage looks back further than to the key frame: start
        # a sound run of frames before.
        if self._lost or self._corrupt:
            key_idx -= 1
            while key_idx > 0 and self._is_damaged_from(key_idx):
                key_idx -= 1
        usable = self._seekable and key_idx >= 0
        nearest = self._keys[key_idx] if usable else 0
        is_open = self._container is not None
        if is_open and nearest <= self._position <= index:
            return
        if nearest == 0 or not self._seek(nearest):
            self._restart()

    def _is_damaged_from(self, key_idx: int) -> bool:
        """Whether there is damage up to the next key frame."""
        stop = (self._keys[key_idx + 1 : key_idx + 2] or [self._known])[0]
        return any(
            bisect_left(frames, self._keys[key_idx])
            < bisect_left(frames, stop)
            for frames in (self._lost, self._corrupt)
        )

    def _restart(self) -> None:
        self.release()
        try:
            # Tags in other encodings than UTF-8 must not stop us.
            self._container = av.open(
                ffmpeg_url(self.path), metadata_errors='ignore'
            )
        except av.FFmpegError as error:
            if lacks_index(self.path):
                raise UserError(
                    f'{self.path} is cut short: the list of its frames (moov '
                    'box), which comes last, is missing, so that none can be '
                    'found. Copy or record it anew.'
                ) from error
            raise UserError(
                f'{self.path} cannot be opened as a video: {error}'
            ) from error
        streams = [
            stream
            for stream in self._container.streams.video
            if not stream.disposition & Disposition.attached_pic
        ]
        if not streams:
            raise UserError(
                f'{self.path} has no video stream; give a file with pictures'
            )
        self._stream = streams[0]
        codec = self._stream.codec_context
        if codec.name == 'ffv1':
            # It checks its pictures, but puts old pieces for the wrong ones.
            codec.options = {'err_detect': 'explode'}
        if codec.name == 'h264':
            # With a thread for each slice it does not hide damage: what is
            # missing of a picture is what lay about in memory.
            codec.thread_count = 1
        self._decoder = Decoder(self._container, self._stream, self.path)
        self._pictures = self._number(0)
        self._position = 0
        self._midway = False

    def _seek(self, index: int) -> bool:
        """Place the decoder at a key frame; False if the file forbids it."""
        if self._container is None:
            self._restart()
        stamp = self._stamps[index]
        frame = None
        try:
            self._container.seek(stamp, stream=self._stream)
            self._decoder = Decoder(self._container, self._stream, self.path)
            # Frames shown before the key frame may still come out first.
            while True:
                frame, _ = self._decoder.next()
                if frame is None or frame.pts is None or frame.pts >= stamp:
                    break
        except av.FFmpegError:
            pass  # not every stream can be entered midway
        self._seekable = frame is not None and frame.pts == stamp
        self._pictures = self._number(index, frame)
        self._position = index
        self._midway = True
        return self._seekable

    def _next(self) -> av.VideoFrame | None:
        """The picture of the next number; None at the end."""
        frame = next(self._pictures, None)
        if frame is None and self._midway and self._position < self._known:
            # Entered at a key frame, other frames come out than before.
            index = self._position
            self._seekable = False
            self._restart()
            while self._position <= index:
                frame = self._next()
                if frame is None:
                    break  # nor do they from the beginning
            return frame
        if frame is not None:
            self._position += 1
        return frame

    def _number(
        self, index: int, frame: av.VideoFrame | None = None
    ) -> Iterator[av.VideoFrame]:
        """Give each number from ``index`` on its picture, lost ones too.

        Args:
            index: The first number.
            frame: Its frame, if that is decoded already.
        """
        shown, lost = None, []
        if frame is None:
            frame, lost = self._decoder.next()
        if frame is not None:
            self._turn = display_turn(frame)
        while shown is not None or frame is not None:
            for stamp in lost:
                if not self._enter(index, stamp, shown or frame, lost=True):
                    return
                yield shown or frame
                index += 1
            if frame is None:
                break
            if not self._enter(index, frame.pts, frame):
                return
            if frame.key_frame and shown is not None:
                self._turn = display_turn(frame)
            yield frame
            index += 1
            shown = frame
            frame, lost = self._decoder.next()
        if self._decoder.cut_short:
            self._end_early()
        self._complete = True

    def _enter(
        self,
        index: int,
        stamp: int | None,
        frame: av.VideoFrame,
        lost: bool = False,
    ) -> bool:
        """Note a frame that was not met before; False if one has changed."""
        if index < self._known:
            is_stamped = index < len(self._stamps)
            return not is_stamped or self._stamps[index] == stamp
        if index == 0:
            self._size = frame.width, frame.height
        faults = (
            (lost, self._lost, 'cannot be decoded'),
            (not lost and frame.is_corrupt, self._corrupt, 'has errors'),
            (
                not lost and (frame.width, frame.height) != self._size,
                self._resized,
                'has another size than the first',
            ),
        )
        for is_met, frames, fault in faults:
            if is_met:
                self._refuse(f'frame {index} {fault}')
                frames.append(index)
        self._known += 1
        if self._decoder.ordered and len(self._stamps) == index:
            self._stamps.append(stamp)
            if frame.key_frame and not lost and not frame.is_corrupt:
                self._keys.append(index)
        else:
            self._seekable = False
        return True

    def _end_early(self) -> None:
        self._refuse('the file is cut short')
        self._cut_short = True

    def _tell_damage(self) -> None:
        """Tell it once, with all of it if the end was reached."""
        frames = self._lost or self._corrupt or self._resized
        if frames or (self._cut_short and self._complete):
            reached = '' if self._complete else 'the first '
            self._tell(f'{self.damage}, of {reached}{self._known} frames')


def _stated_frames(
    container: av.container.InputContainer, stream: av.video.VideoStream
) -> int | None:
    """Frames as the container counts them, or by its duration."""
    if stream.frames or not (container.duration and stream.average_rate):
        return stream.frames or None
    return round(container.duration / av.time_base * stream.average_rate)
