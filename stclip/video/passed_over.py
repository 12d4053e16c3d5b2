"""Parts of files that FFmpeg passes over without a word."""

from pathlib import Path

_TS_SYNC = 0x47
# Where a packet of an MPEG transport stream starts and how long it is: alone,
# with a time before it (Blu-ray, AVCHD), with a checksum behind it.
_TS_FRAMINGS = ((0, 188), (4, 192), (0, 204))
_GIF_EXTENSION, _GIF_IMAGE, _GIF_END = b'!', b',', b';'
_GIF_HEADER_BYTES, _GIF_IMAGE_BYTES = 13, 10


def count_starts(
    path: Path, start: int | None, stop: int | None, pid: int
) -> int:
    """Count the pictures of an MPEG transport stream that begin in a range.

    A damaged header of a picture keeps FFmpeg from it, but not the header of
    the transport packet around it.

    Args:
        path: The file.
        start: Byte at which the first one begins; None if it is not known.
        stop: Byte behind the last one; likewise.
        pid: Number of the stream in the file.

    Returns:
        Number of packets that begin there; 0 if none can be told.
    """
    if None in (start, stop) or not 0 <= start < stop:
        return 0
    with open(path, 'rb') as file:
        file.seek(start)
        content = file.read(stop - start)
    for offset, length in _TS_FRAMINGS:
        if set(content[offset::length]) == {_TS_SYNC}:
            heads = zip(
                content[offset + 1 :: length],
                content[offset + 2 :: length],
                strict=False,
            )
            # The bit 0x40 says that something begins.
            wanted = 0x40 | pid >> 8, pid & 0xFF
            return sum((a & 0x5F, b) == wanted for a, b in heads)
    return 0


def holds_more_images(packet: bytes) -> bool:
    """Whether pictures of a GIF lie behind what FFmpeg could not go on at.

    Args:
        packet: Its last packet, with all that follows in the file.
    """
    at = 0
    if packet.startswith(b'GIF8'):
        at = _GIF_HEADER_BYTES + _palette_bytes(packet[10:11])
    while packet[at : at + 1] in (_GIF_EXTENSION, _GIF_IMAGE):
        if packet[at : at + 1] == _GIF_IMAGE:
            at += _GIF_IMAGE_BYTES + _palette_bytes(packet[at + 9 : at + 10])
            at += 1  # bits of a code
        else:
            at += 2
        while packet[at : at + 1] not in (b'', b'\0'):
            at += 1 + packet[at]
        at += 1
    left = packet[at:]
    return not left.startswith(_GIF_END) and _GIF_IMAGE in left


def _palette_bytes(flags: bytes) -> int:
    """Length of the palette that the flags tell of."""
    if not flags or not flags[0] & 0x80:
        return 0
    return 3 * 2 ** (1 + (flags[0] & 7))
