"""What persons who do an action are taken for.

Alphabet: D detections, G ground-truth boxes, C classes, P persons, I
instances (a person and one of the actions).
"""

import numpy as np

from stclip.evaluation.functional.frame_map import overlapping_pairs
from stclip.structures.box_table import Detections, GroundTruth


def action_confusion(
    detections: Detections, ground_truth: GroundTruth, iou_thr: float = 0.5
) -> np.ndarray:
    """Count which class scores highest on persons of each class.

    The box that overlaps a person most speaks for them. What else a person
    does is set aside: it would be no confusion.

    Args:
        detections: Boxes with scores.
        ground_truth: Annotated boxes; a person of several actions stands
            there once for each of them, or has all of them in one row.
        iou_thr: Least IoU of a box that speaks for a person.

    Returns:
        (C, C + 1) int, by true class and class that scores highest; of equal
        ones the first. The last column counts persons without a box.
    """
    num_classes = detections.num_classes
    box_of, class_of = ground_truth.instances(num_classes)
    keys = np.column_stack([ground_truth.keyframe_idx, ground_truth.boxes])
    persons, person_of = np.unique(keys, axis=0, return_inverse=True)
    person_of = person_of.reshape(-1)  # (G,)
    does = np.zeros((len(persons), num_classes), bool)
    does[person_of[box_of], class_of] = True
    best = _best_boxes(detections, ground_truth, iou_thr)[box_of]  # (I,)
    confusion = np.zeros((num_classes, num_classes + 1), int)
    np.add.at(confusion, (class_of[best < 0], num_classes), 1)
    box_of, class_of, best = (
        part[best >= 0] for part in (box_of, class_of, best)
    )
    others = does[person_of[box_of]]  # (I, C)
    others[np.arange(len(class_of)), class_of] = False
    scores = np.where(others, -np.inf, detections.scores[best])
    np.add.at(confusion, (class_of, scores.argmax(axis=1)), 1)
    return confusion


def _best_boxes(
    detections: Detections, ground_truth: GroundTruth, iou_thr: float
) -> np.ndarray:
    """(G,) the detection that overlaps each box most; -1 for none."""
    pairs = overlapping_pairs(detections, ground_truth, iou_thr)
    det, gt, iou = (np.concatenate(part) for part in zip(*pairs, strict=True))
    order = np.lexsort((det, -iou, gt))
    found, first = np.unique(gt[order], return_index=True)
    best = np.full(len(ground_truth.boxes), -1)
    best[found] = det[order[first]]
    return best
