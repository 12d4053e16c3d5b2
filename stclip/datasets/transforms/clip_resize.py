"""The geometry of CLIP's image preprocessing; it stays in uint8."""

import numpy as np
from PIL import Image

from stclip.utils.choices import require_choice

RESIZE_MODES = ('crop', 'squash', 'pad')

# CLIP's mean colour: after normalisation the padding is (close to) zero.
_PAD_RGB = (123, 117, 104)
# A longer image is cut to its centre first, so that a box one pixel wide is
# not enlarged to gigabytes of which all but a square are thrown away.
_MAX_ASPECT = 32


def clip_resize(
    image: np.ndarray, size: int, mode: str = 'crop'
) -> np.ndarray:
    """Resize an image to a square as CLIP does it (PIL, bicubic).

    Args:
        image: (H, W, 3) uint8 RGB, at least one pixel.
        size: Side of the result.
        mode: ``'crop'``, CLIP's own: shorter side to ``size``, then the
            centre. ``'squash'``: both sides to ``size``. ``'pad'``: longer
            side to ``size``, the rest in CLIP's mean colour.

    Returns:
        (3, size, size) uint8 RGB.

    Raises:
        ValueError: For an unknown mode.
    """
    require_choice('mode', mode, RESIZE_MODES)
    if mode == 'crop':
        square = _crop(image, size)
    elif mode == 'squash':
        square = _resize(image, size, size)
    else:
        square = _pad(image, size)
    return np.ascontiguousarray(square.transpose(2, 0, 1))


def _resize(image: np.ndarray, height: int, width: int) -> np.ndarray:
    picture = Image.fromarray(np.ascontiguousarray(image))
    return np.asarray(picture.resize((width, height), Image.BICUBIC))


def _crop(image: np.ndarray, size: int) -> np.ndarray:
    shorter = min(image.shape[:2])
    image = _centre(image, *(_MAX_ASPECT * shorter,) * 2)
    # The longer side is rounded down, as in torchvision's Resize.
    height, width = (
        size if side == shorter else int(size * side / shorter)
        for side in image.shape[:2]
    )
    return _centre(_resize(image, height, width), size, size)


def _centre(image: np.ndarray, height: int, width: int) -> np.ndarray:
    """Cut to at most height x width; half pixels round to even."""
    top = max(0, round((image.shape[0] - height) / 2))
    left = max(0, round((image.shape[1] - width) / 2))
    return image[top : top + height, left : left + width]


def _pad(image: np.ndarray, size: int) -> np.ndarray:
    longer = max(image.shape[:2])
    height, width = (
        max(1, round(size * side / longer)) for side in image.shape[:2]
    )
    square = np.empty((size, size, 3), dtype=np.uint8)
    square[:] = _PAD_RGB
    top, left = (size - height) // 2, (size - width) // 2
    square[top : top + height, left : left + width] = _resize(
        image, height, width
    )
    return square
