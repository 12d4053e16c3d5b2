"""Vectors of many dimensions as points in two."""

from collections.abc import Sequence
from math import ceil
from pathlib import Path

import numpy as np
from matplotlib.lines import Line2D

from stclip.visualization.figures import new_figure, save_figure
from stclip.visualization.typography import class_colour

_PANEL_INCHES, _COLUMNS = 2.4, 5
_MARKERS = 'os^Dv*PX'


def principal_plane(vectors: np.ndarray) -> tuple[np.ndarray, float]:
    """Points in the plane in which vectors differ most (PCA).

    Args:
        vectors: (n, D), n >= 1.

    Returns:
        (n, 2) float64, each axis turned so that its largest coordinate is
        positive; the part of the variance that the plane shows, in [0, 1],
        1 if there is none.
    """
    centred = np.asarray(vectors, np.float64)
    centred = centred - centred.mean(axis=0)
    left, sizes, _ = np.linalg.svd(centred, full_matrices=False)
    points = np.zeros((len(centred), 2))
    known = min(2, len(sizes))
    points[:, :known] = left[:, :known] * sizes[:known]
    largest = points[np.abs(points).argmax(axis=0), range(2)]
    points *= np.where(largest < 0, -1, 1)
    whole = float((sizes**2).sum())
    shown = float((sizes[:2] ** 2).sum()) / whole if whole > 0 else 1.0
    return points, shown


def save_projection(
    path: str | Path,
    points: np.ndarray,
    titles: Sequence[str],
    labels: Sequence[str],
    owners: Sequence[str],
    note: str,
    banners: Sequence[str] = (),
) -> None:
    """Draw a panel a stage, all with the same axes.

    Args:
        path: png file, written atomically.
        points: (stages, owners, labels, 2).
        titles: Of the stages.
        labels: A colour each.
        owners: A form of the points each.
        note: What stands below all panels.
        banners: What cannot be trusted, above all panels.
    """
    columns = min(_COLUMNS, len(titles))
    rows = ceil(len(titles) / columns)
    size = (_PANEL_INCHES * columns + 2.2, _PANEL_INCHES * rows + 0.8)
    figure = new_figure(*size, banners)
    panels = figure.subplots(
        rows, columns, squeeze=False, sharex=True, sharey=True
    ).flatten()
    for axes, title, stage in zip(panels, titles, points, strict=False):
        axes.set_title(title, fontsize=8)
        axes.tick_params(labelsize=6)
        for number, owner in enumerate(stage):
            colours = [_colour(index) for index in range(len(labels))]
            axes.scatter(
                *owner.T,
                # Those that lie on each other are seen, one in the other.
                facecolors='none' if number else colours,
                edgecolors=colours,
                marker=_MARKERS[number % len(_MARKERS)],
                s=28 * (1 + number),
            )
    for axes in panels[len(titles) :]:
        axes.set_visible(False)
    figure.legend(
        handles=_handles(labels, owners),
        loc='outside right upper',
        fontsize=7,
    )
    figure.supxlabel(note, fontsize=7)
    save_figure(path, figure)


def _colour(index: int) -> tuple[float, ...]:
    return tuple(part / 255 for part in class_colour(index))


def _handles(labels: Sequence[str], owners: Sequence[str]) -> list[Line2D]:
    """Entries of the legend: colours of labels, forms of owners."""
    colours = [(name, 'o', _colour(k)) for k, name in enumerate(labels)]
    forms = [
        (name, _MARKERS[k % len(_MARKERS)], (0.5, 0.5, 0.5))
        for k, name in enumerate(owners)
    ]
    return [
        Line2D([], [], ls='', marker=form, color=colour, label=name)
        for name, form, colour in colours + forms
    ]
