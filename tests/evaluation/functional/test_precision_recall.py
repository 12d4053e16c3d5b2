"""Curves and confusions against plain loops."""

import numpy as np
import pytest

from stclip.evaluation.functional.action_confusion import action_confusion
from stclip.evaluation.functional.frame_map import frame_map
from stclip.evaluation.functional.precision_recall import precision_recall
from stclip.structures.box_table import Detections, GroundTruth
from stclip.structures.boxes import box_iou

CLASSES = 4


def random_case(seed):
    """Persons of one to three actions, boxes near them and elsewhere."""
    rng = np.random.default_rng(seed)
    corner = rng.uniform(0, 60, (40, 2))
    persons = np.hstack([corner, corner + rng.uniform(8, 15, (40, 2))])
    at = rng.integers(8, size=40)
    # The last class is nobody's.
    labels = np.zeros((40, CLASSES), int)
    for row in labels:
        row[rng.choice(CLASSES - 1, rng.integers(1, 3), replace=False)] = 1
    near = rng.integers(40, size=70)
    boxes = persons[near] + np.tile(rng.normal(0, 2, (70, 2)), 2)
    # Coarse scores: ties are many.
    scores = rng.integers(0, 6, (70, CLASSES)) / 5
    return (
        Detections(at[near], boxes, scores),
        GroundTruth(at, persons, labels),
    )


def plain_curve(detections, truth, column, recalls):
    """Go down the ranking, and look for the best precision further on."""
    persons = np.flatnonzero(truth.labels[:, column])
    points, taken, hits = [], set(), 0
    order = sorted(
        range(len(detections.boxes)),
        key=lambda d: -detections.scores[d, column],
    )
    for rank, d in enumerate(order, 1):
        rows = [
            g
            for g in persons
            if truth.keyframe_idx[g] == detections.keyframe_idx[d]
        ]
        if rows:
            iou = box_iou(detections.boxes[[d]], truth.boxes[rows])[0]
            claimed = rows[int(iou.argmax())]
            if iou.max() >= 0.5 and claimed not in taken:
                taken.add(claimed)
                hits += 1
        points.append((hits / len(persons), hits / rank))
    return [
        max((p for r, p in points if r >= recall - 1e-9), default=0)
        for recall in recalls
    ]


@pytest.mark.parametrize('seed', range(4))
def test_curves(seed):
    detections, truth = random_case(seed)
    recalls = np.linspace(0, 1, 31)
    found = precision_recall(detections, truth, recalls)
    assert np.isnan(found[-1]).all()
    for column in range(CLASSES - 1):
        expected = plain_curve(detections, truth, column, recalls)
        np.testing.assert_allclose(found[column], expected)


def test_mean_over_recalls_is_average_precision():
    detections, truth = random_case(0)
    fine = (np.arange(20_000) + 0.5) / 20_000
    area = precision_recall(detections, truth, fine).mean(axis=1)
    expected = frame_map(detections, truth).average_precision
    np.testing.assert_allclose(area, expected, atol=1e-3)


@pytest.mark.parametrize('one_hot', [False, True])
def test_confusion(one_hot):
    for seed in range(4):
        detections, truth = random_case(seed)
        expected = np.zeros((CLASSES, CLASSES + 1), int)
        for g, own in enumerate(truth.labels):
            rows = np.flatnonzero(
                detections.keyframe_idx == truth.keyframe_idx[g]
            )
            iou = box_iou(truth.boxes[[g]], detections.boxes[rows])[0]
            for label in np.flatnonzero(own):
                if not len(rows) or iou.max() < 0.5:
                    expected[label, CLASSES] += 1
                    continue
                scores = detections.scores[rows[iou.argmax()]]
                allowed = [
                    c for c in range(CLASSES) if c == label or not own[c]
                ]
                expected[label, max(allowed, key=lambda c: scores[c])] += 1
        if one_hot:  # as files have it
            box, label = np.nonzero(truth.labels)
            truth = GroundTruth(
                truth.keyframe_idx[box], truth.boxes[box], label
            )
        np.testing.assert_array_equal(
            action_confusion(detections, truth), expected
        )
        assert expected[:, CLASSES].any() and np.diag(expected).any()


def test_nothing_found():
    nothing = Detections(np.zeros(0, int), np.zeros((0, 4)), np.zeros((0, 2)))
    truth = GroundTruth(np.zeros(3, int), np.eye(4)[[3, 3, 3]], [0, 1, 1])
    recalls = np.array([0, 0.5, 1])
    assert not precision_recall(nothing, truth, recalls).any()
    assert action_confusion(nothing, truth).tolist() == [[0, 0, 1], [0, 0, 2]]
