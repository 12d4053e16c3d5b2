"""Sizes that containers state, against the end of the file.

Counts of frames are wrong on too many sound files to tell anything; sizes in
bytes are what a reader jumps by, so writers get them right.
"""

import os
from collections.abc import Callable, Iterator
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import BinaryIO

_EBML = b'\x1a\x45\xdf\xa3'
_SEGMENT = b'\x18\x53\x80\x67'
_ASF_HEADER = bytes.fromhex('3026b2758e66cf11a6d900aa0062ce6c')
_ASF_FILE_PROPERTIES = bytes.fromhex('a1dcab8c47a9cf118ee400c00c205365')
_OGG_LAST_PAGE = 4
# A page of Ogg is no longer than that: header, 255 segments of 255 bytes.
_OGG_PAGE_BYTES = 27 + 255 + 255 * 255
_TS_PACKET_BYTES = 188


def ends_early(path: str | Path) -> bool:
    """Whether a container states more bytes than its file has.

    False where the container does not tell, as MPEG programs do not.

    Args:
        path: Video file.
    """
    size = os.path.getsize(path)
    with open(path, 'rb') as file:
        start = file.read(16)
        for is_kind, stated_end in _KINDS:
            if is_kind(start):
                file.seek(0)
                end = stated_end(file, size)
                return end is not None and end > size
    return False


def _riff_end(file: BinaryIO, size: int) -> int | None:
    """AVI; files above 1 GiB are a row of such chunks."""
    end = 0
    while end + 12 <= size:
        file.seek(end)
        header = file.read(12)
        length = int.from_bytes(header[4:8], 'little')
        if header[:4] != b'RIFF' or length in (0, 2**32 - 1):
            break  # another thing follows, or a stream of unknown length
        end += 8 + length + length % 2
    # Some writers leave out the byte that makes the length even.
    return end - 1 if end == size + 1 else end


def lacks_index(path: str | Path) -> bool:
    """Whether an MP4 or QuickTime file lacks what tells where frames lie.

    It is written last by most recorders, so that a cut file has none.

    Args:
        path: Video file.
    """
    with open(path, 'rb') as file:
        if not _has_boxes(file.read(16)):
            return False
        size = os.path.getsize(path)
        return all(kind != b'moov' for kind, _ in _boxes(file, size))


def unread_boxes(path: str | Path) -> int | None:
    """Where the fragments of an MP4 break off although more of them follow.

    Args:
        path: Video file.

    Returns:
        Byte at which something lies that is no box; None if all are boxes.
    """
    with open(path, 'rb') as file:
        if not _has_boxes(file.read(16)):
            return None
        size = os.path.getsize(path)
        boxes = list(_boxes(file, size))
        end = boxes[-1][1] if boxes else size
        # A box without a length, up to the end of the file, is none of these.
        if end + 8 >= size or all(kind != b'moof' for kind, _ in boxes):
            return None
        with mmap(file.fileno(), 0, access=ACCESS_READ) as content:
            behind = (
                content.find(b'moof', end + 8),
                content.find(b'mdat', end + 8),
            )
        return None if max(behind) < 0 else end


def _has_boxes(start: bytes) -> bool:
    return start[4:8] in (b'ftyp', b'moov', b'mdat', b'wide', b'free')


def _boxes_end(file: BinaryIO, size: int) -> int | None:
    """MP4, QuickTime: a row of boxes."""
    return max((end for _, end in _boxes(file, size)), default=None)


def _boxes(file: BinaryIO, size: int) -> Iterator[tuple[bytes, int]]:
    """Kind and end of each box of the file."""
    end = 0
    while end + 8 <= size:
        file.seek(end)
        length = int.from_bytes(file.read(4), 'big')
        kind = file.read(4)
        if not (kind.isascii() and kind.replace(b' ', b'').isalnum()):
            return  # what follows is no box
        if length == 1:
            length = int.from_bytes(file.read(8), 'big')
        if length < 8:
            return  # up to the end of the file
        end += length
        yield kind, end


def _segment_end(file: BinaryIO, size: int) -> int | None:
    """Matroska, WebM: the header, then one segment."""
    file.seek(len(_EBML))
    length = _ebml_length(file)
    if length is None:
        return None
    file.seek(length, os.SEEK_CUR)
    if file.read(4) != _SEGMENT:
        return None
    length = _ebml_length(file)
    return None if length is None else file.tell() + length


def _ebml_length(file: BinaryIO) -> int | None:
    """A number that says by its leading bits how long it is."""
    first = file.read(1)
    if not first or not first[0]:
        return None
    more = 8 - first[0].bit_length()
    number = int.from_bytes(first + file.read(more), 'big')
    ones = (1 << 7 * (more + 1)) - 1
    number &= ones
    return None if number == ones else number  # all ones: not known


def _flv_end(file: BinaryIO, size: int) -> int | None:
    """Flash: every tag is followed by its length."""
    file.seek(-4, os.SEEK_END)
    length = int.from_bytes(file.read(4), 'big')
    if not 11 <= length <= size - 17:
        return size + 1
    file.seek(size - 4 - length + 1)
    stated = 11 + int.from_bytes(file.read(3), 'big')
    return size if stated == length else size + 1


def _asf_end(file: BinaryIO, size: int) -> int | None:
    """Windows Media: one of the objects of the header states the size."""
    header = file.read(64 * 2**10)
    at = header.find(_ASF_FILE_PROPERTIES)
    stated = int.from_bytes(header[at + 40 : at + 48], 'little')
    return None if at < 0 or not stated else stated


def _ogg_end(file: BinaryIO, size: int) -> int | None:
    """Ogg: the last page of a stream is marked."""
    file.seek(max(0, size - _OGG_PAGE_BYTES))
    tail = file.read()
    at = tail.rfind(b'OggS\0')
    if at < 0 or not tail[at + 5] & _OGG_LAST_PAGE or at + 27 > len(tail):
        return size + 1
    segments = tail[at + 27 : at + 27 + tail[at + 26]]
    return size - len(tail) + at + 27 + len(segments) + sum(segments)


def _gif_end(file: BinaryIO, size: int) -> int | None:
    """GIF: a semicolon ends it; some writers add zeros."""
    file.seek(max(0, size - 16))
    return size if file.read().rstrip(b'\0').endswith(b';') else size + 1


def _transport_end(file: BinaryIO, size: int) -> int | None:
    """MPEG transport streams: packets of one length."""
    return size + -size % _TS_PACKET_BYTES


_KINDS: tuple[
    tuple[
        Callable[[bytes], bool],
        Callable[[BinaryIO, int], int | None],
    ],
    ...,
] = (
    (lambda start: start[:4] == b'RIFF', _riff_end),
    (_has_boxes, _boxes_end),
    (lambda start: start.startswith(_EBML), _segment_end),
    (lambda start: start.startswith(b'FLV\1'), _flv_end),
    (lambda start: start == _ASF_HEADER, _asf_end),
    (lambda start: start.startswith(b'OggS'), _ogg_end),
    (lambda start: start.startswith(b'GIF8'), _gif_end),
    (lambda start: start.startswith(b'\x47'), _transport_end),
)
