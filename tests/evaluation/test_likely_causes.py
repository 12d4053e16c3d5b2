"""Small data sets with one fault each: the right cause is named first."""

import numpy as np
import pytest
from faulty_files import FAULTS, SHAPES, copied, diagnose, healthy_files

from stclip.evaluation.functional.ceilings import (
    best_overlap,
    on_ground_truth_boxes,
    perfect_class_map,
)
from stclip.evaluation.functional.frame_map import frame_map
from stclip.structures.box_table import Detections, GroundTruth
from stclip.structures.boxes import box_iou

CASES = [
    *((name, name) for name in FAULTS),
    ('label_order', 'order_by_name'),
    ('class_off_by_one', 'class_too_low'),
    ('resolution', 'own_sizes'),
    ('time_offset', 'some_too_late'),
]


@pytest.fixture(scope='module')
def healthy():
    return healthy_files()


def test_healthy(healthy, tmp_path):
    table, values = diagnose(tmp_path, *healthy)
    assert values['causes'] == []
    assert 'no fault found' in table
    assert values['mAP'] > 0.6
    assert values['mAP_perfect_classes'] == 1


@pytest.mark.parametrize('name, shape', CASES)
def test_one_fault(healthy, tmp_path, name, shape):
    truth, found = copied(healthy)
    SHAPES[shape](truth, found)
    table, values = diagnose(tmp_path, truth, found)
    causes = [cause['name'] for cause in values['causes']]
    assert causes[:1] == [name], table
    assert values['causes'][0]['fault'] in table


def test_names_that_hide_another_fault(healthy, tmp_path):
    truth, found = copied(healthy)
    FAULTS['video_names'](truth, found)
    FAULTS['background'](truth, found)
    _, values = diagnose(tmp_path, truth, found)
    assert values['causes'][0]['name'] == 'video_names'


def test_gain_is_what_mending_gives(healthy, tmp_path):
    truth, found = copied(healthy)
    _, good = diagnose(tmp_path, truth, found)
    FAULTS['class_off_by_one'](truth, found)
    _, bad = diagnose(tmp_path, truth, found)
    gain = bad['causes'][0]['gain']
    assert gain == pytest.approx(good['mAP'] - bad['mAP'])


def _random(rng, count, num_classes):
    corner = rng.uniform(0, 20, (count, 2))
    boxes = np.hstack([corner, corner + rng.uniform(5, 15, (count, 2))])
    return rng.integers(0, 6, count), boxes


@pytest.mark.parametrize('seed', range(5))
def test_ceilings_against_plain_forms(seed):
    rng = np.random.default_rng(seed)
    detections = Detections(*_random(rng, 60, 3), rng.uniform(size=(60, 3)))
    truth = GroundTruth(*_random(rng, 25, 3), rng.integers(0, 3, 25))
    result = frame_map(detections, truth, 0.3)
    # Perfect scores: 1 for whoever claims an instance first, else 0.
    scores = np.zeros((60, 3))
    for label in range(3):
        taken = set()
        for d in range(60):
            rows = np.flatnonzero(
                (truth.keyframe_idx == detections.keyframe_idx[d])
                & (truth.labels == label)
            )
            if not len(rows):
                continue
            iou = box_iou(detections.boxes[[d]], truth.boxes[rows])[0]
            best = int(rows[iou.argmax()])
            if iou.max() >= 0.3 and best not in taken:
                taken.add(best)
                scores[d, label] = 1
    perfect = Detections(detections.keyframe_idx, detections.boxes, scores)
    expected = frame_map(perfect, truth, 0.3).mean
    assert perfect_class_map(result) == pytest.approx(expected)
    moved = on_ground_truth_boxes(detections, truth)
    assert len(moved.boxes) == 25
    for k, box, row in zip(
        moved.keyframe_idx, moved.boxes, moved.scores, strict=True
    ):
        rows = np.flatnonzero(detections.keyframe_idx == k)
        wanted = detections.scores.min(axis=0)
        if len(rows):
            iou = box_iou(box[None], detections.boxes[rows])[0]
            if iou.max() > 0:
                wanted = detections.scores[rows[iou.argmax()]]
        np.testing.assert_array_equal(row, wanted)
    iou = box_iou(truth.boxes, detections.boxes)
    same = truth.keyframe_idx[:, None] == detections.keyframe_idx
    np.testing.assert_allclose(
        best_overlap(detections, truth), np.where(same, iou, 0).max(axis=1)
    )
