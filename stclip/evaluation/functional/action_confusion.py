"""What persons who do an action are taken for.

Alphabet: D detections, G ground-truth boxes, C classes, P persons, I
instances (a person and one of the actions).
"""

import numpy as np

from stclip.evaluation.functional.persons import best_boxes, persons_of
from stclip.structures.box_table import Detections, GroundTruth


def action_confusion(
    detections: Detections, ground_truth: GroundTruth, iou_thr: float = 0.5
) -> np.ndarray:
    """Count which class scores highest on persons of each class.

    The box that overlaps a person most speaks for them. What else a person
    does is set aside: it would be no confusion.

    Args:
        detections: Boxes with scores.
        ground_truth: Annotated boxes; see :func:`persons_of`.
        iou_thr: Least IoU of a box that speaks for a person.

    Returns:
        (C, C + 1) int, by true class and class that scores highest; of equal
        ones the first. The last column counts persons without a box.
    """
    num_classes = detections.num_classes
    box_of, class_of = ground_truth.instances(num_classes)
    persons, person_of = persons_of(ground_truth)
    person = person_of[box_of]  # (I,)
    does = np.zeros((len(persons.boxes), num_classes), bool)
    does[person, class_of] = True
    found, best = best_boxes(detections, persons, iou_thr)
    has_box = np.isin(person, found)
    confusion = np.zeros((num_classes, num_classes + 1), int)
    np.add.at(confusion, (class_of[~has_box], num_classes), 1)
    person, class_of = person[has_box], class_of[has_box]
    others = does[person]  # (I, C)
    others[np.arange(len(class_of)), class_of] = False
    speaks = best[np.searchsorted(found, person)]
    scores = np.where(others, -np.inf, detections.scores[speaks])
    np.add.at(confusion, (class_of, scores.argmax(axis=1)), 1)
    return confusion
