"""Pixels as they are meant: upright, 8 bit, RGB, of any video or picture.

Boxes refer to what is returned here: the picture as a person sees it.
"""

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from math import atan2, degrees, hypot
from pathlib import Path

import av
import numpy as np
from av.sidedata.sidedata import SideDataContainer
from av.sidedata.sidedata import Type as SideDataType
from PIL import ExifTags, Image

from stclip.utils.errors import UserError

# What is seen through the transparent parts of a picture. FFmpeg gives those
# of a GIF this colour.
_PAPER = (255, 255, 255)
# Kinds of side data that newer FFmpeg libraries may attach to a frame, but
# PyAV cannot name; it then refuses to show any.
_LAST_KNOWN = max(kind.value for kind in SideDataType)
_UNKNOWN_KINDS = range(_LAST_KNOWN + 1, _LAST_KNOWN + 17)
# A pixel stored at column x and row y is shown at (a x + c y, b x + d y), up
# to a shift: a, b, c, d of EXIF's orientations, any other being upright.
_EXIF_TURNS = {
    2: (-1, 0, 0, 1),
    3: (-1, 0, 0, -1),
    4: (1, 0, 0, -1),
    5: (0, 1, 1, 0),
    6: (0, 1, -1, 0),
    7: (0, -1, -1, 0),
    8: (0, -1, 1, 0),
}
# What Pillow's readers raise for faults of a file.
_FAULTS = (
    *(OSError, SyntaxError, TypeError, ValueError, struct.error),
    RuntimeError,  # that of AVIF
)


class DamagedPicture(UserError):
    """A picture file that is not whole, or none at all."""


#: a, b, c, d of a display matrix, see ``_EXIF_TURNS``; None for upright.
Turn = tuple[float, ...] | None


def frame_to_rgb(
    frame: av.VideoFrame, path: str | Path, turn: Turn
) -> np.ndarray:
    """Convert a decoded frame, turned and mirrored.

    Colours are FFmpeg's own: range and matrix by the frame's tags, BT.601 in
    limited range where it has none. Alpha is ignored, as FFmpeg does, and
    pixels that are not square stay as they are stored.

    Args:
        frame: Of any pixel format that FFmpeg converts.
        path: Video that it comes from, for errors.
        turn: From :func:`display_turn`.

    Returns:
        (H, W, 3) uint8 RGB; H and W change places for a quarter turn.

    Raises:
        ValueError: If FFmpeg cannot convert the pixel format.
    """
    try:
        image = frame.to_ndarray(format='rgb24')
    except av.FFmpegError as error:
        raise UserError(
            f'{path}: pixels of format {frame.format.name} cannot be shown '
            f'({error}); convert the video to yuv420p'
        ) from error
    return _turn(image, turn)


def read_image(path: Path) -> np.ndarray:
    """Read a picture file, turned and mirrored as its EXIF data say.

    16 bits a channel are scaled to 8 by their full range, transparent parts
    are laid over white, and of an animation the first picture is taken. The
    content tells the format, not the suffix. Colour profiles are ignored.

    Args:
        path: Any format of Pillow's.

    Returns:
        (H, W, 3) uint8 RGB.

    Raises:
        DamagedPicture: If the file is damaged or no picture.
        UserError: If it has more pixels than Pillow's limit, or numbers whose
            range nobody knows.
    """
    with _opened(path) as image:
        return _turn(_to_rgb(image, path), _exif_turn(image))


def read_size(path: Path) -> tuple[int, int]:
    """Read the header of a picture file.

    Args:
        path: Any format of Pillow's.

    Returns:
        Height and width of what :func:`read_image` gives.

    Raises:
        DamagedPicture: If the header is damaged or that of no picture.
        UserError: If it tells more pixels than Pillow's limit.
    """
    with _opened(path) as image:
        width, height = image.size
        turn = _exif_turn(image)
        return (width, height) if turn and not turn[0] else (height, width)


def is_deep(path: Path) -> bool:
    """Whether a picture has 16 bits a channel, by its header.

    Args:
        path: A picture that can be read.
    """
    with _opened(path) as image:
        # Pillow names a coloured one by its 8 bits, what it unpacks by all.
        kinds = [image.mode, *(str(tile[3]) for tile in image.tile)]
        return any(';16' in kind for kind in kinds)


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """A picture file whose faults are errors of the user's."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            warnings.simplefilter('error', Image.DecompressionBombWarning)
            with Image.open(path) as image:
                yield image
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise UserError(
            f'{path} has more than {Image.MAX_IMAGE_PIXELS} pixels; scale it '
            'down'
        ) from None
    except UserError:
        raise
    except _FAULTS as error:
        raise DamagedPicture(
            f'{path} is damaged: {error}; write this picture again'
        ) from error


def _to_rgb(image: Image.Image, path: Path) -> np.ndarray:
    """All pixels as they are stored, (H, W, 3) uint8 RGB."""
    if image.mode in ('I', 'F'):
        raise UserError(
            f'{path} holds numbers whose range is not known (mode '
            f'{image.mode} of Pillow); save it with 8 or 16 bits a channel'
        )
    if image.mode.startswith('I;16'):
        # The high byte, which is what Pillow keeps of 16-bit RGB.
        grey = (np.asarray(image) >> 8).astype(np.uint8)
        return np.repeat(grey[..., None], 3, axis=2)
    if image.has_transparency_data:
        paper = Image.new('RGBA', image.size, _PAPER)
        image = Image.alpha_composite(paper, image.convert('RGBA'))
    return np.array(image.convert('RGB'))


def _exif_turn(image: Image.Image) -> Turn:
    try:
        orientation = image.getexif().get(ExifTags.Base.Orientation)
    except _FAULTS:
        # Other programs show a picture with damaged EXIF data as it is.
        return None
    return _EXIF_TURNS.get(orientation)


def display_turn(frame: av.VideoFrame) -> Turn:
    """How a frame's display matrix turns it.

    PyAV keeps the memory of a frame that is asked for some time, so that
    decoding slows down: ask key frames.

    FFmpeg makes one of what a file has: a track's matrix, the roll of
    Matroska's projection, EXIF data, H.264's and HEVC's own messages.
    """
    try:
        # frame.side_data makes a cycle, so that the pixels of hundreds of
        # frames would wait for Python's garbage collector.
        side_data = SideDataContainer(frame)
    except ValueError:
        filters = [
            ('sidedata', f'mode=delete:type={kind}') for kind in _UNKNOWN_KINDS
        ]
        side_data = SideDataContainer(_filtered(frame, filters))
    matrix = side_data.get(SideDataType.DISPLAYMATRIX)
    if matrix is None:
        return None
    a, b, _, c, d = struct.unpack('=5i', bytes(matrix)[:20])
    return a, b, c, d


def _turn(image: np.ndarray, turn: Turn) -> np.ndarray:
    """Turn and mirror a picture as the program ffmpeg does.

    Quarter turns are exact. By other angles the picture is turned within its
    frame, which cuts its corners off.

    Args:
        image: (H, W, 3) uint8.
        turn: a, b, c, d as of ``_EXIF_TURNS``, to any scale.
    """
    if turn is None:
        return image
    a, b, c, d = turn
    width, height = hypot(a, c), hypot(b, d)
    if not width or not height:
        # Nothing would be seen; other programs ignore such a matrix.
        return image
    angle = round(degrees(atan2(b / height, a / width)))
    if angle % 90:
        frame = av.VideoFrame.from_ndarray(image, format='rgb24')
        turned = _filtered(frame, [('rotate', f'{angle}*PI/180')])
        return turned.to_ndarray(format='rgb24')
    mirrored = a < 0, d < 0
    if angle % 180:
        image = image.swapaxes(0, 1)
        mirrored = c < 0, b < 0
    if mirrored[0]:
        image = image[:, ::-1]
    if mirrored[1]:
        image = image[::-1]
    return np.ascontiguousarray(image)


def _filtered(
    frame: av.VideoFrame, filters: list[tuple[str, str]]
) -> av.VideoFrame:
    """Send one frame through FFmpeg's filters, given by name and options."""
    graph = av.filter.Graph()
    source = graph.add_buffer(
        width=frame.width,
        height=frame.height,
        format=frame.format,
        time_base=Fraction(1),
    )
    steps = [graph.add(name, options) for name, options in filters]
    graph.link_nodes(source, *steps, graph.add('buffersink')).configure()
    graph.push(frame)
    return graph.pull()
