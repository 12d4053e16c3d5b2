"""Why a frame mAP is low: ceilings, and the likely causes in words."""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from stclip.evaluation.functional.ceilings import (
    on_ground_truth_boxes,
    perfect_class_map,
)
from stclip.evaluation.functional.error_breakdown import error_breakdown
from stclip.evaluation.functional.frame_map import frame_map
from stclip.evaluation.loose_file import (
    Annotated,
    Predicted,
    read_annotated,
    read_predicted,
)
from stclip.evaluation.mends import Case, Mend, possible_mends
from stclip.evaluation.report import none_if_nan, percent
from stclip.utils.errors import UserError

# A mend that wins less, or less than a quarter, says nothing.
_LEAST_GAIN, _LEAST_RATIO = 0.05, 1.25
# An order of classes that was fitted must win most of what classes can win.
_LEAST_OF_CEILING = 0.5
# Persons that good boxes find.
_LEAST_RECALL = 0.5
_NO_RECALL = 0.05
# How far above chance random scores come on a small data set.
_NEAR_CHANCE = 1.5


@dataclass(frozen=True)
class Cause:
    """One reason for a low mAP.

    Args:
        name: A word for programs.
        fault: What is wrong.
        remedy: What to do about it.
        gain: How much frame mAP mending it gives, in [0, 1]; of causes that
            no mend can be tried for, how much it could give at most.
    """

    name: str
    fault: str
    remedy: str
    gain: float


@dataclass(frozen=True)
class Diagnosis:
    """What was found.

    Args:
        mean: Frame mAP at the IoU threshold.
        perfect_classes: What it would be with perfect classes on these boxes.
        ground_truth_boxes: What it would be with the scores of these boxes on
            the annotated ones.
        chance: What equal scores on the annotated boxes would give.
        num_gt: (C,) instances of the classes that count.
        shared_keyframes: Keyframes that both files have.
        errors: What frame mAP would gain without errors of a kind; see
            :class:`~stclip.evaluation.functional.error_breakdown.ErrorBreakdown`.
        causes: The likely ones, that which explains most first.
    """

    mean: float
    perfect_classes: float
    ground_truth_boxes: float
    chance: float
    num_gt: np.ndarray
    shared_keyframes: int
    errors: dict[str, float]
    causes: tuple[Cause, ...]


def diagnose(
    truth: Annotated, found: Predicted, iou_thr: float = 0.5
) -> Diagnosis:
    """Find out why predictions score as they do.

    Args:
        truth: Ground truth.
        found: Predictions.
        iou_thr: Least IoU of a true positive, in (0, 1].

    Raises:
        ValueError: If the scores cannot be of these labels.
    """
    found, renamed = _in_order_of_labels(truth, found)
    case = Case.of(truth, found)
    plain = _measure(case, iou_thr)
    causes = [*renamed, *_mended(case, plain, iou_thr)]
    causes += _unmended(case, plain, {c.name for c in causes})
    ordered = sorted(causes, key=lambda cause: -cause.gain)
    return replace(plain, causes=tuple(ordered))


def diagnosis_of_files(
    gt: str | Path, pred: str | Path, iou_thr: float = 0.5
) -> tuple[str, dict[str, Any]]:
    """Diagnose predictions in a file.

    Args:
        gt: Frame-mAP file with labels and ground truth.
        pred: Frame-mAP file with detections; may be the same.
        iou_thr: See :func:`diagnose`.

    Returns:
        Lines for people, and values for JSON.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If one is malformed; names it and the key.
    """
    truth, found = read_annotated(gt), read_predicted(pred)
    try:
        result = diagnose(truth, found, iou_thr)
    except UserError as error:
        raise UserError(f'{pred}: {error}') from error
    names = [truth.labels[c] for c in truth.eval_columns]
    absent = [n for n, c in zip(names, result.num_gt, strict=True) if c == 0]
    values = {
        'iou_threshold': iou_thr,
        'mAP': none_if_nan(result.mean),
        'mAP_perfect_classes': none_if_nan(result.perfect_classes),
        'mAP_ground_truth_boxes': none_if_nan(result.ground_truth_boxes),
        'mAP_chance': none_if_nan(result.chance),
        'shared_keyframes': result.shared_keyframes,
        'errors': result.errors,
        'num_gt': dict(zip(names, result.num_gt.tolist(), strict=True)),
        'labels_without_gt': absent,
        'causes': [asdict(cause) for cause in result.causes],
    }
    return _told(result, absent), values


def _told(result: Diagnosis, absent: list[str]) -> str:
    lines = [
        f'frame mAP {percent(result.mean)} %, on '
        f'{result.shared_keyframes} keyframes that both files have',
        f'with perfect classes on these boxes '
        f'{percent(result.perfect_classes)} %',
        f'with these classes on ground-truth boxes '
        f'{percent(result.ground_truth_boxes)} % (chance: '
        f'{percent(result.chance)} %)',
    ]
    if result.errors:
        ordered = sorted(result.errors.items(), key=lambda each: -each[1])
        told = (f'{kind} +{percent(gain)}' for kind, gain in ordered)
        lines.append(f'without errors of a kind: {", ".join(told)} points')
    if absent:
        lines.append(f'without any ground truth: {", ".join(absent)}')
    if not result.causes:
        lines.append('no fault found')
    for rank, cause in enumerate(result.causes, 1):
        lines.append(
            f'{rank}. {cause.fault} (up to +{percent(cause.gain)} points): '
            f'{cause.remedy}'
        )
    return '\n'.join(lines)


def _in_order_of_labels(
    truth: Annotated, found: Predicted
) -> tuple[Predicted, list[Cause]]:
    """Scores with a column for each label of the ground truth, and why not."""
    num_labels = len(truth.labels)
    width = found.scores.shape[1]
    if not len(found.scores):
        scores = np.zeros((0, num_labels))
        return replace(found, scores=scores, labels=truth.labels), []
    if not found.labels or found.labels == truth.labels:
        if width != num_labels:
            raise UserError(
                f'scores are of {width} classes, the ground truth has '
                f'{num_labels} labels, and no list labels says which'
            )
        return found, []
    if sorted(found.labels) == sorted(truth.labels):
        # The mend for the order, from the names alone.
        return found, []
    shared = [name for name in truth.labels if name in found.labels]
    scores = np.full((len(found.scores), num_labels), found.scores.min())
    for name in shared:
        column = found.scores[:, found.labels.index(name)]
        scores[:, truth.labels.index(name)] = column
    unknown = [name for name in truth.labels if name not in found.labels]
    fault = f'the predictions have {width} labels, not {num_labels}'
    if unknown:
        fault = (
            f'{len(unknown)} of {num_labels} labels of the ground truth, '
            f'such as {unknown[0]!r}, are not among those of the '
            f'predictions, such as {found.labels[0]!r}'
        )
    cause = Cause(
        'labels',
        fault,
        'test and annotate with the same label file',
        len(unknown) / num_labels,
    )
    return replace(found, scores=scores, labels=truth.labels), [cause]


def _measure(case: Case, iou_thr: float) -> Diagnosis:
    detections, truth = case.tables()
    result = frame_map(detections, truth, iou_thr)
    on_truth = on_ground_truth_boxes(detections, truth)
    counted = result.num_gt[result.num_gt > 0]
    chance = counted / max(len(on_truth.boxes), 1)
    return Diagnosis(
        result.mean,
        perfect_class_map(result),
        frame_map(on_truth, truth, iou_thr).mean,
        float(chance.mean()) if len(chance) else float('nan'),
        result.num_gt,
        _num_shared(case),
        error_breakdown(detections, truth, iou_thr).gains,
        (),
    )


def _num_shared(case: Case) -> int:
    return len(set(case.true_keys) & set(case.found_keys))


def _mended(case: Case, plain: Diagnosis, iou_thr: float) -> list[Cause]:
    """The best mend of each kind, if it is worth it."""
    best: dict[str, Cause] = {}
    for mend in possible_mends(case):
        mended = mend.apply(case)
        value = frame_map(*mended.tables(), iou_thr).mean
        gain = value - plain.mean
        enough = gain >= _LEAST_GAIN and value >= _LEAST_RATIO * plain.mean
        if mend.name == 'label_order':
            enough &= value >= _LEAST_OF_CEILING * plain.perfect_classes
        # Of equal ones the first, which is the plainer one.
        if enough and gain > _gain(best, mend) + 1e-9:
            best[mend.kind] = Cause(mend.name, mend.fault, mend.remedy, gain)
    return list(best.values())


def _gain(best: dict[str, Cause], mend: Mend) -> float:
    cause = best.get(mend.kind)
    return cause.gain if cause else 0.0


def _unmended(case: Case, plain: Diagnosis, named: set[str]) -> list[Cause]:
    """Causes that nothing can be tried against."""
    if not len(case.found.boxes):
        return [
            Cause(
                'no_boxes',
                'the predictions hold no box at all: only background',
                'lower the score threshold of the person detector, and '
                'check that it was given the right videos',
                1 - plain.mean,
            )
        ]
    if named:
        return []
    if not plain.shared_keyframes:
        # Another fault may hide what other names would win.
        mends = [m for m in possible_mends(case) if m.kind == 'keyframes']
        shared = [_num_shared(mend.apply(case)) for mend in mends]
        if max(shared):
            mend = mends[int(np.argmax(shared))]
            gain = 1 - plain.mean
            return [Cause(mend.name, mend.fault, mend.remedy, gain)]
        return [
            Cause(
                'other_data_set',
                'the predictions are of another data set: they share no '
                f'keyframe with the ground truth ({case.found_keys[0]!r} '
                f'there, {case.true_keys[0]!r} here)',
                'test on the data set that is evaluated',
                1 - plain.mean,
            )
        ]
    return _of_boxes(plain) + _of_classes(case, plain)


def _of_boxes(plain: Diagnosis) -> list[Cause]:
    recall = plain.perfect_classes
    if not recall < _LEAST_RECALL:
        return []
    told = f'boxes find {percent(recall)} % of what is annotated'
    if recall < _NO_RECALL:
        name, told = 'background', f'nearly all boxes are background: {told}'
    else:
        name, told = 'weak_detector', f'the person detector is weak: {told}'
    return [
        Cause(
            name,
            told,
            'test with box_sources=("ground_truth",), lower det_thr, or '
            'take a better person detector',
            plain.ground_truth_boxes - plain.mean,
        )
    ]


def _of_classes(case: Case, plain: Diagnosis) -> list[Cause]:
    """Scores that say nothing of what is annotated."""
    scores, truth = case.tables()[0].scores, case.tables()[1]
    gain = plain.perfect_classes - plain.mean
    if (np.ptp(scores, axis=0) == 0).all():
        return [
            Cause(
                'equal_scores',
                'all scores of a class are equal, so nothing is ranked',
                'write the probabilities of the classes, not labels or '
                'constants, and check that weights were loaded',
                gain,
            )
        ]
    if len(np.unique(truth.labels)) < 2 or plain.chance > _LEAST_RECALL:
        return []
    on_truth = plain.ground_truth_boxes
    if on_truth <= _NEAR_CHANCE * plain.chance and gain >= _LEAST_GAIN:
        return [
            Cause(
                'wrong_labels',
                'every label is wrong or random: on ground-truth boxes the '
                f'classes reach {percent(on_truth)} %, chance '
                f'{percent(plain.chance)} %',
                'check that annotations and label file belong together, '
                'and that the weights were trained or loaded',
                gain,
            )
        ]
    return []
