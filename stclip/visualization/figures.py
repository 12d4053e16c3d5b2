"""Figures of matplotlib: how they are made, lettered and written."""

import io
import textwrap
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager

from stclip.utils.io import atomic_write
from stclip.visualization.lettering import other_fonts

_WARNING = '#b00020'
_WARNING_PT = 8
# Letters of that size in an inch, about.
_LETTERS_PER_INCH = 15
_ELLIPSIS = '…'


def new_figure(
    width: float, height: float, caveats: Sequence[str] = ()
) -> Figure:
    """An empty figure that needs no screen.

    Args:
        width: In inches.
        height: In inches, without the caveats.
        caveats: What cannot be trusted; stands above all, in red.
    """
    room = int(width * _LETTERS_PER_INCH)
    lines = [line for told in caveats for line in textwrap.wrap(told, room)]
    height += len(lines) * _WARNING_PT * 1.3 / 72
    figure = Figure(figsize=(width, height), dpi=100, layout='constrained')
    FigureCanvasAgg(figure)
    if lines:
        figure.suptitle(
            '\n'.join(lines),
            fontsize=_WARNING_PT,
            color=_WARNING,
            parse_math=False,
            fontfamily=families(lines),
        )
    return figure


def save_figure(path: str | Path, figure: Figure) -> None:
    """Write a figure as png, atomically.

    Letters that no font has are for the caller to tell of
    (:func:`~stclip.visualization.lettering.warn_of_missing_letters`).
    """
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings('ignore', 'Glyph .* missing from font')
        # savefig would draw all of it twice, once for the layout alone.
        figure.canvas.print_png(buffer)
    with atomic_write(path, 'wb') as file:
        file.write(buffer.getvalue())


def names_on_axis(axis: object, names: Sequence[str], **style: object) -> None:
    """Name the places 0, 1, ... of an axis, as the names are written.

    Args:
        axis: Of matplotlib.
        names: One for each place.
        **style: Of the texts.
    """
    axis.set_ticks(
        range(len(names)),
        names,
        parse_math=False,
        fontfamily=families(names),
        **style,
    )


def short_name(name: str, room: int) -> str:
    """A name on one line, without its middle if it is long.

    Args:
        name: Any text.
        room: Letters that there is room for.
    """
    name = ' '.join(name.split())
    if len(name) <= room:
        return name
    # Names of one data set differ at their ends as often as at the start.
    tail = room // 3
    return f'{name[: room - 1 - tail].rstrip()}{_ELLIPSIS}{name[-tail:]}'


def families(texts: Iterable[str]) -> list[str]:
    """Families of fonts that have the letters of texts, the usual one first.

    Args:
        texts: In any script.
    """
    names = FontProperties().get_family()
    for path in other_fonts(texts):
        try:
            fontManager.addfont(path)
            names = [*names, FontProperties(fname=path).get_name()]
        except (OSError, RuntimeError):
            continue  # made of pictures, which figures cannot have
    return names
