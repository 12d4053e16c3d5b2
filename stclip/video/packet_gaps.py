"""What of a stream its container has lost, by the packets that it gives."""

from collections import deque
from collections.abc import Iterator
from pathlib import Path

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from stclip.video.passed_over import count_starts, holds_more_images
from stclip.video.stated_size import unread_boxes

# Containers whose packets lie one after the other, and the most bytes of
# headers between two; where there are more, a packet was not recognised.
_GAPLESS = ('matroska,webm', 'flv', 'nut')
_HEADER_BYTES = 64
# As much may follow the last packet, or a twentieth of a longer file.
_TAIL_BYTES = 1024
_MOV = 'mov,mp4,m4a,3gp,3g2,mj2'
# Codecs that have no variable rates.
_CONSTANT = ('mpeg1video', 'mpeg2video')
# So many packets tell whether the rate is constant.
_NUM_STEPS = 16
# Windows Media packs pictures in pieces of one length: what may be left of a
# piece. More is filling, or pictures that were lost.
_FILLING_BYTES = 256
# What is lost at once; longer gaps are those of a clock that was set anew, as
# where recordings were joined.
_LONGEST_SECONDS = 10


class PacketGaps:
    """Watches the packets of a stream for those that the container lost.

    They are known from places: bytes that no packet has. A gap of the time
    stamps alone is none, since rates vary, but where the container or the
    codec keeps to a constant one.

    Args:
        container: Open file.
        stream: One of its video streams.
        path: The file.

    Attributes:
        holes: Decoding time stamps before and after each hole.
    """

    def __init__(
        self, container: InputContainer, stream: VideoStream, path: Path
    ) -> None:
        self._container = container
        self._stream = stream
        self._path = path
        self._format = container.format.name
        self._num_packets = 0
        self._hole: int | None = None  # packet after the last hole
        self._end_byte: int | None = None  # of the last packet
        self._last: av.Packet | None = None
        self._end_stamp: int | None = None  # of what is shown last
        # Between the stamps of the last packets.
        self._steps: deque[int] = deque(maxlen=_NUM_STEPS)
        self.holes: list[tuple[int, int]] = []

    def demux(self) -> Iterator[av.Packet]:
        """The packets of the stream, an empty one at the end.

        Raises:
            av.FFmpegError: If the container cannot go on; it may from here
                when it is asked anew.
        """
        if self._format == 'asf':
            yield from self._one_ahead()
            return
        if self._format not in _GAPLESS:
            yield from self._container.demux(self._stream)
            return
        for packet in self._container.demux():
            if self._skipped_bytes(packet) > _HEADER_BYTES:
                self._hole = self._num_packets
            if packet.stream_index == self._stream.index:
                yield packet

    def note(self, packet: av.Packet, is_torn: bool) -> None:
        """Look at a packet that is decoded next.

        Args:
            packet: The next one in the file.
            is_torn: Whether it is known that others were lost beside it.
        """
        is_after_hole = is_torn or self._hole == self._num_packets
        self._num_packets += 1
        if is_torn:
            self._hole = self._num_packets
        stamp, last = _stamp(packet), self._last
        if stamp is None:
            return
        self._last = packet
        if packet.pts is not None:
            end = packet.pts + (packet.duration or 0)
            self._end_stamp = max(end, self._end_stamp or end)
        if last is None:
            return
        if is_after_hole or self._is_gap(last, packet):
            self.holes.append((_stamp(last), stamp))
        else:
            self._steps.append(stamp - _stamp(last))

    def is_left_over(self) -> bool:
        """Whether there are packets behind the last one.

        What is more than lists of places must be.
        """
        if self._format == _MOV:
            return self._lacks_entries() or self._lacks_boxes()
        if self._last is not None and self._format == 'gif':
            return holds_more_images(bytes(self._last))
        if self._format not in _GAPLESS or self._end_byte is None:
            return False
        if self._hole == self._num_packets:
            return True
        left = self._container.size - self._end_byte
        return left > max(_TAIL_BYTES, self._container.size / 20)

    def _skipped_bytes(self, packet: av.Packet) -> int:
        """Bytes between the last packet of any stream and this one."""
        if packet.pos is None or packet.pos < 0:
            return 0
        end = packet.pos if self._end_byte is None else self._end_byte
        if self._format == 'asf':
            # Several pictures have the place of the piece they begin in.
            self._end_byte = max(end, packet.pos) + packet.size
        else:
            self._end_byte = packet.pos + packet.size
        return packet.pos - end

    def _one_ahead(self) -> Iterator[av.Packet]:
        """The packets of Windows Media, each after a look at the next."""
        waiting: av.Packet | None = None
        skipped = gap = 0
        try:
            for packet in self._container.demux():
                skipped = max(skipped, self._skipped_bytes(packet))
                if packet.stream_index != self._stream.index:
                    continue
                if waiting is not None:
                    is_torn = gap > _FILLING_BYTES
                    if is_torn and self._is_resumed(waiting, packet):
                        self._hole = self._num_packets
                    yield waiting
                gap, skipped, waiting = skipped, 0, packet
        except av.FFmpegError:
            if waiting is not None:
                yield waiting
            raise
        if waiting is not None:
            yield waiting

    def _is_resumed(self, packet: av.Packet, following: av.Packet) -> bool:
        """Whether a constant rate goes on after one gap before a packet.

        Windows Media leaves pictures out where little moves.
        """
        stamps = self._last and _stamp(self._last), _stamp(packet)
        if None in stamps or not self._steps or not following.size:
            return False
        usual = self._steps[0]
        steps = [*self._steps, _stamp(following) - stamps[1]]
        # They are rounded to milliseconds.
        if any(abs(step - usual) > 1 for step in steps):
            return False
        return self._is_skip(stamps[1] - stamps[0], usual)

    def _is_gap(self, last: av.Packet, packet: av.Packet) -> bool:
        """Whether packets were lost between two, by their time stamps."""
        step, usual = _stamp(packet) - _stamp(last), packet.duration or 1
        if self._format == 'mxf':
            return step > 1.5 * usual
        if not self._is_skip(step, usual):
            return False
        if self._format == 'mpeg':
            return self._stream.codec_context.name in _CONSTANT
        if self._format == 'mpegts':
            places = last.pos, packet.pos
            return count_starts(self._path, *places, self._stream.id) > 1
        # A fragment starts where the ones before it end; those of a
        # variable rate may tell wrongly how long their last picture stays.
        is_fragmented = self._format == _MOV and not self._stream.frames
        return is_fragmented and last.duration == packet.duration

    def _is_skip(self, step: int, usual: int) -> bool:
        most = _LONGEST_SECONDS / self._stream.time_base
        return 1.5 * usual < step <= most

    def _lacks_entries(self) -> bool:
        """Whether an MP4's list of pictures breaks off before its duration.

        A list may well be shorter than the pictures that are stored: editors
        only tell which part is shown, and the duration follows them.
        """
        stream, end = self._stream, self._end_stamp
        if not len(stream.index_entries) < stream.frames or end is None:
            return False
        usual = self._last.duration or 1
        return end + 2 * usual < (stream.duration or 0)

    def _lacks_boxes(self) -> bool:
        """Whether an MP4's fragments lie behind what is none."""
        start = unread_boxes(self._path)
        if start is None or self._last is None or self._last.pos is None:
            return False
        return self._last.pos < start


def _stamp(packet: av.Packet) -> int | None:
    return packet.pts if packet.dts is None else packet.dts
