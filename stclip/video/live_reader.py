"""A thread that keeps the newest frames of a live source."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import av
from av.container import InputContainer
from mmengine.logging import print_log

from stclip.utils.errors import UserError
from stclip.utils.rates import first_rate
from stclip.video.addresses import LiveAddress
from stclip.video.pixels import Turn, display_turn

# Packets in a row that give no frame, before a connection counts as broken.
_MOST_FAILURES = 500


@dataclass(frozen=True)
class Patience:
    """How long a live source is waited for.

    Args:
        timeout_sec: Longest time without data of a connection.
        delays_sec: Waits before it is tried again, one after the other; when
            the last one was of no avail, the source has ended.
    """

    timeout_sec: float = 10.0
    delays_sec: tuple[float, ...] = (1, 2, 4, 8, 16, 30)


@dataclass(frozen=True)
class LiveFrame:
    """A frame as it came.

    Args:
        index: Its number, from 0, of all that came.
        time_sec: When it came, in s since the first one.
        picture: As it was decoded.
        turn: See :func:`~stclip.video.pixels.display_turn`.
    """

    index: int
    time_sec: float
    picture: av.VideoFrame
    turn: Turn


class LiveReader:
    """Reads on in a thread of its own and keeps the last few frames.

    What ends or stalls is opened anew, after waits that grow. Frames are
    numbered through.

    Args:
        address: The source.
        num_kept: How many frames are kept.
        patience: When it counts as ended.
        clock: Seconds.
        wait: Waits some seconds between two tries; None for a wait that
            :meth:`close` ends.

    Attributes:
        num_received: Frames that came so far.
        num_reconnects: How often it was opened again.
        fps: Frames a second as it states; None if it does not.
        end: Why nothing more will come; None as long as something may.
    """

    def __init__(
        self,
        address: LiveAddress,
        num_kept: int,
        patience: Patience,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        self.address = address
        self.patience = patience
        self.num_received = 0
        self.num_reconnects = 0
        self.fps: float | None = None
        self.end: str | None = None
        self._clock = clock
        self._closing = threading.Event()
        self._wait = wait or self._closing.wait
        self._changed = threading.Condition()
        self._frames: deque[LiveFrame] = deque(maxlen=num_kept)
        self._started_at: float | None = None
        self._turn: Turn = None  # of the frames that come
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def newest(
        self,
        index: int,
        seconds: float = 0,
        until_sec: float | None = None,
    ) -> list[LiveFrame]:
        """Wait for a frame that is far enough on.

        Args:
            index: Its least number.
            seconds: The least time it came at.
            until_sec: Time after which it is not waited for.

        Returns:
            The frames that are kept, the newest last; empty if none comes
            that is far enough on.
        """
        with self._changed:
            while not self._has(index, seconds):
                left = self._left(until_sec)
                if self.end is not None or (left is not None and left <= 0):
                    return []
                self._changed.wait(left)
            is_late = until_sec is not None and (
                self._frames[-1].time_sec > until_sec
            )
            return [] if is_late else list(self._frames)

    def close(self) -> None:
        """Read no further; a connection that stalls is left to its timeout."""
        # In this order: the thread, once told, would give its own reason.
        self._finish('it was closed')
        self._closing.set()

    def _has(self, index: int, seconds: float) -> bool:
        if not self._frames:
            return False
        last = self._frames[-1]
        return last.index >= index and last.time_sec >= seconds

    def _left(self, until_sec: float | None) -> float | None:
        if until_sec is None or self._started_at is None:
            return None
        return until_sec - (self._clock() - self._started_at)

    def _run(self) -> None:
        try:
            self._read_on()
        finally:
            # Whatever ends the thread, nobody is left waiting for ever.
            self._finish('it failed')

    def _read_on(self) -> None:
        failures = 0
        while True:
            before = self.num_received
            try:
                end = self._read()
            except Exception as error:
                end = _reason(error)
            if self.num_received > before:
                failures = 0
            delays = self.patience.delays_sec
            is_over = failures == len(delays) or not self.num_received
            if is_over or self._closing.is_set():
                self._finish(end)
                return
            delay = delays[failures]
            message = f'{self.address.shown}: {end}; trying again in {delay} s'
            print_log(message, 'current', logging.WARNING)
            self._wait(delay)
            failures += 1
            self.num_reconnects += 1

    def _finish(self, end: str) -> None:
        with self._changed:
            self.end = self.end or end
            self._changed.notify_all()

    def _read(self) -> str:
        """Read until a connection ends; tells why it did."""
        timeout = self.patience.timeout_sec
        with av.open(
            self.address.url,
            format=self.address.format,
            options=self.address.options,
            timeout=timeout,
            metadata_errors='ignore',
        ) as container:
            return self._read_from(container)

    def _read_from(self, container: InputContainer) -> str:
        if not container.streams.video:
            raise UserError('it has no video stream')
        stream = container.streams.video[0]
        rate = first_rate(stream.average_rate, stream.guessed_rate)
        self.fps = self.fps or (None if rate is None else float(rate))
        failures = 0
        try:
            for packet in container.demux(stream):
                if self._closing.is_set():
                    break
                failures = 0 if self._decode(packet.decode) else failures + 1
                if failures == _MOST_FAILURES:
                    return 'its frames cannot be decoded'
        except av.FFmpegError:
            # What the decoder has held back came before.
            self._decode(stream.codec_context.decode)
            raise
        return 'it has ended'

    def _decode(self, decode: Callable[[], list[av.VideoFrame]]) -> int:
        """Take the frames of a packet, or those held back; their number."""
        try:
            pictures = decode()
        except av.FFmpegError:
            return 0  # lost on the way, or of a frame before ours
        for picture in pictures:
            if picture.key_frame:
                self._turn = display_turn(picture)
            self._take(picture)
        return len(pictures)

    def _take(self, picture: av.VideoFrame) -> None:
        with self._changed:
            now = self._clock()
            if self._started_at is None:
                self._started_at = now
            seconds = now - self._started_at
            self._frames.append(
                LiveFrame(self.num_received, seconds, picture, self._turn)
            )
            self.num_received += 1
            self._changed.notify_all()


def _reason(error: Exception) -> str:
    if isinstance(error, av.error.ExitError):
        return 'nothing has come for too long'
    if isinstance(error, av.FFmpegError):
        # The rest of the text is the address, with its password.
        return error.strerror or type(error).__name__
    return str(error) or type(error).__name__
