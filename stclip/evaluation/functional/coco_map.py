"""COCO-style frame mAP at one IoU: 101 points, few boxes a frame.

Source: Lin et al., Microsoft COCO, arXiv:1405.0312, and its evaluation code,
as SiA prints open-vocabulary figures. Differs from
:func:`~stclip.evaluation.functional.frame_map.frame_map`: a detection whose
best box is taken has a second choice, precision is read at 101 recalls, and
of a frame and class the best boxes alone count.
"""

from dataclasses import dataclass

import numpy as np

from stclip.evaluation.functional.average_precision import precision_envelope
from stclip.evaluation.functional.frame_map import overlapping_pairs
from stclip.evaluation.functional.means import known_mean
from stclip.structures.box_table import Detections, GroundTruth
from stclip.utils.errors import UserError

#: Recalls at which precision is read.
RECALLS = np.linspace(0, 1, 101)


@dataclass(frozen=True)
class CocoMAP:
    """Average precisions of two ways of counting.

    Args:
        average_precision: (C,) in [0, 1]; NaN without ground truth.
        num_gt: (C,) ground-truth instances that count.
        num_frames: Keyframes that count.
    """

    average_precision: np.ndarray
    num_gt: np.ndarray
    num_frames: int

    @property
    def mean(self) -> float:
        """Mean over the classes with ground truth; NaN if there is none."""
        return known_mean(self.average_precision)


def coco_map(
    detections: Detections,
    ground_truth: GroundTruth,
    kept: np.ndarray,
    iou_thr: float = 0.5,
    max_boxes: int = 100,
    drop_unanswered: bool = False,
) -> CocoMAP:
    """AP of every class over all keyframes.

    Args:
        detections: D boxes with scores.
        ground_truth: Annotated boxes, one class each.
        kept: (D, C) bool, whether a box is a detection of a class.
        iou_thr: Least IoU of a true positive, in (0, 1].
        max_boxes: Of a keyframe and class, the best that many boxes count.
        drop_unanswered: Leave out keyframes without any kept box, with their
            ground truth, as SiA's evaluation does: what is missed there does
            not count then.

    Raises:
        ValueError: For a threshold outside (0, 1].
    """
    if not 0 < iou_thr <= 1:
        raise UserError(f'iou_thr must lie in (0, 1], got {iou_thr}')
    answered = np.unique(detections.keyframe_idx[kept.any(axis=1)])
    annotated = np.ones(len(ground_truth.boxes), dtype=bool)
    frames = np.union1d(answered, ground_truth.keyframe_idx)
    if drop_unanswered:
        annotated = np.isin(ground_truth.keyframe_idx, answered)
        frames = answered
    pairs = overlapping_pairs(detections, ground_truth, iou_thr)
    precisions, counts = [], []
    for label in range(detections.num_classes):
        rows = _ranked(detections, label, kept[:, label], max_boxes)
        truth = annotated & (ground_truth.labels == label)
        ranks = _true_positive_ranks(pairs, rows, truth)
        precisions.append(precision_at_recalls(ranks, truth.sum()))
        counts.append(truth.sum())
    return CocoMAP(np.array(precisions), np.array(counts), len(frames))


def precision_at_recalls(ranks: np.ndarray, num_gt: int) -> float:
    """Mean over :data:`RECALLS` of the best precision there or beyond.

    Args:
        ranks: (N,) 1-based ranks of the true positives, ascending.
        num_gt: Ground-truth instances.

    Returns:
        AP in [0, 1]; NaN without ground truth.
    """
    if not num_gt:
        return float('nan')
    recall = np.arange(1, len(ranks) + 1) / num_gt
    precision = np.append(precision_envelope(ranks), 0.0)
    return float(precision[np.searchsorted(recall, RECALLS)].mean())


def _ranked(
    detections: Detections, label: int, kept: np.ndarray, max_boxes: int
) -> np.ndarray:
    """Rows of the detections of a class that count, best first."""
    rows = np.flatnonzero(kept)
    score = detections.scores[rows, label]
    frame = detections.keyframe_idx[rows]
    # By keyframe, in it the best first; of equal scores the earlier.
    order = np.lexsort((-score, frame))
    order = order[_place_in_run(frame[order]) < max_boxes]
    return rows[order[np.argsort(-score[order], kind='stable')]]


def _true_positive_ranks(
    pairs: tuple[np.ndarray, np.ndarray, np.ndarray],
    rows: np.ndarray,
    truth: np.ndarray,
) -> np.ndarray:
    """Where the true positives of a class stand among its detections.

    Args:
        pairs: Detection, annotated box and IoU, of all that overlap enough.
        rows: The detections that count, best first.
        truth: (G,) bool, the annotated boxes that do.

    Returns:
        (N,) int, ascending, from 1.
    """
    det, gt, iou = pairs
    here = np.flatnonzero(truth[gt])
    here = here[np.isin(det[here], rows)]
    by_row = np.argsort(rows)
    rank = by_row[np.searchsorted(rows, det[here], sorter=by_row)] + 1
    gt, iou = gt[here], iou[here]
    # Of the boxes that no better detection has taken, each takes its best.
    order = np.lexsort((gt, -iou, rank))
    found, taken = set(), set()
    for box, person in zip(
        rank[order].tolist(), gt[order].tolist(), strict=True
    ):
        if box not in found and person not in taken:
            found.add(box)
            taken.add(person)
    return np.array(sorted(found), dtype=np.int64)


def _place_in_run(values: np.ndarray) -> np.ndarray:
    """(N,) place of each entry among its equal neighbours, from 0."""
    begins = np.ones(len(values), dtype=bool)
    begins[1:] = values[1:] != values[:-1]
    start = np.maximum.accumulate(np.where(begins, np.arange(len(values)), 0))
    return np.arange(len(values)) - start
