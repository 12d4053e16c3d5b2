"""The unit of boxes, told from their values: px or fractions of a frame."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import permutations

import numpy as np

from stclip.utils.errors import UserError

# A person may leave the frame by a little; a side in px is far beyond.
_MAX_FRACTION = 2.0


def require_fractions(boxes: Iterable[Sequence[float]]) -> None:
    """Make sure that boxes can be fractions of a frame.

    Args:
        boxes: xyxy of each, finite.

    Raises:
        ValueError: If one cannot; shows it.
    """
    for box in boxes:
        if max(box) > _MAX_FRACTION or min(box) < -_MAX_FRACTION:
            raise UserError(
                f'box {list(box)} seems to be in px, but boxes are fractions '
                'of the frame here, 0 to 1: divide x by its width and y by '
                'its height'
            )


def seem_pixels(boxes: np.ndarray) -> bool:
    """Whether some of (N, 4) boxes cannot be fractions of a frame."""
    return bool((np.abs(boxes) > _MAX_FRACTION).any())


def seem_fractions(boxes: np.ndarray) -> bool:
    """Whether all of (N, 4) boxes, if any, can hardly be in px."""
    if not len(boxes) or seem_pixels(boxes):
        return False
    return bool(within_a_pixel(boxes).all())


def within_a_pixel(boxes: np.ndarray) -> np.ndarray:
    """Which boxes are no larger than a pixel, if they are in px.

    Fractions of a frame that were taken for px all are.

    Args:
        boxes: (N, 4) xyxy.

    Returns:
        (N,) bool.
    """
    return (boxes[:, 2:] - boxes[:, :2] <= 1).all(axis=1)


def require_pixels(boxes: np.ndarray) -> None:
    """Make sure that not all boxes seem to be fractions of a frame.

    Args:
        boxes: (N, 4) xyxy: all those of a file.

    Raises:
        ValueError: If each is no larger than a pixel, and one smaller; shows
            the first. (Of whole numbers alone, it may be a pixel indeed.)
    """
    if len(boxes) and within_a_pixel(boxes).all() and (boxes % 1).any():
        raise UserError(
            f'persons under a pixel: all {len(boxes)} boxes, such as '
            f'{boxes[0].tolist()}, seem to be fractions of the frame, but '
            'boxes are in px here: multiply x by its width and y by its '
            'height'
        )


def require_same_unit(boxes: Mapping[str, np.ndarray]) -> None:
    """Make sure that boxes to be compared seem to be in one unit.

    Args:
        boxes: (N, 4) xyxy by what they are, for the message.

    Raises:
        ValueError: If some seem to be in px and others fractions.
    """
    for (name, one), (other_name, other) in permutations(boxes.items(), 2):
        if seem_pixels(one) and seem_fractions(other):
            raise UserError(
                f'boxes in {name} seem to be in px, such as '
                f'{one[0].tolist()}, and those in {other_name} in fractions '
                f'of the frame, such as {other[0].tolist()}; write both in '
                'one unit'
            )
