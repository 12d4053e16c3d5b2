"""What frame mAP could be at best, and how well boxes lie whatever it is.

Alphabet: D detections, G ground-truth boxes, C classes.
"""

import numpy as np

from stclip.evaluation.functional.frame_map import (
    FrameMAPResult,
    overlapping_pairs,
)
from stclip.evaluation.functional.means import known_mean
from stclip.evaluation.functional.persons import best_boxes, persons_of
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
    return known_mean(
        result.num_true_positives[counted] / result.num_gt[counted]
    )


def on_ground_truth_boxes(
    detections: Detections, ground_truth: GroundTruth
) -> Detections:
    """The scores of detections on the annotated boxes.

    Args:
        detections: Boxes with scores.
        ground_truth: Annotated boxes.

    Returns:
        Each annotated person with the scores of the detection in its keyframe
        that overlaps it most, of equal ones the first; without any overlap,
        with the least score that its classes have anywhere.
    """
    persons, _ = persons_of(ground_truth)
    scores = np.zeros((len(persons.boxes), detections.num_classes))
    if len(detections.scores):
        scores += detections.scores.min(axis=0)
    found, best = best_boxes(detections, persons, _SOME_OVERLAP)
    scores[found] = detections.scores[best]
    return Detections(persons.keyframe_idx, persons.boxes, scores)


def best_overlap(
    detections: Detections, ground_truth: GroundTruth
) -> np.ndarray:
    """(G,) largest IoU of each annotated box with a detection, in [0, 1]."""
    best = np.zeros(len(ground_truth.boxes))
    _, gt, iou = overlapping_pairs(detections, ground_truth, _SOME_OVERLAP)
    np.maximum.at(best, gt, iou)
    return best
