"""Annotators: boxes with names and scores of actions on a frame."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageDraw

from stclip.utils.errors import UserError
from stclip.visualization.lettering import Lettering
from stclip.visualization.typography import (
    RGB,
    fit_text,
    ink_on,
    line_height,
)

_Rectangle = tuple[int, int, int, int]

# No drawn frame is longer: players decode H.264 up to about this size.
MAX_SIDE_PX = 4096
# Letters are no smaller, nor than this part of the shorter side.
_MIN_LETTER_PX, _LETTER_PART = 12, 26
_STAMP_COLOUR = (0, 0, 0)


@dataclass(frozen=True)
class ActionLabel:
    """One line of a person's label stack.

    Args:
        name: Action in plain words, or who it is.
        score: In [0, 1]; written with two digits after the name. None for
            what has no score.
        colour: Of the bar behind the text.
    """

    name: str
    score: float | None
    colour: RGB


@dataclass(frozen=True)
class PersonMark:
    """What is drawn for one person.

    Args:
        box_xyxy: Four numbers, px of the frame; may reach beyond it.
        labels: Lines of the label stack, top first; may be empty.
        colour: Of the box.
    """

    box_xyxy: Sequence[float]
    labels: tuple[ActionLabel, ...]
    colour: RGB


def annotate(
    frame: np.ndarray,
    marks: Sequence[PersonMark],
    min_side_px: int = 0,
    width_px: int | None = None,
    stamp: str = '',
) -> np.ndarray:
    """Draw people and what they do.

    A label stack lies above its box where there is room, else below, else
    inside; it never leaves the frame, and it avoids the stacks drawn before.

    Args:
        frame: (H, W, 3) uint8 RGB.
        marks: People; those listed first get the better places.
        min_side_px: Small frames are enlarged by a whole factor until their
            shorter side has this many pixels, because text of a legible size
            would cover them; but no side beyond 4096 px.
        width_px: Width of the drawn frame, whatever the smallest side.
        stamp: A line in the upper right corner, as the time.

    Returns:
        A new (f*H, f*W, 3) uint8 RGB frame. Without ``width_px`` the factor f
        is below 1 for frames with a side beyond 4096 px alone, which are
        shrunk to it.

    Raises:
        ValueError: If the frame is not (H, W, 3) uint8.
    """
    _check_frame(frame)
    if width_px is None:
        factor = _drawing_factor(frame.shape[:2], min_side_px)
    else:
        factor = width_px / frame.shape[1]
    height, width = (max(1, round(side * factor)) for side in frame.shape[:2])
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    canvas = cv2.resize(frame, (width, height), interpolation=method)
    boxes = [
        _whole_box(mark.box_xyxy, factor, height, width) for mark in marks
    ]
    thickness = max(2, round(min(height, width) / 200))
    for box, mark in zip(boxes, marks, strict=True):
        _draw_box(canvas, box, mark.colour, thickness)
    image = Image.fromarray(canvas)
    taken: list[_Rectangle] = []
    if stamp:
        corner = (width, 0, width, 0)
        line = ActionLabel(stamp, None, _STAMP_COLOUR)
        taken.append(_draw_stack(image, corner, [line], taken))
    for box, mark in zip(boxes, marks, strict=True):
        if mark.labels:
            taken.append(_draw_stack(image, box, mark.labels, taken))
    return np.asarray(image).copy()


def drawn_hw(
    frame_hw: tuple[int, int], min_side_px: int = 0
) -> tuple[int, int]:
    """Height and width of what :func:`annotate` makes of a frame.

    Args:
        frame_hw: Height and width in px.
        min_side_px: As there.
    """
    factor = _drawing_factor(frame_hw, min_side_px)
    height, width = (max(1, round(side * factor)) for side in frame_hw)
    return height, width


def _check_frame(frame: np.ndarray) -> None:
    if frame.dtype != np.uint8 or frame.ndim != 3 or frame.shape[2] != 3:
        raise UserError(
            'a frame must be (H, W, 3) uint8 RGB, got '
            f'{frame.shape} {frame.dtype}'
        )


def _drawing_factor(frame_hw: tuple[int, int], min_side_px: int) -> float:
    shorter, longer = sorted(frame_hw)
    if longer > MAX_SIDE_PX:
        return MAX_SIDE_PX / longer
    return max(1, min(-(-min_side_px // shorter), MAX_SIDE_PX // longer))


def _whole_box(
    box_xyxy: Sequence[float], factor: float, height: int, width: int
) -> _Rectangle:
    """Box in whole pixels of the scaled frame, clipped to it."""
    box = np.asarray(box_xyxy, dtype=np.float64) * factor
    x1, x2 = np.clip(np.round(box[[0, 2]]), 0, width - 1).astype(int)
    y1, y2 = np.clip(np.round(box[[1, 3]]), 0, height - 1).astype(int)
    return int(x1), int(y1), int(x2), int(y2)


def _draw_box(
    canvas: np.ndarray, box: _Rectangle, colour: RGB, thickness: int
) -> None:
    """Outline of a box; a dark rim sets it off from any background."""
    top_left, bottom_right = box[:2], box[2:]
    cv2.rectangle(canvas, top_left, bottom_right, (0, 0, 0), thickness + 2)
    cv2.rectangle(canvas, top_left, bottom_right, colour, thickness)


def _draw_stack(
    image: Image.Image,
    box: _Rectangle,
    labels: Sequence[ActionLabel],
    taken: Sequence[_Rectangle],
) -> _Rectangle:
    """Draw one person's lines; returns the rectangle that they cover."""
    width, height = image.size
    size_px = max(_MIN_LETTER_PX, round(min(width, height) / _LETTER_PART))
    font = Lettering(size_px)
    margin = max(2, font.size // 4)
    bar_height = min(line_height(font) + 2, max(1, height // len(labels)))
    texts = [_line(label, font, width - 2 * margin) for label in labels]
    lengths = [int(np.ceil(font.getlength(text))) for text in texts]
    stack_hw = (bar_height * len(labels), max(lengths) + 2 * margin)
    left, top = _position(stack_hw, box, (height, width), taken)
    brush = ImageDraw.Draw(image)
    for row, (label, text) in enumerate(zip(labels, texts, strict=True)):
        y = top + row * bar_height
        right = left + lengths[row] + 2 * margin
        brush.rectangle(
            (left, y, right - 1, y + bar_height - 1), fill=label.colour
        )
        middle = (left + margin, y + bar_height // 2)
        font.draw(image, middle, text, ink_on(label.colour))
    return left, top, left + stack_hw[1], top + stack_hw[0]


def _line(label: ActionLabel, font: Lettering, max_width_px: float) -> str:
    """Name and score; a name that is too long loses its end."""
    score = '' if label.score is None else f' {label.score:.2f}'
    room = max_width_px - font.getlength(score)
    return fit_text(label.name, font, room) + score


def _position(
    stack_hw: tuple[int, int],
    box: _Rectangle,
    frame_hw: tuple[int, int],
    taken: Sequence[_Rectangle],
) -> tuple[int, int]:
    """Top left corner of a stack: above, below or inside its box.

    The first place that covers no earlier stack wins, else the one that
    covers least.
    """
    rows, columns = stack_hw
    x1, y1, x2, y2 = box
    lefts = (x1, x2 - columns)
    tops = (y1 - rows, y2, y1, y2 - rows)
    highest, widest = frame_hw[0] - rows, frame_hw[1] - columns
    candidates = [(left, top) for top in tops for left in lefts]
    inside = [
        (min(max(left, 0), max(widest, 0)), top)
        for left, top in candidates
        if 0 <= top <= highest
    ] or [(max(min(x1, widest), 0), max(highest, 0))]

    def covered(corner: tuple[int, int]) -> int:
        left, top = corner
        stack = (left, top, left + columns, top + rows)
        return sum(_common_area(stack, other) for other in taken)

    return min(inside, key=covered)


def _common_area(a: _Rectangle, b: _Rectangle) -> int:
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    return max(width, 0) * max(height, 0)
