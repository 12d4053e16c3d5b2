"""A writer of mp4 files that every player opens."""

from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av
import numpy as np

from stclip.utils.errors import UserError
from stclip.utils.io import atomic_write
from stclip.utils.rates import as_rate, require_rate

#: Frames a second of films of what does not tell its rate.
FALLBACK_FPS = 25.0
# Constant rate factor of x264: text stays sharp, files stay small.
_QUALITY = '20'
#: With its macroblock tree, x264's vector code gives other files for equal
#: frames now and then.
REPEATABLE = {'x264-params': 'mbtree=0'}
# Ticks a second of the clock, at least, unless a frame lasts hours: the few
# frames that x264 holds back must fit into the 32 bits that mp4 has for them.
_MIN_TICKS = 90_000
_MAX_FRAME_TICKS = 2**28


class VideoWriter:
    """H.264 (yuv420p) in mp4; the file appears when the block is left.

    Use it as a context manager. An exception inside the block leaves no file
    behind, and an older one of that name untouched. H.264 wants even sides:
    an odd frame gets its last row or column twice.

    Args:
        path: Target file, ending in ``.mp4``.
        fps: Frames a second; on average where frames are written with
            times of their own.

    Raises:
        ValueError: For another ending or a rate that no video has.
    """

    def __init__(self, path: str | Path, fps: float | Fraction) -> None:
        if Path(path).suffix.lower() != '.mp4':
            raise UserError(f'{path}: a video must end in .mp4')
        require_rate(fps, path)
        self.path = Path(path)
        self.rate = as_rate(fps)
        # A whole number of ticks to a frame: a constant rate stays exact.
        scale = min(
            -(-_MIN_TICKS // self.rate.numerator),
            _MAX_FRAME_TICKS // self.rate.denominator,
        )
        self._time_base = 1 / Fraction(self.rate.numerator * scale)
        self._frame_ticks = self.rate.denominator * scale
        self._ticks: int | None = None  # of the last frame
        self._stack = ExitStack()
        self._container: av.container.OutputContainer | None = None
        self._stream: av.VideoStream | None = None
        self._shape: tuple[int, ...] | None = None

    def __enter__(self) -> 'VideoWriter':
        file = self._stack.enter_context(atomic_write(self.path, 'wb'))
        self._container = self._stack.enter_context(
            av.open(file, 'w', format='mp4', options=self._clock())
        )
        return self

    def write(self, frame: np.ndarray, time_sec: float | None = None) -> None:
        """Append one frame.

        Args:
            frame: (H, W, 3) uint8 RGB, of one shape throughout the video.
            time_sec: When it is shown, in s, after the frame before; None
                for one frame of the rate after it.

        Raises:
            ValueError: For another type, or a shape unlike the first one's.
        """
        if frame.dtype != np.uint8 or frame.ndim != 3 or frame.shape[2] != 3:
            raise UserError(
                f'{self.path}: a frame must be (H, W, 3) uint8 RGB, got '
                f'{frame.shape} {frame.dtype}'
            )
        if self._shape is None:
            self._start(frame.shape)
        if frame.shape != self._shape:
            raise UserError(
                f'{self.path}: frame of shape {frame.shape} in a video of '
                f'shape {self._shape}'
            )
        odd = [(0, side % 2) for side in frame.shape[:2]]
        even = np.pad(frame, [*odd, (0, 0)], mode='edge')
        picture = av.VideoFrame.from_ndarray(even, format='rgb24')
        picture.time_base = self._time_base
        picture.pts = self._ticks = self._next_ticks(time_sec)
        picture.duration = self._frame_ticks
        self._encode(picture)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            # Told of the error, atomic_write drops the file.
            self._stack.__exit__(kind, error, trace)
            return
        with self._stack:
            if self._stream is None:
                raise UserError(f'{self.path}: no frame was written')
            self._encode(None)

    def _clock(self) -> dict[str, str]:
        """Options of the container: all its times are in our ticks.

        By itself it makes ticks of days finer than it can write, and tells
        its length in ms: of a few frames of a high-speed camera that is 0,
        and players show nothing.
        """
        ticks = str(self._time_base.denominator)
        return dict(movie_timescale=ticks, video_track_timescale=ticks)

    def _next_ticks(self, time_sec: float | None) -> int:
        last = self._ticks
        if time_sec is None:
            return 0 if last is None else last + self._frame_ticks
        ticks = round(Fraction(time_sec) / self._time_base)
        # Players want each frame later than the one before.
        return ticks if last is None else max(ticks, last + 1)

    def _start(self, shape: tuple[int, ...]) -> None:
        self._shape = shape
        self._stream = self._container.add_stream('libx264', rate=self.rate)
        self._stream.height = shape[0] + shape[0] % 2
        self._stream.width = shape[1] + shape[1] % 2
        self._stream.pix_fmt = 'yuv420p'
        self._stream.codec_context.time_base = self._time_base
        self._stream.options = dict(
            crf=_QUALITY, preset='veryfast', **REPEATABLE
        )

    def _encode(self, frame: av.VideoFrame | None) -> None:
        for packet in self._stream.encode(frame):
            self._container.mux(packet)
