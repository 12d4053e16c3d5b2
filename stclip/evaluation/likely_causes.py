"""Why a frame mAP is low: ceilings, and the likely causes in words."""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from stclip.evaluation.doubts import doubts_of
from stclip.evaluation.functional.error_breakdown import (
    error_breakdown,
    require_above_background,
)
from stclip.evaluation.functional.frame_map import FrameMAPResult, frame_map
from stclip.evaluation.loose_file import Annotated, Predicted
from stclip.evaluation.mends.case import Case
from stclip.evaluation.mends.search import likely_mends
from stclip.evaluation.report import none_if_nan, percent
from stclip.evaluation.unmended_causes import (
    Cause,
    Ceilings,
    ceilings_of,
    unmended_causes,
)
from stclip.structures.box_table import Detections, GroundTruth
from stclip.utils.errors import UserError

# A mend that wins less by itself is told to be there for the next.
_NOTHING = 0.005


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
        causes: The likely ones: first those that were mended on trial, in an
            order in which to mend them, then the others, by what mending
            them could give at most.
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
        iou_thr: Least IoU of a true positive, above that of the background,
            up to 1.

    Raises:
        ValueError: For another threshold, or if the scores cannot be of these
            labels.
    """
    require_above_background(iou_thr)
    found, renamed = _in_order_of_labels(truth, found)
    case = Case.of(truth, found)
    tables = case.tables()
    plain = frame_map(*tables, iou_thr)
    ceilings = ceilings_of(*tables, plain, iou_thr)
    errors = error_breakdown(*tables, iou_thr).gains
    del tables
    mended, others = _causes(case, plain, ceilings, iou_thr)
    others = sorted([*renamed, *others], key=lambda cause: -cause.gain)
    return Diagnosis(
        plain.mean,
        ceilings.perfect_classes,
        ceilings.ground_truth_boxes,
        ceilings.chance,
        plain.num_gt,
        len(np.intersect1d(*case.keys())),
        errors,
        (*mended, *others),
    )


def told_diagnosis(
    truth: Annotated,
    found: Predicted,
    source: str | Path,
    iou_thr: float = 0.5,
) -> tuple[str, dict[str, Any]]:
    """Diagnose predictions, in words.

    Args:
        truth: Ground truth.
        found: Predictions.
        source: File of the predictions, for messages.
        iou_thr: See :func:`diagnose`.

    Returns:
        Lines for people, and values for JSON.

    Raises:
        UserError: See :func:`diagnose`; names the file.
    """
    try:
        result = diagnose(truth, found, iou_thr)
    except UserError as error:
        raise UserError(f'{source}: {error}') from error
    names = [truth.labels[c] for c in truth.eval_columns]
    absent = [n for n, c in zip(names, result.num_gt, strict=True) if c == 0]
    warnings = [*found.warnings, *doubts_of(truth, names, result.num_gt)]
    values = {
        'iou_threshold': iou_thr,
        'warnings': warnings,
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
    told = [f'warning: {line}' for line in warnings]
    return '\n'.join([_told(result, absent), *told]), values


def compared_tables(
    truth: Annotated, found: Predicted
) -> tuple[Detections, GroundTruth]:
    """What is measured: boxes of the classes to average over.

    Raises:
        ValueError: If the scores cannot be of these labels.
    """
    return Case.of(truth, _in_order_of_labels(truth, found)[0]).tables()


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
        lines.append(f'{rank}. {cause.fault} ({_won(cause)}): {cause.remedy}')
    return '\n'.join(lines)


def _won(cause: Cause) -> str:
    if cause.mean_after is None:
        return f'up to +{percent(cause.gain)} points'
    then = f'then {percent(cause.mean_after)} %'
    if abs(cause.gain) < _NOTHING:
        return f'nothing by itself, but what follows may need it; {then}'
    return f'{cause.gain * 100:+.1f} points, {then}'


def _causes(
    case: Case, plain: FrameMAPResult, ceilings: Ceilings, iou_thr: float
) -> tuple[list[Cause], list[Cause]]:
    """Those that were mended, in order, and what is left after them."""
    if not len(case.found.boxes):
        return [], unmended_causes(case, plain, ceilings, iou_thr)
    causes, result = [], plain
    for mend in likely_mends(case, iou_thr):
        case = mend.apply(case)
        before = float(np.nan_to_num(result.mean))
        result = frame_map(*case.tables(), iou_thr)
        mean = float(np.nan_to_num(result.mean))
        causes.append(
            Cause(mend.name, mend.fault, mend.remedy, mean - before, mean)
        )
    if causes:
        ceilings = ceilings_of(*case.tables(), result, iou_thr)
    return causes, unmended_causes(case, result, ceilings, iou_thr)


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
