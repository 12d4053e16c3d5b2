"""What frame mAP could be at best, and how well boxes lie whatever it is.

Alphabet: D detections, G ground-truth boxes, C classes.
"""

import numpy as np

from stclip.evaluation.functional.frame_map import (
    FrameMAPResult,
    overlapping_pairs,
)
from stclip.structures.box_table import Detections, GroundTruth

# Any overlap at all.
_SOME_OVERLAP = 1e-9


def perfect_class_map(result: FrameMAPResult) -> float:
    """Frame mAP of the same boxes if their classes were perfect.

    Which instances boxes claim does not depend on their scores, so with every
    true positive ranked first, AP is the recall of a class.

    Args:
        result: Frame mAP of the boxes.

    Returns:
        Mean recall over the classes with ground truth; NaN without any.
    """
    counted = result.num_gt > 0
    recall = result.num_true_positives[counted] / result.num_gt[counted]
    return float(recall.mean()) if recall.size else float('nan')


def on_ground_truth_boxes(
    detections: Detections, ground_truth: GroundTruth
) -> Detections:
    """The scores of detections on the annotated boxes.

    Args:
        detections: Boxes with scores.
        ground_truth: Annotated boxes; a box that stands there once for each
            of its classes is taken once.

    Returns:
        Each annotated box with the scores of the detection in its keyframe
        that overlaps it most, of equal ones the first; without any overlap,
        with the least score that its classes have anywhere.
    """
    keys = np.column_stack([ground_truth.keyframe_idx, ground_truth.boxes])
    unique, box_of = np.unique(keys, axis=0, return_inverse=True)
    box_of = box_of.reshape(-1)
    scores = np.zeros((len(unique), detections.num_classes))
    if len(detections.scores):
        scores += detections.scores.min(axis=0)
    pairs = overlapping_pairs(detections, ground_truth, _SOME_OVERLAP)
    det, gt, iou = (np.concatenate(part) for part in zip(*pairs, strict=True))
    box = box_of[gt]
    order = np.lexsort((det, -iou, box))
    found, first = np.unique(box[order], return_index=True)
    scores[found] = detections.scores[det[order[first]]]
    return Detections(unique[:, 0].astype(int), unique[:, 1:], scores)


def best_overlap(
    detections: Detections, ground_truth: GroundTruth
) -> np.ndarray:
    """(G,) largest IoU of each annotated box with a detection, in [0, 1]."""
    best = np.zeros(len(ground_truth.boxes))
    for _, gt, iou in overlapping_pairs(
        detections, ground_truth, _SOME_OVERLAP
    ):
        np.maximum.at(best, gt, iou)
    return best
