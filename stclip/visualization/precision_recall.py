"""Precision-recall curves as small pictures side by side."""

from collections.abc import Sequence
from math import ceil
from pathlib import Path

import numpy as np

from stclip.visualization.class_bars import ranking
from stclip.visualization.figures import (
    families,
    new_figure,
    save_figure,
    short_name,
)

_COLUMNS, _PANEL_INCHES = 4, 2.1
# With the mean they fill three rows.
_BEST, _WORST = 6, 5
_ROOM = 26
_CLASS_COLOUR, _MEAN_COLOUR = '#4477aa', '#222222'


def save_precision_recall(
    path: str | Path,
    labels: Sequence[str],
    recalls: np.ndarray,
    precision: np.ndarray,
    average_precision: np.ndarray,
    caveats: Sequence[str] = (),
) -> None:
    """Draw the mean curve over all curves, and a panel for some classes.

    Of more than eleven classes these are the six best and the five worst.

    Args:
        path: png file, written atomically.
        labels: Names of the C classes.
        recalls: (R,) in [0, 1], ascending.
        precision: (C, R) in [0, 1]; NaN for classes without ground truth.
        average_precision: (C,); NaN likewise.
        caveats: What cannot be trusted, above all.
    """
    known = ~np.isnan(average_precision)
    order = [c for c in ranking(average_precision) if known[c]]
    chosen = order
    if len(order) > _BEST + _WORST:
        chosen = [*order[:_BEST], *order[-_WORST:]]
    columns = min(_COLUMNS, 1 + len(chosen))
    rows = ceil((1 + len(chosen)) / columns)
    # A single panel has room for its title.
    width = max(_PANEL_INCHES * columns, 2 * _PANEL_INCHES)
    figure = new_figure(width, _PANEL_INCHES * rows + 0.2, caveats)
    panels = figure.subplots(
        rows, columns, squeeze=False, sharex=True, sharey=True
    ).flatten()
    for axes in panels[1 + len(chosen) :]:
        axes.set_visible(False)
    panels[0].set(xlim=(0, 1), ylim=(0, 1.03))
    title = 'no class has ground truth'
    if known.any():
        _step(panels[0], recalls, precision[known], '0.8', 0.7)
        mean = precision[known].mean(axis=0, keepdims=True)
        _step(panels[0], recalls, mean, _MEAN_COLOUR, 2)
        points = 100 * average_precision[known].mean()
        title = f'mean of {known.sum()}\nmAP {points:.1f}'
    panels[0].set_title(title, fontsize=8, fontweight='bold')
    for axes, c in zip(panels[1:], chosen, strict=False):
        _step(axes, recalls, precision[[c]], _CLASS_COLOUR, 1.5)
        name = short_name(labels[c], _ROOM)
        axes.set_title(
            f'{name}\nAP {100 * average_precision[c]:.1f}',
            fontsize=8,
            parse_math=False,
            fontfamily=families([name]),
        )
    for axes in panels:
        axes.tick_params(labelsize=7)
    figure.supxlabel('recall', fontsize=8)
    figure.supylabel('precision', fontsize=8)
    save_figure(path, figure)


def _step(
    axes: object,
    recalls: np.ndarray,
    precision: np.ndarray,
    colour: str,
    width: float,
) -> None:
    """Draw (n, R) curves; between two recalls the next one's precision."""
    axes.plot(
        recalls, precision.T, drawstyle='steps-pre', color=colour, lw=width
    )
