"""The unit of boxes, told from their values: px or fractions of a frame."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import permutations

import numpy as np

from stclip.utils.errors import UserError

# A person may leave the frame by a little; a side in px is far beyond.
_MAX_FRACTION = 2.0
# So far beyond its frame, in parts of that, a person's box seldom reaches.
_FAR = 0.1
_FEW_FRAMES = 3


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


def describe_beyond(
    boxes_of_frames: Sequence[np.ndarray],
    sizes_hw: Sequence[tuple[int, int]],
) -> str:
    """Say that boxes in px seem to be of larger pictures.

    A few may be slips; more, or most of the frames, are another unit.

    Args:
        boxes_of_frames: (N, 4) xyxy of each frame, in px, not yet cut.
        sizes_hw: Height and width of each.

    Returns:
        A sentence for a warning; empty if nothing is to be said.
    """
    frames = [
        (boxes[far], height, width)
        for boxes, (height, width) in zip(
            boxes_of_frames, sizes_hw, strict=True
        )
        if (far := _far_beyond(boxes, height, width)).any()
    ]
    if len(frames) <= min(_FEW_FRAMES, len(sizes_hw) // 2):
        return ''
    boxes, height, width = frames[0]
    return (
        f'on {len(frames)} of {len(sizes_hw)} frames boxes reach far beyond '
        f'the picture, such as {boxes[0].tolist()} of {width} x {height}. '
        'They seem to be in px of a larger picture, or in '
        'thousandths of the frame, but are px of height and width here.'
    )


def _far_beyond(boxes: np.ndarray, height: int, width: int) -> np.ndarray:
    size = np.array([width, height] * 2)
    lower, upper = -_FAR * size, (1 + _FAR) * size
    return ((boxes < lower) | (boxes > upper)).any(axis=1)


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
