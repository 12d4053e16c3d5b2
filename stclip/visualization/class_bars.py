"""Bars of what classes reach, and of what kinds of errors cost."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.lines import Line2D

from stclip.visualization.figures import (
    names_on_axis,
    new_figure,
    save_figure,
    short_name,
)

_WIDTH, _BAR_INCHES, _EDGES_INCHES = 8, 0.2, 1.1
# Of more classes the best and the worst are drawn.
_MAX_BARS = 200
_ROOM = 36
_COLOURS = {'seen': '#4477aa', 'unseen': '#ee7733', '': '#4477aa'}
_ERROR_COLOUR = '#cc6677'


def save_ap_bars(
    path: str | Path,
    labels: Sequence[str],
    average_precision: np.ndarray,
    num_gt: np.ndarray,
    marks: Mapping[str, str],
    caveats: Sequence[str] = (),
) -> None:
    """Draw the AP of each class, the best on top, and their mean.

    Args:
        path: png file, written atomically.
        labels: Names of the C classes, at least one.
        average_precision: (C,) in [0, 1]; NaN without ground truth.
        num_gt: (C,) ground-truth boxes.
        marks: ``'seen'`` or ``'unseen'`` by name; nothing for one colour.
        caveats: What cannot be trusted, above all.
    """
    order = ranking(average_precision)
    left_out = max(0, len(order) - _MAX_BARS)
    if left_out:
        half = _MAX_BARS // 2
        order = np.concatenate([order[:half], order[-half:]])
    percent = 100 * average_precision[order]
    colours = [_COLOURS[marks.get(labels[c], '')] for c in order]
    figure = new_figure(
        _WIDTH, _EDGES_INCHES + _BAR_INCHES * len(order), caveats
    )
    axes = figure.subplots()
    axes.barh(range(len(order)), np.nan_to_num(percent), color=colours)
    for row, (value, count) in enumerate(
        zip(percent, num_gt[order], strict=True)
    ):
        told = 'no ground truth'
        if not np.isnan(value):
            told = f'{value:.1f}  (n = {count:,})'
        axes.text(
            np.nan_to_num(value) + 1,
            row,
            told,
            va='center',
            fontsize=7,
            color='0.3',
            bbox=dict(facecolor='white', edgecolor='none', pad=0.8),
        )
    axes.set_xlim(0, 118)
    axes.set_xticks(range(0, 101, 20))
    axes.set_xlabel(
        'average precision (%); n: ground-truth boxes'
        + (f'; {left_out} classes between are left out' if left_out else '')
    )
    axes.set_ylim(len(order) - 0.4, -0.6)
    names = [short_name(labels[c], _ROOM) for c in order]
    names_on_axis(axes.yaxis, names, fontsize=8)
    _explain(axes, average_precision, set(marks.values()))
    save_figure(path, figure)


def _explain(
    axes: object, average_precision: np.ndarray, kinds: set[str]
) -> None:
    """Draw the mean, and a legend of it and of the colours."""
    handles = [
        Line2D([], [], color=_COLOURS[kind], lw=5, label=kind)
        for kind in sorted(kinds)
    ]
    if not np.isnan(average_precision).all():
        mean = 100 * np.nanmean(average_precision)
        style = dict(color='0.2', lw=1, ls='--', label=f'mean {mean:.1f}')
        handles.append(axes.axvline(mean, zorder=1, **style))
    axes.legend(
        handles=handles,
        loc='lower right',
        bbox_to_anchor=(1, 1),
        ncols=3,
        fontsize=8,
        frameon=False,
    )


def ranking(average_precision: np.ndarray) -> np.ndarray:
    """Classes by descending AP, those without ground truth last.

    Args:
        average_precision: (C,); NaN without ground truth.

    Returns:
        (C,) int; of equal ones the first comes first.
    """
    return np.argsort(-average_precision, kind='stable')


def save_error_bars(
    path: str | Path,
    gains: Mapping[str, float],
    caveats: Sequence[str] = (),
) -> None:
    """Draw what frame mAP would gain without errors of each kind.

    Args:
        path: png file, written atomically.
        gains: Gain in [0, 1] by kind.
        caveats: What cannot be trusted, above all.
    """
    names = list(gains)
    points = [100 * gains[name] for name in names]
    figure = new_figure(
        _WIDTH, _EDGES_INCHES + 1.5 * _BAR_INCHES * len(names), caveats
    )
    axes = figure.subplots()
    axes.barh(range(len(names)), points, color=_ERROR_COLOUR)
    for row, value in enumerate(points):
        axes.text(value, row, f' {value:.1f}', va='center', fontsize=8)
    axes.set_xlim(0, max(1.0, *points, 0) * 1.15)
    axes.set_xlabel('points of frame mAP without errors of this kind')
    axes.set_ylim(len(names) - 0.4, -0.6)
    names_on_axis(axes.yaxis, names, fontsize=9)
    save_figure(path, figure)
