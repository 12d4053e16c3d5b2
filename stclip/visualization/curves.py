"""Training curves as pictures."""

from collections.abc import Sequence
from pathlib import Path

from stclip.visualization.figures import new_figure, save_figure

#: Name, iterations and values of a curve.
Curve = tuple[str, Sequence[int], Sequence[float]]


def save_curves(path: str | Path, left: Curve, *right: Curve) -> None:
    """Draw curves over iterations.

    Args:
        path: png file, written atomically.
        left: Drawn against the left axis.
        right: Drawn against the right axis, which goes from 0 to 1.
    """
    figure = new_figure(5, 3)
    axes = figure.subplots()
    axes.set_xlabel('iteration')
    other = axes.twinx()
    other.set_ylim(0, 1)
    sides = (axes, *(other for _ in right))
    for index, (side, curve) in enumerate(
        zip(sides, (left, *right), strict=True)
    ):
        name, steps, values = curve
        side.plot(steps, values, f'C{index}', label=name)
    figure.legend(loc='outside upper center', fontsize='small')
    save_figure(path, figure)
