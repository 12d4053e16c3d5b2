"""Forest plots: differences with their intervals, a line each."""

from collections.abc import Sequence
from pathlib import Path

from stclip.visualization.figures import new_figure, save_figure

#: Name, mean, lower and upper end.
Line = tuple[str, float, float, float]

_ABOVE, _BELOW, _OPEN = '#2a7f3f', '#b03030', '#555555'


def save_forest(
    path: str | Path, lines: Sequence[Line], label: str, title: str = ''
) -> None:
    """Draw intervals below each other, with a line at zero.

    Intervals above zero are green, below zero red, others grey.

    Args:
        path: png file, written atomically.
        lines: From top to bottom.
        label: Of the axis, with its unit.
        title: Above the picture.
    """
    figure = new_figure(7, 1.2 + 0.28 * len(lines))
    axes = figure.subplots()
    axes.axvline(0, color='black', linewidth=0.8)
    for row, (_, mean, low, high) in enumerate(lines):
        colour = _ABOVE if low > 0 else _BELOW if high < 0 else _OPEN
        axes.plot([low, high], [row, row], color=colour, linewidth=1.6)
        axes.plot(mean, row, 'o', color=colour, markersize=4)
    axes.set_yticks(range(len(lines)), [line[0] for line in lines], fontsize=8)
    axes.set_ylim(len(lines) - 0.5, -0.5)
    axes.set_xlabel(label, fontsize=8)
    axes.tick_params(axis='x', labelsize=8)
    axes.grid(axis='x', alpha=0.3)
    if title:
        axes.set_title(title, fontsize=9, parse_math=False)
    save_figure(path, figure)
