"""Which frames of a video are looked at, one after the other."""

from collections.abc import Iterator
from dataclasses import dataclass

from stclip.utils.errors import UserError
from stclip.utils.values import MAX_SECONDS
from stclip.video.frame_source import FrameSource
from stclip.video.live_stream import LiveStream


@dataclass(frozen=True)
class KeyframeWalk:
    """Every so many frames or seconds from a time to a time.

    Args:
        stride: Frames from keyframe to keyframe, or seconds as ``'0.5s'``.
            By the average rate seconds become frames, but for live sources,
            whose clock counts.
        start_sec: Where the first keyframe is, in s from the first frame.
        end_sec: Time after which there is none.

    Raises:
        UserError: If the stride is not positive, the end is not after the
            start, or one is longer than any video.
    """

    stride: int | str = 8
    start_sec: float | None = None
    end_sec: float | None = None

    def __post_init__(self) -> None:
        amount = self._amount()
        is_whole = self._is_timed() or not amount % 1
        if not 0 < amount <= MAX_SECONDS or not is_whole:
            raise UserError(
                'stride must be positive, a number of frames or of seconds '
                f"as '0.5s', and at most {MAX_SECONDS:g}, got {self.stride}"
            )
        start, end = self.start_sec or 0, self.end_sec
        if max(start, end or 0) > MAX_SECONDS:
            raise UserError(
                f'a time of {max(start, end or 0):g} s is in no video: give '
                f'start and end of at most {MAX_SECONDS:g} s'
            )
        if not start >= 0 or (end is not None and not end > start):
            raise UserError(
                f'a range of time from {start:g} s to '
                f'{"the end" if end is None else f"{end:g} s"} holds nothing: '
                'give an end after the start'
            )

    def step(self, source: FrameSource) -> int:
        """Frames from keyframe to keyframe.

        Args:
            source: The video; live, its stated rate tells about how many.

        Raises:
            UserError: If seconds are wanted, but its rate is not known.
        """
        if not self._is_timed():
            return int(self._amount())
        if not source.fps:
            raise UserError(
                f'{source.path} does not tell its frame rate: set fps, or '
                'give the stride in frames'
            )
        return max(1, round(self._amount() * source.fps))

    def first(self, source: FrameSource) -> int:
        """Number of the first keyframe.

        Args:
            source: The video.

        Raises:
            UserError: If it ends before, or does not tell its times.
        """
        if isinstance(source, LiveStream):
            if self.start_sec:
                source.release()
                raise UserError(
                    f'{source.shown} is live, and begins now: leave out the '
                    'start'
                )
            return 0
        # Without times no end can be kept either.
        at = source.index_at(self.start_sec or 0) if self._is_bound() else 0
        if at is None:
            raise UserError(
                f'{source.path} ends after {source.end_sec:.2f} s, before '
                f'{self.start_sec:g} s, the start that is wanted'
            )
        return at

    def end(self, source: FrameSource) -> int:
        """Number of frames up to the end of the range.

        Args:
            source: The video; it is read no further than to there.
        """
        if self.end_sec is None or isinstance(source, LiveStream):
            return source.num_frames
        last = source.index_at(self.end_sec)
        if last is None:
            return source.num_frames
        return last + (source.time_of(last) <= self.end_sec)

    def about_stop(self, source: FrameSource) -> int | None:
        """About where the range ends, without going there; None if unknown.

        Args:
            source: The video.
        """
        if self.end_sec is None or not source.fps:
            return None
        return round(self.end_sec * source.fps) + 1

    def numbers(
        self, source: FrameSource, reach: int = 0, skip: int = 0
    ) -> Iterator[int]:
        """Number after number, as long as the video goes on.

        Args:
            source: The video.
            reach: Frames before each that are wanted too.
            skip: Keyframes of the range that are left out, the first ones.
        """
        if isinstance(source, LiveStream):
            return self._live_numbers(source)
        start = self.first(source) + skip * self.step(source)
        return self._numbers(source, reach, start)

    def _numbers(
        self, source: FrameSource, reach: int, number: int
    ) -> Iterator[int]:
        while True:
            # Where the video ends is only known by going there: keep what
            # the window may want, or it would be decoded again.
            window = range(max(0, number - reach), number + 1)
            if source.count(number + 1, window) <= number:
                return
            if (
                self.end_sec is not None
                and source.time_of(number) > self.end_sec
            ):
                return
            yield number
            number += self.step(source)

    def _live_numbers(self, source: LiveStream) -> Iterator[int]:
        number, seconds = 0, 0.0
        while True:
            at = source.advance(number, seconds, self.end_sec)
            if at is None:
                return
            yield at
            if self._is_timed():
                number, seconds = at + 1, source.time_of(at) + self._amount()
            else:
                number = at + self.step(source)

    def _is_timed(self) -> bool:
        return isinstance(self.stride, str) and self.stride.endswith('s')

    def _amount(self) -> float:
        try:
            return float(str(self.stride).removesuffix('s'))
        except ValueError:
            return 0

    def _is_bound(self) -> bool:
        return self.start_sec is not None or self.end_sec is not None
