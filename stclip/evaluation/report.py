"""Results as tables for people and as plain values for files."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from stclip.evaluation.functional.frame_map import FrameMAPResult
from stclip.evaluation.functional.seen_unseen import seen_unseen_means
from stclip.utils.tables import text_table

#: What rows of tables call the means over seen and unseen classes.
MEAN_TITLES = dict(
    seen='mean of seen',
    unseen='mean of unseen',
    harmonic_mean='harmonic mean',
)


def format_table(
    labels: Sequence[str],
    columns: Mapping[str, FrameMAPResult],
    seen: Sequence[str] = (),
) -> str:
    """AP of every class and their mean, in percent.

    Args:
        labels: Names of the classes.
        columns: Result under each heading, at least one, all of the same
            labels.
        seen: Names of those that were trained on.

    Returns:
        The table; ``-`` stands for a class without ground truth, which the
        mean leaves out. The number of ground-truth boxes is that of the first
        column.
    """
    num_gt = next(iter(columns.values())).num_gt
    rows = []
    for c, label in enumerate(labels):
        values = [r.average_precision[c] for r in columns.values()]
        rows.append([label, str(num_gt[c]), *map(percent, values)])
    means = [percent(result.mean) for result in columns.values()]
    parts = [frame_map_means(labels, r, seen) for r in columns.values()]
    return class_table(
        ['action', 'boxes', *columns],
        rows,
        [
            ['mean', str(num_gt.sum()), *means],
            *(
                [MEAN_TITLES[key], '', *(percent(part[key]) for part in parts)]
                for key in parts[0]
            ),
        ],
        seen_or_unseen(labels, seen),
    )


def seen_or_unseen(
    labels: Sequence[str], seen: Sequence[str]
) -> dict[str, str]:
    """How each class is marked in a table.

    Args:
        labels: Names of the classes.
        seen: Names of those that were trained on.

    Returns:
        ``'seen'`` or ``'unseen'`` by name; nothing if none is seen, as in a
        zero-shot test.
    """
    if not seen:
        return {}
    return {name: 'seen' if name in seen else 'unseen' for name in labels}


def class_table(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    means: Sequence[Sequence[str]],
    marks: Mapping[str, str],
) -> str:
    """A table with a row for each class, marked as seen or unseen.

    Args:
        head: Headings of the columns.
        rows: A row for each class, its name first.
        means: Rows below them.
        marks: Of all classes, by :func:`seen_or_unseen`.

    Returns:
        The table; of a closed set, with a line that says so.
    """
    if not marks:
        return text_table([head], rows, means)
    table = text_table(
        [[*head, '']],
        [[*row, marks[row[0]]] for row in rows],
        [[*row, ''] for row in means],
    )
    if 'unseen' in marks.values():
        return table
    return (
        f'{table}\nclosed set: each of these classes was trained on, none is '
        'unseen, so there is no harmonic mean'
    )


def frame_map_means(
    labels: Sequence[str], result: FrameMAPResult, seen: Sequence[str]
) -> dict[str, float]:
    """Frame mAP of seen and of unseen classes and their harmonic mean.

    Args:
        labels: Names of the classes.
        result: Their frame mAP.
        seen: Names of those that were trained on.

    Returns:
        See :func:`seen_unseen_means`.
    """
    return seen_unseen_means(result.average_precision, np.isin(labels, seen))


def as_plain(
    labels: Sequence[str],
    result: FrameMAPResult,
    iou_thr: float,
    seen: Sequence[str] = (),
) -> dict[str, Any]:
    """A result in values that JSON knows.

    Args:
        labels: Names of the classes.
        result: Their frame mAP.
        iou_thr: The threshold it was computed with.
        seen: Names of those that were trained on.

    Returns:
        ``mAP``, ``per_class`` (``None`` without ground truth) and the counts;
        docs/formats.md describes them.
    """
    means = frame_map_means(labels, result, seen)
    return {
        'iou_threshold': iou_thr,
        'mAP': none_if_nan(result.mean),
        **({'seen_labels': list(seen)} if seen else {}),
        **{f'mAP_{key}': none_if_nan(mean) for key, mean in means.items()},
        'per_class': {
            label: none_if_nan(float(value))
            for label, value in zip(
                labels, result.average_precision, strict=True
            )
        },
        'num_gt': dict(zip(labels, result.num_gt.tolist(), strict=True)),
        'num_true_positives': dict(
            zip(labels, result.num_true_positives.tolist(), strict=True)
        ),
        'num_detections': result.num_detections,
        'labels_without_gt': [labels[c] for c in result.classes_without_gt],
    }


def percent(value: float) -> str:
    """A fraction for a table; ``-`` for NaN."""
    return '-' if math.isnan(value) else f'{100 * value:.2f}'


def none_if_nan(value: float) -> float | None:
    """A number for JSON, which knows no NaN."""
    return None if math.isnan(value) else value
