"""Text in any script that a font of the machine has.

The font of :func:`load_font` has Latin, Greek, Cyrillic, Arabic, Hebrew and
more. Letters that it lacks (Chinese, Japanese, Korean, Devanagari, emoji)
come from what is installed, on the machine or with a Python package: each run
of a text has the first font with it. Pillow's raqm joins and orders the
letters of a run.
"""

import logging
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from importlib.metadata import distributions

from matplotlib.font_manager import findSystemFonts
from matplotlib.ft2font import FT2Font
from mmengine.logging import print_log
from PIL import Image, ImageDraw, ImageFont

from stclip.visualization.typography import RGB, load_font

# Fonts of pictures, as emoji are, have these sizes alone.
_PICTURE_SIZES_PX = (109, 136, 160, 128, 64)
# Marks, joiners and variants belong to the letter before them.
_CLINGING = ('Mn', 'Me', 'Mc', 'Cf')
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_JOINER = '\u200d'
# What between words is drawn in the font of the word, if that has it.
_BETWEEN = ('Z', 'P')
_FONT_SUFFIXES = ('.ttf', '.otf', '.ttc', '.otc')
_NO_LETTERS = 'lastresort'
_BOLD = 700
_LEAST_PX = 1


class Lettering:
    """Letters of one size; may stand where a font of Pillow measures.

    Args:
        size_px: Height of the letters' em square.
    """

    def __init__(self, size_px: int) -> None:
        self.size = size_px
        self._main = load_font(size_px)

    def getmetrics(self) -> tuple[int, int]:
        """Pixels above and below the base line, the same for every text."""
        return self._main.getmetrics()

    def getlength(self, text: str) -> float:
        """Width of a line in px."""
        return sum(
            font.getlength(part) * scale
            for part, font, scale in self._runs(text)
        )

    def draw(
        self,
        image: Image.Image,
        left_middle: tuple[int, int],
        text: str,
        ink: RGB,
    ) -> None:
        """Draw a line.

        Args:
            image: RGB; is drawn on.
            left_middle: Where it starts, and half its height, in px.
            text: The line.
            ink: Its colour; pictures have their own.
        """
        left, middle = left_middle
        brush = ImageDraw.Draw(image)
        x = float(left)
        for part, font, scale in self._runs(text):
            if scale == 1:
                # All runs stand on the base line of the main font.
                ascent, descent = self.getmetrics()
                base = middle + (ascent - descent) / 2
                brush.text((x, base), part, ink, font, anchor='ls')
            else:
                self._paste(image, (round(x), middle), part, font, scale, ink)
            x += font.getlength(part) * scale

    def _paste(
        self,
        image: Image.Image,
        left_middle: tuple[int, int],
        part: str,
        font: ImageFont.FreeTypeFont,
        scale: float,
        ink: RGB,
    ) -> None:
        """Draw pictures in the size that they have, then shrink them."""
        width, height = round(font.getlength(part)), sum(font.getmetrics())
        own = Image.new('RGBA', (max(width, 1), max(height, 1)))
        middle = (0, own.height / 2)
        ImageDraw.Draw(own).text(
            middle, part, ink, font, anchor='lm', embedded_color=True
        )
        size = [max(round(side * scale), _LEAST_PX) for side in own.size]
        # By parts of alpha, or edges would be dark.
        small = own.convert('RGBa').resize(size, Image.Resampling.LANCZOS)
        small = small.convert('RGBA')
        left, middle = left_middle
        image.paste(small, (left, middle - small.height // 2), small)

    def _runs(
        self, text: str
    ) -> list[tuple[str, ImageFont.FreeTypeFont, float]]:
        """Parts of a text, each with its font and how much that is scaled."""
        return [
            (part, *(_sized(path, self.size) if path else (self._main, 1)))
            for path, part in _split(text)
        ]


@lru_cache(maxsize=1)
def warn_of_missing_letters(texts: tuple[str, ...]) -> None:
    """Say which letters no font has, once for the same texts in a row."""
    missing = missing_letters(texts)
    if missing:
        print_log(
            f'no font of this machine has the letters {missing[:20]}: '
            'pictures show boxes in their place; pip install stclip[fonts], '
            'or give the machine a font that has them, as of the packages '
            'fonts-noto-cjk and fonts-noto-color-emoji',
            'current',
            logging.WARNING,
        )


def missing_letters(texts: Iterable[str]) -> str:
    """Letters that no font of the machine has, each once, in order."""
    letters = dict.fromkeys(
        char for text in texts for char in text if not _clings(char)
    )
    main = _letters_of(load_font(10).path)
    return ''.join(
        char
        for char in letters
        if ord(char) not in main and not _other_font(char)
    )


def other_fonts(texts: Iterable[str]) -> list[str]:
    """Files of the fonts that texts need beside the main one."""
    runs = (run for text in texts for run in _split(text))
    return [path for path in dict.fromkeys(path for path, _ in runs) if path]


@lru_cache(maxsize=4096)
def _split(text: str) -> tuple[tuple[str, str], ...]:
    """Runs of a text with the file of each one's font, '' for the main one."""
    main = _letters_of(load_font(10).path)
    runs: list[tuple[str, str]] = []
    for char in text:
        own = '' if ord(char) in main else _other_font(char)
        if runs:
            path, part = runs[-1]
            if _clings(char) or part.endswith(_JOINER) or _stays(char, path):
                own = path
            if own == path:
                runs[-1] = (path, part + char)
                continue
        runs.append((own, char))
    return tuple(runs)


def _clings(char: str) -> bool:
    return unicodedata.category(char) in _CLINGING or ord(char) in _SKIN_TONES


def _stays(char: str, path: str) -> bool:
    """Whether what is between words goes on in the font of the last one."""
    between = unicodedata.category(char).startswith(_BETWEEN)
    if not (between and path) or ord(char) not in _letters_of(path):
        return False
    # Spaces among pictures are as wide as these.
    return _sized(path, 20)[1] == 1


@lru_cache(maxsize=4096)
def _other_font(char: str) -> str:
    """File of the first font with a letter; '' if there is none."""
    return next((p for p in _fonts() if ord(char) in _letters_of(p)), '')


def package_fonts() -> list[str]:
    """Font files that come with Python packages."""
    return [
        str(file.locate())
        for package in distributions()
        for file in package.files or ()
        if file.suffix.lower() in _FONT_SUFFIXES
    ]


@lru_cache(maxsize=1)
def _fonts() -> list[str]:
    """Font files, the machine's first; bold ones without serifs first."""

    def rank(path: str) -> tuple[bool, bool, bool, str]:
        name = path.rpartition('/')[2].lower()
        return 'sans' not in name, 'bold' not in name, 'italic' in name, path

    fonts = [
        *sorted(findSystemFonts(), key=rank),
        *sorted(package_fonts(), key=rank),
    ]
    # That of matplotlib has a box for every letter there is.
    return [path for path in fonts if _NO_LETTERS not in path.lower()]


@lru_cache(maxsize=64)
def _letters_of(path: str) -> frozenset[int]:
    """Code points that a font has; none if it cannot be read or drawn."""
    try:
        letters = frozenset(FT2Font(path).get_charmap())
        _sized(path, 20)
    except (OSError, RuntimeError):
        return frozenset()
    return letters


@lru_cache(maxsize=64)
def _sized(path: str, size_px: int) -> tuple[ImageFont.FreeTypeFont, float]:
    """A font, and what its letters are to be scaled by for a size.

    Raises:
        OSError: If it has no size that is known.
    """
    try:
        font = ImageFont.truetype(path, size_px)
    except OSError:
        for own_px in _PICTURE_SIZES_PX:
            try:
                return ImageFont.truetype(path, own_px), size_px / own_px
            except OSError:
                continue
        raise
    _embolden(font)
    return font, 1


def _embolden(font: ImageFont.FreeTypeFont) -> None:
    """Make a variable font as heavy as the main one is."""
    try:
        axes = font.get_variation_axes()
    except OSError:
        return  # not variable
    weight = (b'Weight', 'Weight')
    values = [
        min(_BOLD, axis['maximum'])
        if axis['name'] in weight
        else axis['default']
        for axis in axes
    ]
    font.set_variation_by_axes(values)
