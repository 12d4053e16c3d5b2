"""COCO-style AP against pycocotools, and what dropped frames are worth."""

import contextlib
import importlib
import io

import numpy as np
import pytest
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from stclip.evaluation.functional.coco_map import (
    coco_map,
    precision_at_recalls,
)
from stclip.structures.box_table import Detections, GroundTruth
from stclip.structures.boxes import paired_box_iou


def random_case(seed, num_frames=25, num_classes=4, crowd=6):
    """Several boxes of a class in a frame, near each other."""
    rng = np.random.default_rng(seed)
    truth, found = [], []
    for frame in range(num_frames):
        for _ in range(rng.integers(0, crowd)):
            corner = rng.uniform(0, 60, 2)
            box = np.concatenate([corner, corner + rng.uniform(20, 60, 2)])
            truth.append((frame, box, rng.integers(num_classes)))
            for _ in range(rng.integers(0, 3)):
                noise = rng.normal(0, 6, 2)
                found.append((frame, box + np.tile(noise, 2)))
    order = rng.permutation(len(found))
    scores = rng.uniform(0, 1, (len(found), num_classes))
    return (
        Detections(
            np.array([found[n][0] for n in order]),
            np.array([found[n][1] for n in order]),
            scores,
        ),
        GroundTruth(
            np.array([frame for frame, *_ in truth]),
            np.array([box for _, box, _ in truth]),
            np.array([label for *_, label in truth]),
        ),
    )


def theirs(detections, ground_truth, kept, max_boxes):
    """AP of each class at IoU 0.5 by pycocotools."""

    def entry(frame, box, label, **more):
        x1, y1, x2, y2 = map(float, box)
        bbox = [x1, y1, x2 - x1, y2 - y1]
        return dict(
            image_id=int(frame) + 1,
            category_id=int(label) + 1,
            bbox=bbox,
            area=bbox[2] * bbox[3],
            iscrowd=0,
            **more,
        )

    frames = np.union1d(ground_truth.keyframe_idx, detections.keyframe_idx)
    truth = zip(
        ground_truth.keyframe_idx,
        ground_truth.boxes,
        ground_truth.labels,
        strict=True,
    )
    coco = COCO()
    coco.dataset = dict(
        images=[dict(id=int(frame) + 1) for frame in frames],
        categories=[dict(id=c + 1) for c in range(detections.num_classes)],
        annotations=[
            entry(*each, id=number) for number, each in enumerate(truth, 1)
        ],
    )
    with contextlib.redirect_stdout(io.StringIO()):
        coco.createIndex()
        found = coco.loadRes(
            [
                entry(
                    detections.keyframe_idx[row],
                    detections.boxes[row],
                    label,
                    score=float(detections.scores[row, label]),
                )
                for row, label in np.argwhere(kept)
            ]
        )
        evaluation = COCOeval(coco, found, 'bbox')
        evaluation.params.iouThrs = np.array([0.5])
        evaluation.params.maxDets = [max_boxes]
        evaluation.evaluate()
        evaluation.accumulate()
    # (thresholds, recalls, classes, areas, boxes)
    precision = evaluation.eval['precision'][0, :, :, 0, 0]
    return [np.nan if (p < 0).any() else p.mean() for p in precision.T]


@pytest.mark.parametrize('max_boxes', [100, 2])
@pytest.mark.parametrize('seed', range(5))
def test_equals_pycocotools(seed, max_boxes):
    detections, ground_truth = random_case(seed)
    kept = detections.scores >= 0.3
    found = coco_map(detections, ground_truth, kept, max_boxes=max_boxes)
    expected = theirs(detections, ground_truth, kept, max_boxes)
    np.testing.assert_allclose(
        found.average_precision, expected, rtol=0, atol=1e-9
    )
    assert found.mean == pytest.approx(np.nanmean(expected))


def test_overlaps_are_found_once_for_all_classes(monkeypatch):
    # The function of that name hides its module.
    module = importlib.import_module('stclip.evaluation.functional.frame_map')
    pairs = []

    def counted(boxes, others):
        pairs.append(len(boxes))
        return paired_box_iou(boxes, others)

    monkeypatch.setattr(module, 'paired_box_iou', counted)
    detections, truth = random_case(1)
    coco_map(detections, truth, np.ones(detections.scores.shape, bool))
    same = detections.keyframe_idx[:, None] == truth.keyframe_idx
    assert pairs == [same.sum()]


def test_limit_and_threshold_move_the_figure():
    detections, ground_truth = random_case(0)
    kept = np.ones(detections.scores.shape, bool)
    whole = coco_map(detections, ground_truth, kept).mean
    few = coco_map(detections, ground_truth, kept, max_boxes=2).mean
    strict = coco_map(detections, ground_truth, kept, iou_thr=0.8).mean
    assert len({round(whole, 6), round(few, 6), round(strict, 6)}) == 3


def test_frames_without_boxes():
    """They lower ours and leave the legacy AP alone."""
    box = [[0.0, 0, 10, 10]]

    def counted(num_frames):
        """One frame is answered, the others are not."""
        detections = Detections(np.array([0]), box, np.array([[0.9]]))
        truth = GroundTruth(
            np.arange(num_frames),
            np.tile(box, (num_frames, 1)),
            np.zeros(num_frames, int),
        )
        kept = np.ones((1, 1), bool)
        return [
            coco_map(detections, truth, kept, drop_unanswered=drop)
            for drop in (False, True)
        ]

    ours, legacy = zip(*map(counted, (1, 2, 4)), strict=True)
    assert [way.mean for way in legacy] == [1, 1, 1]
    assert [way.num_frames for way in legacy] == [1, 1, 1]
    # Recalls up to 1/2 and 1/4 are reached: 51 and 26 of 101.
    expected = [1, 51 / 101, 26 / 101]
    assert [way.mean for way in ours] == pytest.approx(expected)
    assert [way.num_gt.tolist() for way in ours] == [[1], [2], [4]]


def test_a_box_below_the_threshold_does_not_answer():
    box = [[0.0, 0, 10, 10]]
    detections = Detections(
        np.array([0, 1]), box * 2, np.array([[0.9], [0.2]])
    )
    truth = GroundTruth(np.array([0, 1]), box * 2, np.array([0, 0]))
    kept = detections.scores >= 0.5
    dropped = coco_map(detections, truth, kept, drop_unanswered=True)
    assert dropped.mean == 1 and dropped.num_frames == 1
    assert coco_map(detections, truth, kept).mean == pytest.approx(51 / 101)


def test_second_choice():
    """The best box is taken, the second is near enough."""
    truth = GroundTruth(
        np.array([0, 0]),
        np.array([[0.0, 0, 10, 10], [3, 0, 13, 10]]),
        np.array([0, 0]),
    )
    detections = Detections(
        np.array([0, 0]),
        np.array([[0.0, 0, 10, 10], [0.5, 0, 10.5, 10]]),
        np.array([[0.9], [0.8]]),
    )
    assert coco_map(detections, truth, np.ones((2, 1), bool)).mean == 1


def test_classes_without_ground_truth_leave_the_mean():
    box = [[0.0, 0, 10, 10]]
    detections = Detections(np.array([0]), box, np.array([[0.9, 0.9]]))
    truth = GroundTruth(np.array([0]), box, np.array([1]))
    found = coco_map(detections, truth, np.ones((1, 2), bool))
    assert np.isnan(found.average_precision[0])
    assert found.mean == 1


def test_101_points_by_hand():
    """Hits at ranks 1 and 4 of three boxes: 34 recalls at 1, 33 at 1/2."""
    expected = (34 * 1 + 33 * 0.5) / 101
    assert precision_at_recalls(np.array([1, 4]), 3) == pytest.approx(expected)
    assert precision_at_recalls(np.zeros(0), 3) == 0
    assert np.isnan(precision_at_recalls(np.zeros(0), 0))


@pytest.mark.parametrize('iou_thr', [0, 1.5])
def test_threshold_must_be_one(iou_thr):
    detections, truth = random_case(0)
    kept = np.ones(detections.scores.shape, bool)
    with pytest.raises(ValueError, match='iou_thr must lie in'):
        coco_map(detections, truth, kept, iou_thr)
