"""Training curves as pictures."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from stclip.utils.io import atomic_write

#: Name, iterations and values of a curve.
Curve = tuple[str, Sequence[int], Sequence[float]]


def save_curves(path: str | Path, left: Curve, right: Curve) -> None:
    """Draw two curves over the same iterations, each with its own axis.

    Args:
        path: png file, written atomically.
        left: Drawn against the left axis.
        right: Drawn against the right axis, which goes from 0 to 1.
    """
    figure = Figure(figsize=(5, 3), dpi=80, layout='tight')
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.set_xlabel('iteration')
    other = axes.twinx()
    other.set_ylim(0, 1)
    for side, colour, (name, steps, values) in (
        (axes, 'C0', left),
        (other, 'C1', right),
    ):
        side.plot(steps, values, colour)
        side.set_ylabel(name, color=colour)
    with atomic_write(path, 'wb') as file:
        figure.savefig(file, format='png')
