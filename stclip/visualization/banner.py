"""Banners: what a picture cannot be trusted for, so that none misses it."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from stclip.visualization.typography import line_height, load_font

_PAPER = (176, 0, 32)
_INK = (255, 255, 255)
# Letters to the shorter side of a picture.
_LETTER_PART = 24
_MIN_LETTER_PX = 10


def banner_strip(
    texts: Sequence[str], width_px: int, letter_px: int
) -> np.ndarray:
    """White words on red; what does not fit goes on in the next line.

    Args:
        texts: Each starts a line; may be empty.
        width_px: Width of the strip.
        letter_px: Height of the letters' em square.

    Returns:
        (h, width_px, 3) uint8 RGB; h is 0 for no texts.
    """
    font = load_font(letter_px)
    margin = max(2, letter_px // 3)
    lines = [
        line
        for text in texts
        for line in _wrapped(text, font, width_px - 2 * margin)
    ]
    step = line_height(font) + 2
    strip = Image.new('RGB', (width_px, step * len(lines)), _PAPER)
    if not lines:
        return np.zeros((0, width_px, 3), np.uint8)
    draw = ImageDraw.Draw(strip)
    for row, line in enumerate(lines):
        draw.text(
            (margin, row * step + step // 2),
            line,
            fill=_INK,
            font=font,
            anchor='lm',
        )
    return np.asarray(strip).copy()


def with_banner(image: np.ndarray, texts: Sequence[str]) -> np.ndarray:
    """Write texts over the lower edge of a picture.

    Args:
        image: (H, W, 3) uint8 RGB.
        texts: See :func:`banner_strip`; may be empty.

    Returns:
        A picture of the same shape.
    """
    height, width = image.shape[:2]
    letter_px = max(_MIN_LETTER_PX, min(height, width) // _LETTER_PART)
    strip = banner_strip(texts, width, letter_px)[:height]
    drawn = image.copy()
    drawn[height - len(strip) :] = strip
    return drawn


def _wrapped(
    text: str, font: ImageFont.FreeTypeFont, max_width_px: float
) -> list[str]:
    """Lines of whole words; a word that is too long has its own."""
    lines: list[str] = []
    for word in text.split():
        longer = f'{lines[-1]} {word}' if lines else word
        if lines and font.getlength(longer) <= max_width_px:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
