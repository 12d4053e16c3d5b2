"""Precision-recall curves, whose areas are the average precisions."""

import numpy as np

from stclip.evaluation.functional.average_precision import precision_envelope
from stclip.evaluation.functional.frame_map import true_positive_ranks
from stclip.structures.box_table import Detections, GroundTruth

# A recall that is a number of instances but for rounding is that number.
_ROUNDING = 1e-9


def precision_recall(
    detections: Detections,
    ground_truth: GroundTruth,
    recalls: np.ndarray,
    iou_thr: float = 0.5,
) -> np.ndarray:
    """Precision of each class where it reaches given recalls.

    Args:
        detections: Boxes with scores.
        ground_truth: Annotated boxes of the same classes.
        recalls: (R,) in [0, 1].
        iou_thr: Least IoU of a true positive, in (0, 1].

    Returns:
        (C, R) in [0, 1]; a row of NaN for a class without ground truth.
    """
    ranks_of, num_gt = true_positive_ranks(detections, ground_truth, iou_thr)
    return np.array(
        [
            precision_at(recalls, ranks, count)
            for ranks, count in zip(ranks_of, num_gt, strict=True)
        ]
    ).reshape(len(num_gt), len(recalls))


def precision_at(
    recalls: np.ndarray, true_positive_ranks: np.ndarray, num_gt: int
) -> np.ndarray:
    r"""The highest precision at a recall or beyond.

    .. math:: p(r) = \max_{j \ge r G} \frac{j}{r_j}

    Args:
        recalls: (R,) in [0, 1].
        true_positive_ranks: (N,) int, ascending, from 1.
        num_gt: Ground-truth instances, G.

    Returns:
        (R,); 0 beyond the last true positive, NaN if there is no ground
        truth. Its mean over all recalls is the average precision.
    """
    if num_gt == 0:
        return np.full(len(recalls), np.nan)
    envelope = np.append(precision_envelope(true_positive_ranks), 0)
    needed = np.ceil(recalls * num_gt - _ROUNDING).astype(int)
    return envelope[np.clip(needed - 1, 0, len(envelope) - 1)]
