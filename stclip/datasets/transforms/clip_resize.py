"""The geometry of CLIP's image preprocessing; it stays in uint8."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from PIL import Image

from stclip.utils.choices import require_choice

RESIZE_MODES = ('crop', 'squash', 'pad')
INTERPOLATIONS = dict(
    bicubic=Image.Resampling.BICUBIC, bilinear=Image.Resampling.BILINEAR
)

# CLIP's mean colour: after normalisation the padding is (close to) zero.
PAD_COLOUR = (123, 117, 104)
# A longer image is cut to its centre first, so that a box one pixel wide is
# not enlarged to gigabytes of which all but a square are thrown away.
_MAX_ASPECT = 32

# Of an image, to a height and a width.
_Resize = Callable[[np.ndarray, int, int], np.ndarray]


def clip_resize(
    image: np.ndarray,
    size: int,
    mode: str = 'crop',
    interpolation: str = 'bicubic',
    pad_colour: Sequence[int] = PAD_COLOUR,
) -> np.ndarray:
    """Resize an image to a square as CLIP does it (PIL).

    Args:
        image: (H, W, 3) uint8 RGB, at least one pixel.
        size: Side of the result.
        mode: ``'crop'``, CLIP's own: shorter side to ``size``, then the
            centre. ``'squash'``: both sides to ``size``. ``'pad'``: longer
            side to ``size``, the rest in one colour.
        interpolation: Key of :data:`INTERPOLATIONS`; smaller pictures are
            antialiased in any case.
        pad_colour: RGB in 0..255, of what ``'pad'`` adds.

    Returns:
        (3, size, size) uint8 RGB.

    Raises:
        ValueError: For an unknown mode or interpolation.
    """
    require_choice('mode', mode, RESIZE_MODES)
    require_choice('interpolation', interpolation, tuple(INTERPOLATIONS))
    resize = partial(_resize, INTERPOLATIONS[interpolation])
    if mode == 'crop':
        square = _crop(image, size, resize)
    elif mode == 'squash':
        square = resize(image, size, size)
    else:
        square = _pad(image, size, resize, pad_colour)
    return np.ascontiguousarray(square.transpose(2, 0, 1))


def boxes_in_square(
    boxes_xyxy: np.ndarray, frame_hw: tuple[int, int], size: int, mode: str
) -> np.ndarray:
    """Where boxes of a frame lie in what :func:`clip_resize` makes of it.

    Args:
        boxes_xyxy: (N, 4), px of the frame.
        frame_hw: Its height and width.
        size: See :func:`clip_resize`.
        mode: Likewise.

    Returns:
        (N, 4) float64, px of the square; they may reach beyond it.
    """
    sides = np.array(frame_hw[::-1], np.float64)  # x, y
    seen, scaled = sides, np.full(2, float(size))
    if mode == 'crop':
        seen = np.minimum(sides, _MAX_ASPECT * sides.min())
        scaled = np.floor(size * seen / seen.min())
    elif mode == 'pad':
        scaled = np.maximum(1, np.rint(size * sides / sides.max()))
    cut = np.rint((sides - seen) / 2)
    shift = np.rint((size - scaled) / 2)
    corners = np.asarray(boxes_xyxy, np.float64).reshape(-1, 2, 2)
    return ((corners - cut) * scaled / seen + shift).reshape(-1, 4)


def _resize(
    filter_: Image.Resampling, image: np.ndarray, height: int, width: int
) -> np.ndarray:
    picture = Image.fromarray(np.ascontiguousarray(image))
    return np.asarray(picture.resize((width, height), filter_))


def _crop(image: np.ndarray, size: int, resize: _Resize) -> np.ndarray:
    shorter = min(image.shape[:2])
    image = _centre(image, *(_MAX_ASPECT * shorter,) * 2)
    # The longer side is rounded down, as in torchvision's Resize.
    height, width = (
        size if side == shorter else int(size * side / shorter)
        for side in image.shape[:2]
    )
    return _centre(resize(image, height, width), size, size)


def _centre(image: np.ndarray, height: int, width: int) -> np.ndarray:
    """Cut to at most height x width; half pixels round to even."""
    top = max(0, round((image.shape[0] - height) / 2))
    left = max(0, round((image.shape[1] - width) / 2))
    return image[top : top + height, left : left + width]


def _pad(
    image: np.ndarray, size: int, resize: _Resize, colour: Sequence[int]
) -> np.ndarray:
    longer = max(image.shape[:2])
    height, width = (
        max(1, round(size * side / longer)) for side in image.shape[:2]
    )
    square = np.empty((size, size, 3), dtype=np.uint8)
    square[:] = colour
    top, left = (size - height) // 2, (size - width) // 2
    square[top : top + height, left : left + width] = resize(
        image, height, width
    )
    return square
