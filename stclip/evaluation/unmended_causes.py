"""Causes of a low frame mAP that nothing can be undone for on trial.

They are told by measures: how far boxes and classes are above chance.
"""

from dataclasses import dataclass, replace

import numpy as np

from stclip.evaluation.functional.ceilings import (
    best_overlap,
    on_ground_truth_boxes,
    perfect_class_map,
)
from stclip.evaluation.functional.error_breakdown import BACKGROUND_IOU
from stclip.evaluation.functional.frame_map import FrameMAPResult, frame_map
from stclip.evaluation.functional.means import known_mean
from stclip.evaluation.mends.case import Case
from stclip.evaluation.mends.classes import outside_labels, truth_indices
from stclip.evaluation.mends.keyframes import (
    NAMES,
    share_of_videos,
    told_ranges,
)
from stclip.evaluation.mends.samples import of_all_keyframes
from stclip.evaluation.report import percent
from stclip.structures.box_table import Detections, GroundTruth

# Gains that are worth a word; of wrong labels, they are also most of it.
_LEAST_GAIN = 0.05
# Persons that good boxes find, and that boxes on the background touch.
_LEAST_RECALL, _NO_TOUCH = 0.5, 0.05
# How far above chance random scores come on a small data set.
_NEAR_CHANCE = 1.5
# How far boxes must overlap more than those of other keyframes do.
_ABOVE_OTHERS, _MORE_THAN_OTHERS = 1.25, 0.02
# Orders of scores, or of keyframes, that chance is taken from.
_DRAWS = 3


@dataclass(frozen=True)
class Cause:
    """One reason for a low mAP.

    Args:
        name: A word for programs.
        fault: What is wrong.
        remedy: What to do about it.
        gain: How much frame mAP mending it gives on top of the causes before
            it, in [-1, 1]; of causes that no mend can be tried for, how much
            it could give at most.
        mean_after: Frame mAP after mending it and the causes before it;
            ``None`` if no mend can be tried.
    """

    name: str
    fault: str
    remedy: str
    gain: float
    mean_after: float | None = None


@dataclass(frozen=True)
class Ceilings:
    """What frame mAP could be.

    Args:
        perfect_classes: With perfect classes on these boxes.
        ground_truth_boxes: With the scores of these boxes on the annotated
            ones.
        chance: With equal scores on the annotated boxes.
        on_truth: The annotated boxes with those scores.
    """

    perfect_classes: float
    ground_truth_boxes: float
    chance: float
    on_truth: Detections


def ceilings_of(
    detections: Detections,
    truth: GroundTruth,
    result: FrameMAPResult,
    iou_thr: float,
) -> Ceilings:
    """Ceilings of the frame mAP of some detections."""
    on_truth = on_ground_truth_boxes(detections, truth)
    counted = result.num_gt[result.num_gt > 0]
    return Ceilings(
        perfect_class_map(result),
        frame_map(on_truth, truth, iou_thr).mean,
        known_mean(counted / max(len(on_truth.boxes), 1)),
        on_truth,
    )


def unmended_causes(
    case: Case, result: FrameMAPResult, ceilings: Ceilings, iou_thr: float
) -> list[Cause]:
    """What is wrong with a case after all that could be mended was.

    Args:
        case: Ground truth and predictions.
        result: Frame mAP of them.
        ceilings: Of that frame mAP.
        iou_thr: Least IoU of a true positive.
    """
    lost = 1 - float(np.nan_to_num(result.mean))
    if not len(case.found.boxes):
        return [
            Cause(
                'no_boxes',
                'the predictions hold no box at all: only background',
                'lower the score threshold of the person detector, and '
                'check that it was given the right videos',
                lost,
            )
        ]
    causes = _of_indices(case)
    if not case.share():
        return [*causes, _of_keyframes(case, lost)]
    unrelated, boxes = _of_boxes(case, result, ceilings)
    causes += boxes
    if not unrelated:
        causes += _of_classes(case, result, ceilings, iou_thr)
    return causes


def _of_indices(case: Case) -> list[Cause]:
    outside = case.outside_labels()
    if not outside.any():
        return []
    remedy = 'write the labels that gt was annotated with, and indices from 0'
    if truth_indices(case):
        remedy += (
            '; taking all as one off was tried, and fits the predictions worse'
        )
    gain = float(outside.mean())
    return [Cause('ground_truth_indices', outside_labels(case), remedy, gain)]


def _of_keyframes(case: Case, lost: float) -> Cause:
    bare = case if case.bare else NAMES.apply(case)
    if not share_of_videos(bare):
        return Cause(
            'other_data_set',
            'the predictions are of another data set: they share no '
            f'video with the ground truth ({case.found.places[0].image_id!r} '
            f'there, {case.truth.places[0].image_id!r} here)',
            'test on the data set that is evaluated',
            lost,
        )
    return Cause(
        'times_outside',
        'videos are the same, but no time stamp of the predictions is one of '
        f'the ground truth ({told_ranges(case)})',
        'predict the keyframes that are annotated, and count their times as '
        'the ground truth does; no shift or pace that was tried makes boxes '
        'meet',
        lost,
    )


def _of_boxes(
    case: Case, result: FrameMAPResult, ceilings: Ceilings
) -> tuple[bool, list[Cause]]:
    """Whether boxes follow the ground truth no more than by chance, and why.

    Frames are drawn where there are many.
    """
    recall = ceilings.perfect_classes
    if not recall < _LEAST_RECALL:
        return False, []
    true, found = of_all_keyframes(case)
    tables = case.of_annotated(true).of_entries(found).tables()
    overlap = best_overlap(*tables)
    touched = float((overlap >= BACKGROUND_IOU).mean())
    of_others = _overlap_of_others(*tables)
    told = f'boxes find {percent(recall)} % of what is annotated'
    gain = ceilings.ground_truth_boxes - result.mean
    remedy = (
        'test with box_sources=("ground_truth",), lower det_thr, or '
        'take a better person detector'
    )
    if touched < _NO_TOUCH:
        told = f'nearly all boxes are background: {told}'
        return False, [Cause('background', told, remedy, gain)]
    mean = float(overlap.mean())
    if mean > _ABOVE_OTHERS * of_others + _MORE_THAN_OTHERS:
        told = f'the person detector is weak: {told}'
        return False, [Cause('weak_detector', told, remedy, gain)]
    fault = (
        'the predictions do not follow the ground truth: boxes overlap '
        f'persons of their own keyframe by {percent(mean)} %, and of other '
        f'keyframes by {percent(of_others)} % (chance); on ground-truth boxes '
        f'their classes reach {percent(ceilings.ground_truth_boxes)} %, '
        f'chance {percent(ceilings.chance)} %'
    )
    remedy = (
        'check that both are of the same videos and frames, and that weights '
        'were trained or loaded: no names, times, forms or scales that were '
        'tried make them fit'
    )
    return True, [
        Cause('unrelated_predictions', fault, remedy, 1 - result.mean)
    ]


def _overlap_of_others(detections: Detections, truth: GroundTruth) -> float:
    """Mean best IoU of annotated boxes with predictions of other keyframes."""
    rng = np.random.default_rng(0)
    keyframes, index = np.unique(truth.keyframe_idx, return_inverse=True)
    if len(keyframes) < 2:
        return 0.0
    means = []
    for _ in range(_DRAWS):
        order = rng.permutation(len(keyframes))
        other = np.empty_like(keyframes)
        other[order] = keyframes[np.roll(order, 1)]
        moved = replace(truth, keyframe_idx=other[index])
        means.append(best_overlap(detections, moved).mean())
    return float(np.mean(means))


def _of_classes(
    case: Case, result: FrameMAPResult, ceilings: Ceilings, iou_thr: float
) -> list[Cause]:
    """Scores that say nothing of what is annotated."""
    scores = case.found.scores
    gain = ceilings.perfect_classes - result.mean
    tested = case.truth.eval_columns
    if all((scores[:, c] == scores[0, c]).all() for c in tested):
        return [
            Cause(
                'equal_scores',
                'all scores of a class are equal, so nothing is ranked',
                'write the probabilities of the classes, not labels or '
                'constants, and check that weights were loaded',
                gain,
            )
        ]
    if gain < max(_LEAST_GAIN, result.mean):
        return []
    detections, truth = _found(*case.tables(), iou_thr)
    if len(np.unique(truth.labels)) < 2:
        return []
    ceilings = ceilings_of(
        detections, truth, frame_map(detections, truth, iou_thr), iou_thr
    )
    chance, on_truth = ceilings.chance, ceilings.ground_truth_boxes
    least = _NEAR_CHANCE * _by_chance(truth, ceilings, iou_thr)
    if chance > _LEAST_RECALL or on_truth > least:
        return []
    return [
        Cause(
            'wrong_labels',
            'every label is wrong or random: on the ground-truth boxes that '
            f'boxes find, the classes reach {percent(on_truth)} %, chance '
            f'{percent(chance)} %',
            'check that annotations and label file belong together, '
            'and that the weights were trained or loaded',
            gain,
        )
    ]


def _found(
    detections: Detections, truth: GroundTruth, iou_thr: float
) -> tuple[Detections, GroundTruth]:
    """The persons that boxes find; of others, no score says anything."""
    near = best_overlap(detections, truth) >= iou_thr
    return detections, GroundTruth(
        truth.keyframe_idx[near], truth.boxes[near], truth.labels[near]
    )


def _by_chance(
    truth: GroundTruth, ceilings: Ceilings, iou_thr: float
) -> float:
    """Frame mAP on annotated boxes with scores in random order.

    Of few persons that is far above what equal scores give.
    """
    rng = np.random.default_rng(0)
    on_truth, means = ceilings.on_truth, [ceilings.chance]
    for _ in range(_DRAWS):
        drawn = replace(on_truth, scores=rng.permutation(on_truth.scores))
        means.append(frame_map(drawn, truth, iou_thr).mean)
    return float(np.mean(means))
