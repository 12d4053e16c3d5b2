"""Confusion matrices as pictures."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from stclip.visualization.figures import (
    names_on_axis,
    new_figure,
    save_figure,
    short_name,
)

# More names than this cannot be read beside each other.
_MAX_NAMED = 120
_SIDE_INCHES = 0.17
_ROOM = 32


def save_confusion_matrix(
    path: str | Path,
    labels: Sequence[str],
    confusion: np.ndarray,
    unit: str = 'videos',
    no_class: str = '',
    caveats: Sequence[str] = (),
) -> None:
    """Draw what the videos, or persons, of each class were taken for.

    Args:
        path: png file, written atomically.
        labels: Names of the C classes; many are left out of the picture.
        confusion: (C, C), ``unit`` by true class (row) and predicted class
            (column). Each row is drawn as fractions of its sum.
        unit: What is counted.
        no_class: What a further column counts; empty for none.
        caveats: What cannot be trusted, above all.
    """
    named = len(labels) <= _MAX_NAMED
    side = 3.3 + _SIDE_INCHES * min(len(labels), _MAX_NAMED)
    figure = new_figure(side + 1, side, caveats)
    axes = figure.subplots()
    total = confusion.sum(axis=1, keepdims=True)
    shown = axes.imshow(
        confusion / np.maximum(total, 1), vmin=0, vmax=1, cmap='Blues'
    )
    axes.set_xlabel('predicted')
    axes.set_ylabel('true')
    if named:
        names = [short_name(label, _ROOM) for label in labels]
        columns = [*names, no_class] if no_class else names
        names_on_axis(axes.xaxis, columns, rotation=90, fontsize='x-small')
        names_on_axis(axes.yaxis, names, fontsize='x-small')
    bar = figure.colorbar(shown, shrink=0.6)
    bar.set_label(f"fraction of the class's {unit}", fontsize='small')
    save_figure(path, figure)
