"""Confusion matrices as pictures."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from stclip.utils.io import atomic_write

# More names than this cannot be read beside each other.
_MAX_NAMED = 120
_SIDE_INCHES = 0.17


def save_confusion_matrix(
    path: str | Path, labels: Sequence[str], confusion: np.ndarray
) -> None:
    """Draw what the videos of each class were taken for.

    Args:
        path: png file, written atomically.
        labels: Names of the C classes; many are left out of the picture.
        confusion: (C, C), videos by true class (row) and predicted class
            (column). Each row is drawn as fractions of its sum.
    """
    named = len(labels) <= _MAX_NAMED
    side = 3 + _SIDE_INCHES * min(len(labels), _MAX_NAMED)
    figure = Figure(figsize=(side + 1, side), dpi=80, layout='constrained')
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    total = confusion.sum(axis=1, keepdims=True)
    shown = axes.imshow(
        confusion / np.maximum(total, 1), vmin=0, vmax=1, cmap='Blues'
    )
    axes.set_xlabel('predicted')
    axes.set_ylabel('true')
    if named:
        ticks = range(len(labels))
        axes.set_xticks(ticks, labels, rotation=90, fontsize='x-small')
        axes.set_yticks(ticks, labels, fontsize='x-small')
    figure.colorbar(shown, shrink=0.6, label="fraction of the class's videos")
    with atomic_write(path, 'wb') as file:
        figure.savefig(file, format='png')
