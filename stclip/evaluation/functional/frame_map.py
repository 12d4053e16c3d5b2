"""Frame mAP of action detections, from arrays.

Alphabet: D detections (boxes), G ground-truth boxes, C classes, P pairs of a
detection and a ground-truth box in one keyframe.

Every box carries a score for every class, so whatever does not depend on the
class (which boxes share a keyframe, and their IoU) is computed once. Only
pairs that overlap enough can become true positives; they are few. A class
then costs one sort of its scores and a binary search for each true positive.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from stclip.evaluation.functional.average_precision import average_precision
from stclip.evaluation.functional.means import known_mean
from stclip.structures.box_table import BoxTable, Detections, GroundTruth
from stclip.structures.boxes import paired_box_iou
from stclip.utils.errors import UserError

# Pairs whose IoU is computed at once; bounds the memory in crowded frames.
_PAIRS_PER_BLOCK = 1_000_000


@dataclass(frozen=True)
class FrameMAPResult:
    """Average precisions and the counts they were made of.

    Args:
        average_precision: (C,) in [0, 1]; 0 for a class with ground truth but
            no true positive, NaN for a class without ground truth.
        num_gt: (C,) ground-truth instances.
        num_true_positives: (C,) instances that were detected.
        num_detections: Boxes, D; each is a detection of every class.
    """

    average_precision: np.ndarray
    num_gt: np.ndarray
    num_true_positives: np.ndarray
    num_detections: int

    @property
    def mean(self) -> float:
        """Mean over the classes with ground truth; NaN if there is none."""
        return known_mean(self.average_precision)

    @property
    def classes_without_gt(self) -> np.ndarray:
        """Indices of the classes that the mean leaves out."""
        return np.flatnonzero(self.num_gt == 0)


def frame_map(
    detections: Detections, ground_truth: GroundTruth, iou_thr: float = 0.5
) -> FrameMAPResult:
    """Frame mAP: AP of every class over all keyframes, and their mean.

    Per class, detections are taken by descending score, ties in the order
    given. Each claims the ground-truth box of its class and keyframe with the
    largest IoU, of equal ones the first. It is a true positive if that IoU is
    at least ``iou_thr`` and the box is not yet taken, else a false positive:
    there is no second choice. Detections in keyframes without ground truth
    are false positives.

    Args:
        detections: Boxes with scores.
        ground_truth: Annotated boxes of the same classes.
        iou_thr: Least IoU of a true positive, in (0, 1].

    Returns:
        The result; without detections every class with ground truth has AP 0.

    Raises:
        ValueError: For a threshold outside (0, 1] or labels that do not fit
            the scores.
    """
    if not 0 < iou_thr <= 1:
        raise UserError(f'iou_thr must lie in (0, 1], got {iou_thr}')
    ranks_of, num_gt = true_positive_ranks(detections, ground_truth, iou_thr)
    precisions = [
        average_precision(found, count)
        for found, count in zip(ranks_of, num_gt, strict=True)
    ]
    return FrameMAPResult(
        np.array(precisions, dtype=np.float64),
        num_gt,
        np.array([len(found) for found in ranks_of], dtype=np.int64),
        len(detections.boxes),
    )


def true_positive_ranks(
    detections: Detections, ground_truth: GroundTruth, iou_thr: float
) -> tuple[list[np.ndarray], np.ndarray]:
    """Where the true positives of each class stand among its detections.

    Returns:
        Of each class the 1-based ranks, ascending, as
        :func:`average_precision` takes them; (C,) ground-truth instances.
    """
    num_classes = detections.num_classes
    instances = ground_truth.instances(num_classes)
    num_gt = np.bincount(instances[1], minlength=num_classes)
    hits, hit_class = true_positives(
        detections, ground_truth, instances, iou_thr
    )
    hits = hits[np.argsort(hit_class, kind='stable')]
    num_hits = np.bincount(hit_class, minlength=num_classes)
    hits_of = np.split(hits, np.cumsum(num_hits)[:-1])
    return [
        ranks(detections.scores[:, c], hits_of[c]) for c in range(num_classes)
    ], num_gt


def true_positives(
    detections: Detections,
    ground_truth: GroundTruth,
    instances: tuple[np.ndarray, np.ndarray],
    iou_thr: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Detection and class of every true positive, two (N,) int arrays."""
    box_of, class_of = instances
    det, gt, iou = overlapping_pairs(detections, ground_truth, iou_thr)
    # One row for each class of the ground-truth box of a pair.
    count = np.bincount(box_of, minlength=len(ground_truth.boxes))
    row, instance = _expand((np.cumsum(count) - count)[gt], count[gt])
    det, gt, iou = det[row], gt[row], iou[row]
    label = class_of[instance]
    # What each detection claims in each class.
    best = np.lexsort((gt, -iou, label, det))
    best = best[_first_of_run(det[best], label[best])]
    det, gt, label = det[best], gt[best], label[best]
    # Who of the claimants of an instance comes first.
    score = detections.scores[det, label]
    winner = np.lexsort((det, -score, label, gt))
    winner = winner[_first_of_run(gt[winner], label[winner])]
    return det[winner], label[winner]


def overlapping_pairs(
    detections: Detections, annotated: BoxTable, iou_thr: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pairs within a keyframe with IoU >= ``iou_thr``.

    Returns:
        (P,) detection rows, ascending, (P,) annotated rows, (P,) IoU.
    """
    blocks = _pair_blocks(detections, annotated, iou_thr)
    det, row, iou = map(np.concatenate, zip(*blocks, strict=True))
    return det, row, iou


def _pair_blocks(
    detections: Detections, annotated: BoxTable, iou_thr: float
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """At least one block of pairs, which may be empty."""
    by_keyframe = np.argsort(annotated.keyframe_idx, kind='stable')
    keyframes = annotated.keyframe_idx[by_keyframe]
    start = np.searchsorted(keyframes, detections.keyframe_idx, 'left')
    end = np.searchsorted(keyframes, detections.keyframe_idx, 'right')
    count = end - start
    block = np.cumsum(count) // _PAIRS_PER_BLOCK
    bounds = np.flatnonzero(np.diff(block)) + 1
    for rows in np.split(np.arange(len(count)), bounds):
        owner, member = _expand(start[rows], count[rows])
        det, row = rows[owner], by_keyframe[member]
        iou = paired_box_iou(detections.boxes[det], annotated.boxes[row])
        enough = iou >= iou_thr
        yield det[enough], row[enough], iou[enough]


def _expand(
    start: np.ndarray, count: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Write out the ranges ``start[i] ... start[i] + count[i] - 1``.

    Returns:
        Two (sum of count,) arrays: i, and the members of its range.
    """
    owner = np.repeat(np.arange(len(count)), count)
    first = np.cumsum(count) - count
    return owner, np.arange(len(owner)) - first[owner] + start[owner]


def _first_of_run(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Where a run of equal pairs of keys begins; (N,) bool."""
    begins = np.ones(len(first), dtype=bool)
    begins[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1])
    return begins


def ranks(scores: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """1-based ranks of some entries by descending score, ascending.

    Args:
        scores: (D,).
        chosen: (N,) int positions in ``scores``.

    Returns:
        (N,) int; of equal scores the earlier one ranks first.
    """
    if not chosen.size:
        return chosen
    ordered = np.sort(scores)
    wanted = np.sort(scores[chosen])
    not_above = np.searchsorted(ordered, wanted, 'right')
    below = np.searchsorted(ordered, wanted, 'left')
    if (not_above - below > 1).any():
        # Sorted values do not tell the order of equal ones.
        rank = np.empty(len(scores), dtype=np.int64)
        rank[descending(scores)] = np.arange(len(scores)) + 1
        return np.sort(rank[chosen])
    return (len(scores) - not_above + 1)[::-1]


def descending(scores: np.ndarray) -> np.ndarray:
    """(D,) int positions by descending score, equal ones in their order.

    That is ``np.argsort(-scores, kind='stable')``, several times as fast:
    NumPy's unstable sorts use vector instructions and its stable one does
    not, so rows of equal value are put in order by a second unstable sort.
    """
    order = np.argsort(-scores)
    ordered = scores[order]
    run = np.zeros(len(scores), dtype=np.int64)
    np.cumsum(ordered[1:] != ordered[:-1], out=run[1:])
    return np.sort(run * len(scores) + order) % len(scores)
