"""Persons and the boxes that speak for them, against plain loops."""

import numpy as np
import pytest

from stclip.evaluation.functional.means import known_mean
from stclip.evaluation.functional.persons import best_boxes, persons_of
from stclip.structures.box_table import Detections, GroundTruth
from stclip.structures.boxes import box_iou


def random_case(seed):
    """Boxes on a grid, so that many are equal and overlap equally."""
    rng = np.random.default_rng(seed)

    def boxes(number):
        corner = rng.integers(0, 4, (number, 2)) * 5.0
        return np.concatenate([corner, corner + 10], axis=1)

    found = Detections(rng.integers(0, 7, 60), boxes(60), rng.random((60, 3)))
    truth = GroundTruth(
        rng.integers(0, 5, 40), boxes(40), rng.integers(0, 3, 40)
    )
    return found, truth


@pytest.mark.parametrize('iou_thr', [0.1, 0.5, 1])
@pytest.mark.parametrize('seed', range(3))
def test_of_each_person_the_box_that_overlaps_most(seed, iou_thr):
    found, truth = random_case(seed)
    keys = [
        (keyframe, *box)
        for keyframe, box in zip(
            truth.keyframe_idx.tolist(), truth.boxes.tolist(), strict=True
        )
    ]
    unique = sorted(set(keys))
    persons, person_of = persons_of(truth)
    assert len(unique) < len(keys)
    assert person_of.tolist() == [unique.index(key) for key in keys]
    assert persons.keyframe_idx.tolist() == [key[0] for key in unique]
    assert persons.boxes.tolist() == [list(key[1:]) for key in unique]
    expected = {}
    for person, (keyframe, *box) in enumerate(unique):
        rows = np.flatnonzero(found.keyframe_idx == keyframe)
        if len(rows):
            overlap = box_iou(found.boxes[rows], [box])[:, 0]
            if overlap.max() >= iou_thr:
                expected[person] = rows[overlap.argmax()]  # the first of them
    assert 0 < len(expected) < len(unique)
    who, boxes = best_boxes(found, persons, iou_thr)
    assert dict(zip(who, boxes, strict=True)) == expected


def test_nobody_and_no_box():
    found, truth = random_case(0)
    nobody = GroundTruth(np.zeros(0, int), np.zeros((0, 4)), np.zeros(0, int))
    persons, person_of = persons_of(nobody)
    assert len(persons.boxes) == len(person_of) == 0
    assert [part.tolist() for part in best_boxes(found, persons, 0.5)] == [
        [],
        [],
    ]
    nothing = Detections(np.zeros(0, int), np.zeros((0, 4)), np.zeros((0, 3)))
    persons, _ = persons_of(truth)
    assert len(best_boxes(nothing, persons, 0.5)[0]) == 0


def test_mean_of_what_is_known():
    nan = float('nan')
    assert known_mean(np.array([nan, 0.25, 0.75])) == 0.5
    assert np.isnan(known_mean(np.array([nan, nan])))
    assert np.isnan(known_mean(np.zeros(0)))
