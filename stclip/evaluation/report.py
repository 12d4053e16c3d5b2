"""Results as tables for people and as plain values for files."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from stclip.evaluation.functional.frame_map import FrameMAPResult
from stclip.utils.tables import text_table


def format_table(
    labels: Sequence[str], columns: Mapping[str, FrameMAPResult]
) -> str:
    """AP of every class and their mean, in percent.

    Args:
        labels: Names of the classes.
        columns: Result under each heading, at least one, all of the same
            labels.

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
    return text_table(
        [['action', 'boxes', *columns]],
        rows,
        [['mean', str(num_gt.sum()), *means]],
    )


def as_plain(
    labels: Sequence[str], result: FrameMAPResult, iou_thr: float
) -> dict[str, Any]:
    """A result in values that JSON knows.

    Args:
        labels: Names of the classes.
        result: Their frame mAP.
        iou_thr: The threshold it was computed with.

    Returns:
        ``mAP``, ``per_class`` (``None`` without ground truth) and the counts;
        docs/formats.md describes them.
    """
    return {
        'iou_threshold': iou_thr,
        'mAP': none_if_nan(result.mean),
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
