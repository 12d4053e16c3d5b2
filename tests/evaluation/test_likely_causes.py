"""Small data sets with one fault each: the right cause is named first."""

import copy
import json

import numpy as np
import pytest

from stclip.evaluation.functional.ceilings import (
    on_ground_truth_boxes,
    perfect_class_map,
)
from stclip.evaluation.functional.frame_map import frame_map
from stclip.evaluation.likely_causes import diagnosis_of_files
from stclip.structures.box_table import Detections, GroundTruth
from stclip.structures.boxes import box_iou

LABELS = ['run', 'walk', 'sit', 'jump', 'wave', 'clap']
WIDTH, HEIGHT = 640, 360


@pytest.fixture
def healthy():
    """Four videos of 30 keyframes; a moving person in each, good scores."""
    rng = np.random.default_rng(0)
    gt, detections = [], []
    for video in range(4):
        for time in range(30):
            place = dict(
                image_id=f'v{video},{time:04d}',
                movie=f'v{video}',
                timestamp=time,
            )
            x, y = rng.uniform(0, 480), rng.uniform(0, 120)
            w, h = rng.uniform(60, 120), rng.uniform(120, 200)
            box = np.array([x, y, x + w, y + h])
            label = int(rng.integers(len(LABELS)))
            gt.append(dict(**place, box=box.tolist(), label=label))
            scores = rng.uniform(0, 0.6, len(LABELS))
            scores[label] += 0.35
            near = box + rng.uniform(-3, 3, 4)
            detections.append(
                dict(
                    **place,
                    boxes=[near.tolist()],
                    scores=[scores.tolist()],
                )
            )
    return dict(labels=LABELS, gt=gt), dict(detections=detections)


def _boxes(change):
    def fault(truth, found):
        for entry in found['detections']:
            entry['boxes'] = [change(*box) for box in entry['boxes']]

    return fault


def _scores(change):
    def fault(truth, found):
        rng = np.random.default_rng(1)
        for entry in found['detections']:
            entry['scores'] = [
                list(change(np.array(row), rng)) for row in entry['scores']
            ]

    return fault


def _places(change):
    def fault(truth, found):
        for entry in found['detections']:
            entry.update(change(entry['movie'], entry['timestamp']))

    return fault


def _place(movie, time):
    return dict(image_id=f'{movie},{time:04d}', movie=movie, timestamp=time)


def _normalised(truth, found):
    for entry in truth['gt']:
        entry['box'] = (
            np.array(entry['box']) / [WIDTH, HEIGHT, WIDTH, HEIGHT]
        ).tolist()


def _other_order_by_name(truth, found):
    order = [3, 0, 5, 1, 4, 2]
    found['labels'] = [LABELS[c] for c in order]
    _scores(lambda row, rng: row[order])(truth, found)


def _empty(truth, found):
    for entry in found['detections']:
        entry.update(boxes=[], scores=[])


def _weak(truth, found):
    for i, entry in enumerate(found['detections']):
        if i % 4:
            entry['boxes'] = [[0, 340, 20, 359]]


FAULTS = dict(
    pixels=_normalised,
    xywh=_boxes(lambda a, b, c, d: [a, b, c - a, d - b]),
    centre_wh=_boxes(
        lambda a, b, c, d: [(a + c) / 2, (b + d) / 2, c - a, d - b]
    ),
    swapped_axes=_boxes(lambda a, b, c, d: [b, a, d, c]),
    resolution=_boxes(lambda a, b, c, d: [a / 2, b / 1.5, c / 2, d / 1.5]),
    class_off_by_one=_scores(lambda row, rng: np.roll(row, 1)),
    label_order=_scores(lambda row, rng: row[[3, 0, 5, 1, 4, 2]]),
    time_off_by_one=_places(lambda v, t: _place(v, t + 1)),
    frames_for_seconds=_places(lambda v, t: _place(v, t * 25)),
    video_names=_places(lambda v, t: _place(f'clips/{v}.mp4', t)),
    other_data_set=_places(lambda v, t: _place(f'film-{v}', t)),
    wrong_labels=_scores(lambda row, rng: rng.uniform(size=len(row))),
    equal_scores=_scores(lambda row, rng: np.full(len(row), 0.5)),
    weak_detector=_weak,
    background=_boxes(lambda a, b, c, d: [600, 340, 639, 359]),
    no_boxes=_empty,
    labels=lambda truth, found: found.update(
        labels=['swim', 'dive', 'sail', 'surf', 'row', 'fish']
    ),
)
CASES = [
    *FAULTS.items(),
    ('label_order', _other_order_by_name),
    (
        'class_off_by_one',
        _scores(lambda row, rng: np.roll(row, -1)),
    ),
]


def _diagnose(tmp_path, truth, found):
    (tmp_path / 'gt.json').write_text(json.dumps(truth))
    (tmp_path / 'pred.json').write_text(json.dumps(found))
    return diagnosis_of_files(tmp_path / 'gt.json', tmp_path / 'pred.json')


def test_healthy(healthy, tmp_path):
    table, values = _diagnose(tmp_path, *healthy)
    assert values['causes'] == []
    assert 'no fault found' in table
    assert values['mAP'] > 0.6
    assert values['mAP_perfect_classes'] == 1


@pytest.mark.parametrize('name, fault', CASES)
def test_one_fault(healthy, tmp_path, name, fault):
    truth, found = copy.deepcopy(healthy)
    fault(truth, found)
    table, values = _diagnose(tmp_path, truth, found)
    causes = [cause['name'] for cause in values['causes']]
    assert causes[:1] == [name], table
    assert values['causes'][0]['fault'] in table


def test_names_that_hide_another_fault(healthy, tmp_path):
    truth, found = copy.deepcopy(healthy)
    FAULTS['video_names'](truth, found)
    FAULTS['background'](truth, found)
    _, values = _diagnose(tmp_path, truth, found)
    assert values['causes'][0]['name'] == 'video_names'


def test_gain_is_what_mending_gives(healthy, tmp_path):
    truth, found = copy.deepcopy(healthy)
    _, good = _diagnose(tmp_path, truth, found)
    FAULTS['class_off_by_one'](truth, found)
    _, bad = _diagnose(tmp_path, truth, found)
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
