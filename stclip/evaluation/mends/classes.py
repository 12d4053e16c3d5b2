"""Class indices and the order of labels, and what sets them right."""

from dataclasses import replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from stclip.evaluation.functional.frame_map import overlapping_pairs
from stclip.evaluation.mends.case import Case, Mend


def truth_indices(case: Case) -> Mend | None:
    """Count the classes of the ground truth from 0, where that would fit.

    Returns:
        ``None`` unless all indices would then be some of ``labels``.
    """
    classes, num_labels = case.truth.classes, len(case.truth.labels)
    if not case.outside_labels().any():
        return None
    for step, act in ((1, 'subtract 1 from'), (-1, 'add 1 to')):
        moved = classes - step
        if (moved >= 0).all() and (moved < num_labels).all():
            return Mend(
                'classes',
                'ground_truth_indices',
                outside_labels(case),
                f'{act} every label in gt, so that they are indices into '
                'labels, from 0',
                lambda case, s=step: case.with_classes(case.truth.classes - s),
            )
    return None


def outside_labels(case: Case) -> str:
    """How many class indices of the ground truth are none, in words."""
    outside = case.outside_labels()
    classes = case.truth.classes
    return (
        f'{outside.sum()} of {len(classes)} boxes in gt of '
        f'{case.truth.source or "the ground truth"} have a label outside '
        f'labels, such as {classes[outside][0]}, where 0 to '
        f'{len(case.truth.labels) - 1} are right: nothing can find them'
    )


def class_indices() -> list[Mend]:
    """Classes counted from 1, or one short."""
    return [
        Mend(
            'classes',
            'class_off_by_one',
            f'the class indices of the predictions are {way} than those of '
            'the ground truth by one',
            'count classes from 0 in both files, in the order of labels',
            lambda case, s=step: case.with_scores(
                np.roll(case.found.scores, s, axis=1)
            ),
        )
        for step, way in ((-1, 'higher'), (1, 'lower'))
    ]


def fitted_order(case: Case) -> Mend:
    """The order of classes by the names that the file has for them.

    Where it has none, as fits the persons below the boxes best.
    """
    columns = _columns(case)
    return Mend(
        'classes',
        'label_order',
        'the predictions have the classes in another order',
        'write scores in the order of labels in the ground truth, and check '
        'that both were made with the same label file',
        lambda case: replace(
            case,
            found=replace(
                case.found,
                labels=case.truth.labels if case.found.labels else [],
                scores=case.found.scores[:, columns],
            ),
        ),
    )


def named_otherwise(case: Case) -> bool:
    """Whether the file of predictions has names in another order."""
    return bool(case.found.labels) and case.found.labels != case.truth.labels


def _columns(case: Case) -> np.ndarray:
    """(C,) int: which column of scores stands for each label."""
    names = case.truth.labels
    columns = np.arange(len(names))
    if named_otherwise(case):
        return np.array([case.found.labels.index(name) for name in names])
    detections, truth = case.tables()
    det, gt, _ = overlapping_pairs(detections, truth, 0.5)
    num_classes = detections.num_classes
    if not len(det) or num_classes < 2:
        return columns
    label = truth.labels[gt]
    count = np.bincount(label, minlength=num_classes)
    total = np.zeros((num_classes, num_classes))
    np.add.at(total, label, detections.scores[det])
    mean = total / np.maximum(count, 1)[:, None]
    # What a class scores above its own average counts, not how high it is.
    mean -= detections.scores[det].mean(axis=0)
    # Where nobody does a class, nothing speaks against its column.
    mean[count == 0] = 0
    _, column = linear_sum_assignment(-mean)
    tested = np.array(case.truth.eval_columns)
    columns[tested] = tested[column]
    return columns
