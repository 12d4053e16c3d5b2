"""Annotated persons, and the box that speaks for each of them.

Alphabet: D detections, G ground-truth boxes, P persons.
"""

import numpy as np

from stclip.evaluation.functional.frame_map import overlapping_pairs
from stclip.structures.box_table import BoxTable, Detections, GroundTruth


def persons_of(ground_truth: GroundTruth) -> tuple[BoxTable, np.ndarray]:
    """The persons of annotated boxes, each once.

    Args:
        ground_truth: A person of several actions stands there once for each
            of them, or has all of them in one row.

    Returns:
        P persons, by keyframe; (G,) int, the person of each row.
    """
    keys = np.column_stack([ground_truth.keyframe_idx, ground_truth.boxes])
    unique, person_of = np.unique(keys, axis=0, return_inverse=True)
    persons = BoxTable(unique[:, 0].astype(int), unique[:, 1:])
    return persons, person_of.reshape(-1)


def best_boxes(
    detections: Detections, persons: BoxTable, iou_thr: float
) -> tuple[np.ndarray, np.ndarray]:
    """The detection that overlaps each person most, of equal ones the first.

    Args:
        detections: Boxes of the same keyframes.
        persons: Each once.
        iou_thr: Least IoU, above 0.

    Returns:
        Two (F,) int: the persons with such a box, ascending, and its row.
    """
    det, person, iou = overlapping_pairs(detections, persons, iou_thr)
    order = np.lexsort((det, -iou, person))
    found, first = np.unique(person[order], return_index=True)
    return found, det[order[first]]
