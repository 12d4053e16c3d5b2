"""Kinds of errors, against plain loops over boxes and classes."""

import numpy as np
import pytest

from stclip.evaluation.functional.error_breakdown import (
    BACKGROUND_IOU,
    KINDS,
    error_breakdown,
    error_kinds,
)
from stclip.evaluation.functional.frame_map import frame_map
from stclip.structures.box_table import Detections, GroundTruth
from stclip.structures.boxes import box_iou

PERSON = (0, 0, 10, 10)


def kinds_of(boxes, scores, persons, labels):
    """All on one keyframe."""
    table = Detections(
        np.zeros(len(boxes), int),
        np.array(boxes, float),
        np.array(scores, float),
    )
    truth = GroundTruth(
        np.zeros(len(persons), int),
        np.array(persons, float),
        np.array(labels, int),
    )
    names = (*KINDS, 'true')
    return [[names[k] for k in row] for row in error_kinds(table, truth, 0.5)]


def test_each_kind():
    boxes = [PERSON, (0, 0, 10, 9), (0, 0, 10, 3), (50, 50, 60, 60)]
    scores = [[0.9, 0.1], [0.8, 0.1], [0.7, 0.1], [0.6, 0.1]]
    assert kinds_of(boxes, scores, [PERSON], [0]) == [
        ['true', 'classification'],
        ['duplicate', 'classification'],
        ['localisation', 'both'],
        ['background', 'background'],
    ]


def test_a_tenth_of_a_person_is_no_background():
    boxes = [(0, 0, 10, 1), (0, 0, 10, 0.9)]
    assert kinds_of(boxes, [[0.9, 0.1]] * 2, [PERSON], [0]) == [
        ['localisation', 'both'],
        ['background', 'background'],
    ]


def test_a_person_who_does_it_counts_before_a_nearer_one():
    """The box lies on somebody else, and touches one who does it."""
    other = (4, 0, 14, 10)  # IoU with the box: 1; of PERSON: 6/14
    (row,) = kinds_of([other], [[0.9, 0.2]], [PERSON, other], [0, 1])
    assert row == ['localisation', 'true']


def random_case(seed, num_classes=4):
    rng = np.random.default_rng(seed)
    persons = rng.uniform(0, 30, (40, 2))
    persons = np.hstack([persons, persons + rng.uniform(8, 15, (40, 2))])
    at = np.sort(rng.integers(12, size=40))
    moved = persons + np.tile(rng.normal(0, 2.5, (40, 2)), 2)
    strangers = rng.uniform(40, 50, (25, 2))
    strangers = np.hstack([strangers, strangers + 9])
    boxes = np.vstack([moved, moved[:20] + 0.5, strangers])
    frames = np.concatenate([at, at[:20], rng.integers(14, size=25)])
    scores = rng.uniform(size=(len(boxes), num_classes))
    truth = GroundTruth(at, persons, rng.integers(num_classes, size=40))
    return Detections(frames, boxes, scores), truth


@pytest.mark.parametrize('seed', range(5))
def test_gains_are_those_of_taking_errors_away(seed):
    detections, truth = random_case(seed)
    kinds = error_kinds(detections, truth, 0.5)
    result = error_breakdown(detections, truth)
    plain = frame_map(detections, truth)
    np.testing.assert_allclose(
        result.average_precision, plain.average_precision
    )
    for code, kind in enumerate(KINDS):
        values = []
        for label in range(detections.num_classes):
            keep = kinds[:, label] != code
            alone = Detections(
                detections.keyframe_idx[keep],
                detections.boxes[keep],
                detections.scores[keep],
            )
            values.append(frame_map(alone, truth).average_precision[label])
        gain = np.nanmean(values) - plain.mean
        assert result.gains[kind] == pytest.approx(gain), kind
    found = plain.num_true_positives / plain.num_gt
    missed = (plain.average_precision / found).mean() - plain.mean
    assert result.gains['missed'] == pytest.approx(missed)


@pytest.mark.parametrize('seed', range(3))
def test_kinds_are_those_of_a_plain_loop(seed):
    detections, truth = random_case(seed)
    kinds = error_kinds(detections, truth, 0.5)
    iou = box_iou(detections.boxes, truth.boxes)
    same = detections.keyframe_idx[:, None] == truth.keyframe_idx
    iou = np.where(same, iou, 0)
    for row, label in np.ndindex(kinds.shape):
        its = iou[row][truth.labels == label].max(initial=0)
        any_ = iou[row].max()
        if its >= 0.5:
            expected = ('true', 'duplicate')
        elif its >= 0.1:
            expected = ('localisation',)
        elif any_ >= 0.5:
            expected = ('classification',)
        else:
            expected = ('both' if any_ >= 0.1 else 'background',)
        assert (*KINDS, 'true')[kinds[row, label]] in expected
    for label in range(detections.num_classes):
        found = frame_map(detections, truth).num_true_positives[label]
        assert (kinds[:, label] == len(KINDS)).sum() == found


def test_no_detections_and_no_ground_truth():
    detections, truth = random_case(0)
    none = Detections(np.zeros(0, int), np.zeros((0, 4)), np.zeros((0, 4)))
    gains = error_breakdown(none, truth).gains
    assert set(gains.values()) == {0}
    empty = GroundTruth(np.zeros(0, int), np.zeros((0, 4)), np.zeros(0, int))
    assert error_breakdown(detections, empty).gains == {}


@pytest.mark.parametrize('iou_thr', [0, BACKGROUND_IOU, 1.1, float('nan')])
def test_thresholds_that_are_none(iou_thr):
    with pytest.raises(ValueError, match='must be above'):
        error_breakdown(*random_case(0), iou_thr)


def test_equal_scores_rank_in_their_order():
    detections, truth = random_case(1)
    scores = np.round(detections.scores, 1)
    tied = Detections(detections.keyframe_idx, detections.boxes, scores)
    np.testing.assert_allclose(
        error_breakdown(tied, truth).average_precision,
        frame_map(tied, truth).average_precision,
    )
