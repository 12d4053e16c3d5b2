"""Timelines: who does what from when to when, a row a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from PIL import Image, ImageDraw

from stclip.visualization.lettering import Lettering
from stclip.visualization.typography import (
    RGB,
    fit_text,
    ink_on,
    line_height,
)

_PAPER = (32, 32, 32)
_TRACK = (64, 64, 64)
_NOW = (255, 255, 255)
# The names of rows take no more of the width.
_NAME_PART = 5


@dataclass(frozen=True)
class Span:
    """What a person does for a while.

    Args:
        start: When it begins, as part of the video, in [0, 1].
        end: When it ends.
        name: What it is.
        colour: Of the bar.
    """

    start: float
    end: float
    name: str
    colour: RGB


@dataclass(frozen=True)
class TimelineRow:
    """One person's line.

    Args:
        name: Who.
        colour: That of the person.
        spans: What it does; later ones lie over earlier ones.
    """

    name: str
    colour: RGB
    spans: tuple[Span, ...]


def timeline_strip(
    rows: Sequence[TimelineRow], width_px: int, letter_px: int
) -> np.ndarray:
    """Draw rows, one below the other, names before them.

    Args:
        rows: May be empty.
        width_px: Width of the strip; stands for the whole video, but for the
            names.
        letter_px: Height of the letters' em square.

    Returns:
        (h, width_px, 3) uint8 RGB; h is 0 for no rows.
    """
    font = Lettering(letter_px)
    step, margin = _step(font), _margin(font)
    strip = Image.new('RGB', (width_px, step * len(rows)), _PAPER)
    if not rows:
        return np.zeros((0, width_px, 3), np.uint8)
    brush = ImageDraw.Draw(strip)
    start = _start(rows, width_px, font)
    for index, row in enumerate(rows):
        top = index * step
        bottom, middle = top + step - 1, top + step // 2
        brush.rectangle((0, top, start - 1, bottom - 1), row.colour)
        name = fit_text(row.name, font, start - 2 * margin)
        font.draw(strip, (margin, middle), name, ink_on(row.colour))
        brush.rectangle((start, top, width_px, bottom - 1), _TRACK)
        for span in row.spans:
            left, right = (
                start + round(part * (width_px - start))
                for part in (span.start, span.end)
            )
            right = max(right, left + 2)
            brush.rectangle((left, top, right - 1, bottom - 1), span.colour)
            room = right - left - 2 * margin
            name = fit_text(span.name, font, room)
            # An ellipsis alone tells nothing.
            if len(name) > 1 or name == span.name:
                ink = ink_on(span.colour)
                font.draw(strip, (left + margin, middle), name, ink)
    return np.asarray(strip).copy()


def with_now(
    strip: np.ndarray,
    rows: Sequence[TimelineRow],
    letter_px: int,
    now: float,
) -> np.ndarray:
    """Mark a moment on a strip.

    Args:
        strip: From :func:`timeline_strip`.
        rows: Those of the strip.
        letter_px: That of the strip.
        now: As part of the video, in [0, 1].

    Returns:
        A new strip with a line from top to bottom.
    """
    marked = strip.copy()
    width = strip.shape[1]
    start = _start(rows, width, Lettering(letter_px))
    x = min(start + int(now * (width - start)), width - 1)
    marked[:, max(x - 1, 0) : x + 1] = _NOW
    return marked


def _step(font: Lettering) -> int:
    return line_height(font) + 3


def _margin(font: Lettering) -> int:
    return max(2, font.size // 4)


def _start(rows: Sequence[TimelineRow], width_px: int, font: Lettering) -> int:
    """Where the time begins, to the right of the names."""
    longest = max((font.getlength(row.name) for row in rows), default=0)
    return min(ceil(longest) + 2 * _margin(font), width_px // _NAME_PART)
