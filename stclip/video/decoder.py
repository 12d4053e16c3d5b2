"""Decoding that goes on over damage, and says what it lost."""

import itertools
from array import array
from bisect import bisect_left, insort
from collections import deque
from pathlib import Path

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from stclip.utils.rates import first_rate
from stclip.video.packet_gaps import PacketGaps

# No codec holds back more frames to put them in order.
_MOST_REORDERED = 16
# Errors of the container in a row, without a packet between them.
_MOST_ERRORS = 16
# Longer packets of MPEG-4 hold a picture; up to here it may be a word that
# there is none, as FFmpeg's decoder has it too.
_NO_PICTURE_BYTES = 19
# What these hold may start between two key frames, as a broadcast does.
_ANY_START = ('mpegts', 'mpeg', 'mpegvideo')
# From where AVI's index points to the picture.
_AVI_HEADER_BYTES = 8


class Decoder:
    """Frames of a stream from where its container stands, in shown order.

    A packet that cannot be decoded costs its own frame. Which frames were
    lost is told by time stamps: every packet that shows a picture promises a
    frame of its time stamp; those that have not come out when a later one
    does are lost. Where the stamps are not in the order in which frames are
    shown, as in AVI with B-frames, the order of the packets tells what is
    later, and where they are missing, the packets that raise an error.

    Packets that the container itself lost promise nothing. They are known from
    the index of AVI, and elsewhere from the gaps that they leave, see
    :class:`PacketGaps`.

    Args:
        container: Open file.
        stream: One of its video streams.
        path: The file.

    Attributes:
        ordered: Whether the time stamps have told the order so far.
        cut_short: Whether the file ended within a packet or in an error, or
            could not be read to its end.
    """

    def __init__(
        self, container: InputContainer, stream: VideoStream, path: Path
    ) -> None:
        self._stream = stream
        self._gaps = PacketGaps(container, stream, path)
        self._any_start = container.format.name in _ANY_START
        self._index = _avi_index(container, stream)
        self._index_idx: int | None = None  # of the last packet
        self._packets = self._gaps.demux()
        self._last_stamp: int | None = None  # of the last packet
        self._reorders = False
        self._corrupt_stamp: int | None = None  # of the last such frame
        self._frames: deque[av.VideoFrame] = deque()
        self._promised: list[int] = []  # time stamps, ascending
        # The same where stamps tell no order, as the packets come.
        self._sent: list[int] = []
        self._first: int | None = None  # stamp of the first frame to come
        self._last: av.VideoFrame | None = None
        self.ordered = True
        self._failures = 0  # packets, since the last frame
        self._unread = 0  # packets that AVI's index knows of, likewise
        self._at_end = False
        self.cut_short = False

    def next(self) -> tuple[av.VideoFrame | None, list[int | None]]:
        """Decode the next frame.

        Returns:
            The frame, or None at the end; the time stamps of the frames that
            were lost before it, None for one whose time is not known.
        """
        self._fill(1)
        while self._frames and self._is_misplaced(self._frames[0]):
            self._frames.popleft()
            self._fill(1)
        if not self._frames:
            return None, self._lost_at_the_end()
        frame = self._frames[0]
        lost: list[int | None] = []
        if self.ordered:
            lost += self._missing_before(frame)
        if not self.ordered:
            lost = [None] * self._missing_out_of_order(frame)
        for stamp in (*lost, frame.pts):
            if stamp in self._sent:
                self._sent.remove(stamp)
        self._failures = self._unread = 0
        self._last = self._frames.popleft()
        if frame.is_corrupt:
            self._corrupt_stamp = frame.pts
        return frame, lost

    def _fill(self, number: int) -> None:
        """Decode until so many frames wait, or to the end."""
        while len(self._frames) < number and not self._at_end:
            packet = self._read()
            if packet is None:
                self._at_end = True
                return
            if packet.size:
                self._note(packet)
            elif packet.dts is not None:
                continue  # AVI's word that the last picture stays
            else:
                self._at_end = True  # the decoder gives what it holds back
                self.cut_short |= self._gaps.is_left_over()
            try:
                self._frames += packet.decode()
            except av.FFmpegError:
                self._failures += 1

    def _read(self) -> av.Packet | None:
        """The next packet; an empty one at the end flushes the decoder."""
        for _ in range(_MOST_ERRORS):
            try:
                return next(self._packets, None)
            except av.FFmpegError:
                self.cut_short = True
                self._packets = self._gaps.demux()
        return None

    def _note(self, packet: av.Packet) -> None:
        is_torn = bool(self._index[0]) and self._follow_index(packet)
        self._gaps.note(packet, packet.is_corrupt or is_torn)
        # The last word stays: within the file a packet is merely damaged.
        self.cut_short = packet.is_corrupt
        stamp = packet.pts
        if stamp is None or packet.is_discard:
            return
        if self._last_stamp is not None and stamp < self._last_stamp:
            self._reorders = True
        self._last_stamp = stamp
        if self._first is None and (packet.is_keyframe or not self._any_start):
            self._first = stamp
        # What comes before the first key frame, or refers to a picture
        # before it, is not of this recording.
        started = self._first is not None and stamp >= self._first
        if not started or not _shows_picture(packet):
            return
        self._sent.append(stamp)
        # A second field, for one, never comes out by itself.
        del self._sent[: -4 * _MOST_REORDERED]
        is_past = self._last is not None and stamp <= self._last.pts
        if self.ordered and not is_past:
            insort(self._promised, stamp)

    def _follow_index(self, packet: av.Packet) -> bool:
        """AVI counts the packets it recognises; its index knows better.

        Returns:
            Whether it knows of others before this one.
        """
        was = self._index_idx
        starts, stamps = self._index
        start = packet.pos - _AVI_HEADER_BYTES
        index = bisect_left(starts, start)
        if index == len(starts) or starts[index] != start:
            return False
        if None in (packet.pts, packet.dts):
            return False
        self._index_idx = index
        shift = stamps[index] - packet.dts
        packet.dts += shift
        packet.pts += shift
        if was is None or self._index_idx == was + 1:
            return False
        self._unread += self._index_idx - was - 1
        return True

    def _missing_before(self, frame: av.VideoFrame) -> list[int]:
        """Promised frames before this one; it leaves the promised ones."""
        if frame.pts is None or not self._is_after(self._last, frame):
            self._distrust()
            return []
        count = bisect_left(self._promised, frame.pts)
        missing = self._promised[:count]
        if missing and not self._is_in_order():
            self._distrust()
            return []
        # Two fields of one frame may come in packets of their own.
        if missing and frame.interlaced_frame and not self._is_far(frame):
            missing = []
        if self._promised[count : count + 1] == [frame.pts]:
            count += 1
        del self._promised[:count]
        return self._with_gaps(missing, frame)

    def _with_gaps(self, missing: list[int], frame: av.VideoFrame) -> list:
        """Add the frames whose packets the container lost."""
        # Where the gap is near the start, the average is not known.
        rate = first_rate(self._stream.average_rate, self._stream.guessed_rate)
        if not self._gaps.holes or self._last is None or not rate:
            return missing
        step = 1 / (rate * self._stream.time_base)
        stamps = [self._last.pts, *missing, frame.pts]
        complete = []
        for earlier, later in itertools.pairwise(stamps):
            number = round((later - earlier) / step)
            is_torn = any(
                start < later and earlier < stop + _MOST_REORDERED * step
                for start, stop in self._gaps.holes
            )
            # Off the grid the rate varies: nobody knows how many there were.
            if is_torn and abs(later - earlier - number * step) < 2:
                complete += [
                    earlier + round(count * step) for count in range(1, number)
                ]
            complete.append(later)
        return complete[:-1]

    def _missing_out_of_order(self, frame: av.VideoFrame) -> int:
        """Number of frames whose packets came before that of this one."""
        if frame.pts is None:
            return self._failures + self._unread
        count = self._sent.index(frame.pts) if frame.pts in self._sent else 0
        # Two fields of one frame may come in packets of their own.
        if count and not frame.interlaced_frame:
            self._fill(1 + _MOST_REORDERED)
            waiting = {each.pts for each in self._frames}
            kept = [s for s in self._sent[:count] if s in waiting]
            self._sent[:count] = kept
            return self._unread + count - len(kept)
        return self._unread

    def _is_in_order(self) -> bool:
        """Whether the frames that follow are, but for a few."""
        self._fill(1 + _MOST_REORDERED)
        row = list(self._frames)
        swaps = sum(
            not self._is_after(*pair) for pair in itertools.pairwise(row)
        )
        return not swaps or (self._reorders and swaps <= max(1, len(row) / 4))

    def _is_misplaced(self, frame: av.VideoFrame) -> bool:
        """Whether damage gave the frame another place than its own.

        Stamps that start anew are another thing, and so are those that never
        told the order: they ascend with the packets.
        """
        if self._last is None and self._failures:
            # Without the first picture a decoder may not know the order.
            self._fill(1 + _MOST_REORDERED)
        if not self.ordered or not self._reorders or frame.pts is None:
            return False
        is_late = not self._is_after(self._last, frame)
        if not is_late and not bisect_left(self._promised, frame.pts):
            return False
        self._fill(1 + _MOST_REORDERED)
        row = list(self._frames)[1:]
        pairs = itertools.pairwise(row)
        if not is_late and all(self._is_after(*pair) for pair in pairs):
            # One frame is out of place rather than several that follow.
            return sum(not self._is_after(frame, each) for each in row) > 1
        if is_late:
            after = sum(self._is_after(self._last, each) for each in row)
            return self._at_end or after > len(row) / 2
        return sum(self._is_after(frame, each) for each in row) < len(row) / 2

    def _is_far(self, frame: av.VideoFrame) -> bool:
        """Whether more time than usual has passed since the last frame."""
        stamps = [waiting.pts for waiting in self._frames]
        steps = [b - a for a, b in itertools.pairwise(stamps)]
        if self._last is None or not steps:
            return True
        return frame.pts - self._last.pts > 1.5 * min(steps)

    @staticmethod
    def _is_after(earlier: av.VideoFrame | None, later: av.VideoFrame) -> bool:
        if earlier is None:
            return True
        return (
            earlier.pts is not None
            and later.pts is not None
            and earlier.pts < later.pts
        )

    def _distrust(self) -> None:
        self.ordered = False
        self._promised.clear()

    def _lost_at_the_end(self) -> list[int | None]:
        """What a whole file promised and did not keep."""
        # MPEG streams state no sizes: a last packet that is cut shows by its
        # picture alone.
        if self._any_start and self._last_stamp is not None:
            self.cut_short |= self._corrupt_stamp == self._last_stamp
        lost: list[int | None] = [*self._promised]
        if not self.ordered or self._last is None:
            lost = [None] * (len(self._sent) or self._failures)
        self._promised.clear()
        self._sent.clear()
        self._failures = 0
        return [] if self.cut_short else lost


def _avi_index(
    container: InputContainer, stream: VideoStream
) -> tuple[array, array]:
    """Starts of the chunks of an AVI, ascending, and their time stamps."""
    starts, stamps = array('q'), array('q')
    if container.format.name == 'avi':
        for entry in stream.index_entries:
            if entry.size:
                starts.append(entry.pos)
                stamps.append(entry.timestamp)
    return starts, stamps


def _shows_picture(packet: av.Packet) -> bool:
    """False for what only later packets refer to, and for empty frames."""
    codec = packet.stream.codec_context.name
    if codec in ('vp8', 'libvpx'):
        first = bytes(packet)[0]
        # A key frame (lowest bit 0) is shown always; zeroed ones look so.
        return bool(first & 0x10 or not first & 1)
    return codec != 'mpeg4' or packet.size > _NO_PICTURE_BYTES
