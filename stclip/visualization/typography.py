"""Fonts and colours of everything that is drawn."""

import colorsys
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import matplotlib
from PIL import ImageFont

RGB = tuple[int, int, int]
#: Of sheets that are looked at as on paper.
PAPER: RGB = (248, 248, 248)
INK: RGB = (20, 20, 20)

_ELLIPSIS = '…'
# Hues this far apart never come near each other again within a few dozens.
_GOLDEN_RATIO = 0.618034


class Font(Protocol):
    """What texts are measured by: a font of Pillow, or letters of many."""

    def getmetrics(self) -> tuple[int, int]:
        """Pixels above and below the base line."""

    def getlength(self, text: str) -> float:
        """Width of a line in px."""


@lru_cache(maxsize=16)
def load_font(size_px: int) -> ImageFont.FreeTypeFont:
    """The bold sans-serif font that matplotlib carries (most alphabets).

    Args:
        size_px: Height of the letters' em square.

    Returns:
        The font.
    """
    folder = Path(matplotlib.get_data_path()) / 'fonts' / 'ttf'
    return ImageFont.truetype(str(folder / 'DejaVuSans-Bold.ttf'), size_px)


def line_height(font: Font) -> int:
    """Pixels from the top of the highest letter to the bottom of the lowest.

    Args:
        font: The font.

    Returns:
        Height, the same for every text.
    """
    return sum(font.getmetrics())


def fit_text(text: str, font: Font, max_width_px: float) -> str:
    """Shorten a text with an ellipsis until it fits.

    Args:
        text: One line.
        font: Font that it will be drawn in.
        max_width_px: Width allowed.

    Returns:
        The text, or its beginning and an ellipsis; only the ellipsis when
        nothing more fits.
    """
    if font.getlength(text) <= max_width_px:
        return text
    while text and font.getlength(text + _ELLIPSIS) > max_width_px:
        text = text[:-1]
    return text.rstrip() + _ELLIPSIS


def class_colour(class_idx: int) -> RGB:
    """The strong colour of one action, unlike that of its neighbours.

    Args:
        class_idx: Place of the action in its label space.

    Returns:
        Red, green, blue in 0..255.
    """
    hue = (0.02 + class_idx * _GOLDEN_RATIO) % 1.0
    value = (1.0, 0.75)[class_idx // 8 % 2]
    red, green, blue = colorsys.hsv_to_rgb(hue, 0.85, value)
    return round(255 * red), round(255 * green), round(255 * blue)


def person_colour(track_id: int) -> RGB:
    """The light colour of one person, unlike those of actions.

    Args:
        track_id: Who.

    Returns:
        Red, green, blue in 0..255.
    """
    hue = (0.5 + track_id * _GOLDEN_RATIO) % 1.0
    red, green, blue = colorsys.hsv_to_rgb(hue, 0.5, 1.0)
    return round(255 * red), round(255 * green), round(255 * blue)


def luminance(colour: RGB) -> float:
    """Relative luminance as WCAG 2.1 defines it.

    Args:
        colour: Red, green, blue in 0..255.

    Returns:
        0 for black to 1 for white.
    """
    linear = [
        channel / 12.92
        if channel <= 0.04045
        else ((channel + 0.055) / 1.055) ** 2.4
        for channel in (value / 255 for value in colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ink_on(background: RGB) -> RGB:
    """Black or white, whichever is read better on a colour.

    Args:
        background: Red, green, blue in 0..255.

    Returns:
        The ink; its WCAG contrast to the background is at least 4.5.
    """
    # Contrast with white falls below that with black at this luminance.
    return (0, 0, 0) if luminance(background) > 0.179 else (255, 255, 255)
