"""Frame mAP: the rules one by one, and a plain loop on random problems."""

import sys

import numpy as np
import pytest
from frame_map_loop import frame_map_loop

from stclip.evaluation.functional import Detections, GroundTruth, frame_map

BOX = (0, 0, 10, 10)
# IoU with BOX: 9/10, 6/10 and 5/10.
NEAR, FAR, HALF = (0, 0, 10, 9), (0, 0, 10, 6), (0, 0, 10, 5)
ELSEWHERE = (50, 50, 60, 60)


def evaluate(detections, ground_truth, num_classes=1, iou_thr=0.5):
    """frame_map of the plain lists that the reference takes."""
    keyframes, boxes, scores = [list(c) for c in zip(*detections)] or 3 * [[]]
    gt_keyframes, gt_boxes, classes = [
        list(c) for c in zip(*ground_truth)
    ] or 3 * [[]]
    multi_hot = np.zeros((len(classes), num_classes), dtype=bool)
    for row, wanted in enumerate(classes):
        multi_hot[row, list(wanted)] = True
    return frame_map(
        Detections(
            np.array(keyframes, int),
            np.reshape(np.array(boxes, float), (-1, 4)),
            np.reshape(np.array(scores, float), (-1, num_classes)),
        ),
        GroundTruth(
            np.array(gt_keyframes, int),
            np.reshape(np.array(gt_boxes, float), (-1, 4)),
            multi_hot,
        ),
        iou_thr,
    )


def random_problem(seed):
    """Crowded, empty and tied; boxes on a grid so that IoUs tie as well."""
    rng = np.random.default_rng(seed)
    num_classes = int(rng.integers(1, 6))

    def boxes(count):
        corner = rng.integers(0, 4, (count, 2)) * 5
        return np.hstack([corner, corner + rng.integers(0, 4, (count, 2)) * 5])

    detections, ground_truth = [], []
    for keyframe in rng.permutation(12).tolist():
        crowd = rng.choice([0, 1, 3, 15])
        for box in boxes(crowd).tolist():
            # Few distinct scores: most of them tie.
            scores = rng.integers(0, rng.choice([4, 1000]), num_classes) / 8
            detections.append((keyframe, box, scores.tolist()))
        for box in boxes(rng.choice([0, 1, 2, 8])).tolist():
            # The last class may have no ground truth at all.
            count = rng.integers(0, 3)
            wanted = rng.integers(0, max(1, num_classes - 1), count)
            ground_truth.append((keyframe, box, set(wanted.tolist())))
    order = rng.permutation(len(detections))
    return [detections[i] for i in order], ground_truth, num_classes


@pytest.mark.parametrize('iou_thr', [0.25, 0.5, 1.0])
@pytest.mark.parametrize('seed', range(40))
def test_equals_the_loop(seed, iou_thr):
    detections, ground_truth, num_classes = random_problem(seed)
    result = evaluate(detections, ground_truth, num_classes, iou_thr)
    precisions, counts = frame_map_loop(
        detections, ground_truth, num_classes, iou_thr
    )
    np.testing.assert_allclose(
        result.average_precision, precisions, rtol=0, atol=1e-12
    )
    assert result.num_true_positives.tolist() == counts
    assert result.num_detections == len(detections)


def test_blocks_of_pairs_make_no_difference(monkeypatch):
    detections, ground_truth, num_classes = random_problem(3)
    whole = evaluate(detections, ground_truth, num_classes)
    # The package offers the function under the module's name.
    module = sys.modules[frame_map.__module__]
    monkeypatch.setattr(module, '_PAIRS_PER_BLOCK', 7)
    blocks = evaluate(detections, ground_truth, num_classes)
    np.testing.assert_array_equal(
        whole.average_precision, blocks.average_precision
    )


def test_order_does_not_matter_without_ties():
    rng = np.random.default_rng(0)
    detections, ground_truth, num_classes = random_problem(5)
    scores = rng.permutation(len(detections) * num_classes) + 1.0
    rows = scores.reshape(-1, num_classes).tolist()
    detections = [(k, b, row) for (k, b, _), row in zip(detections, rows)]
    first = evaluate(detections, ground_truth, num_classes)
    shuffled = [detections[i] for i in rng.permutation(len(detections))]
    again = evaluate(shuffled, ground_truth, num_classes)
    np.testing.assert_array_equal(
        first.average_precision, again.average_precision
    )


def test_ties_stay_in_the_order_given():
    hit, miss = (0, BOX, [0.5]), (0, ELSEWHERE, [0.5])
    truth = [(0, BOX, {0})]
    assert evaluate([hit, miss], truth).mean == 1.0
    assert evaluate([miss, hit], truth).mean == 0.5


def test_threshold_is_inclusive():
    truth = [(0, BOX, {0})]
    assert evaluate([(0, HALF, [1])], truth, iou_thr=0.5).mean == 1.0
    assert evaluate([(0, HALF, [1])], truth, iou_thr=0.5001).mean == 0.0


def test_no_second_choice():
    # Both detections overlap BOX most; FAR is good enough for the second
    # one, but is not what it claims.
    detections = [(0, BOX, [0.9]), (0, NEAR, [0.8])]
    truth = [(0, BOX, {0}), (0, FAR, {0})]
    result = evaluate(detections, truth)
    assert result.num_true_positives.tolist() == [1]
    assert result.mean == 0.5


def test_only_ground_truth_of_the_class_is_claimed():
    # The nearest box is of class 1; class 0 looks past it.
    truth = [(0, NEAR, {0}), (0, BOX, {1})]
    result = evaluate([(0, BOX, [0.9, 0.9])], truth, num_classes=2)
    assert result.average_precision.tolist() == [1.0, 1.0]


def test_same_place_in_another_keyframe_is_a_miss():
    assert evaluate([(1, BOX, [0.9])], [(0, BOX, {0})]).mean == 0.0


def test_missed_and_absent_classes():
    # Class 0 found, class 1 in the truth but not found, class 2 nowhere.
    truth = [(0, BOX, {0}), (1, BOX, {1})]
    result = evaluate([(0, BOX, [0.9, 0.9, 0.9])], truth, num_classes=3)
    assert result.average_precision[:2].tolist() == [1.0, 0.0]
    assert np.isnan(result.average_precision[2])
    assert result.classes_without_gt.tolist() == [2]
    assert result.mean == 0.5


def test_false_positives_in_empty_keyframes_count():
    detections = [(7, BOX, [0.9]), (0, BOX, [0.8])]
    assert evaluate(detections, [(0, BOX, {0})]).mean == 0.5


def test_no_detections():
    result = evaluate([], [(0, BOX, {0}), (0, BOX, {1})], num_classes=3)
    assert result.average_precision[:2].tolist() == [0.0, 0.0]
    assert result.mean == 0.0


def test_no_ground_truth():
    result = evaluate([(0, BOX, [0.9, 0.1])], [], num_classes=2)
    assert np.isnan(result.average_precision).all()
    assert np.isnan(result.mean)
    assert result.classes_without_gt.tolist() == [0, 1]


def test_index_labels_equal_multi_hot_labels():
    detections = Detections(
        [0, 0], [BOX, FAR], np.array([[0.2, 0.9], [0.8, 0.1]])
    )
    as_index = GroundTruth([0, 0], [NEAR, NEAR], [0, 1])
    as_multi_hot = GroundTruth([0], [NEAR], [[1, 1]])
    np.testing.assert_array_equal(
        frame_map(detections, as_index).average_precision,
        frame_map(detections, as_multi_hot).average_precision,
    )


def test_single_precision_scores_with_ties():
    rng = np.random.default_rng(1)
    scores = (rng.integers(0, 5, (200, 1)) / 7).astype(np.float32)
    boxes = np.tile(np.array(BOX, float), (200, 1))
    keyframes = rng.integers(0, 30, 200)
    truth = [(k, BOX, {0}) for k in range(0, 30, 2)]
    result = frame_map(
        Detections(keyframes, boxes, scores),
        GroundTruth([t[0] for t in truth], [BOX] * len(truth), [0] * 15),
    )
    rows = zip(keyframes.tolist(), boxes.tolist(), scores.tolist())
    expected, _ = frame_map_loop(list(rows), truth, 1, 0.5)
    assert result.mean == pytest.approx(expected[0], abs=1e-12)


@pytest.mark.parametrize('bad', [np.nan, np.inf, -np.inf])
def test_scores_must_be_finite(bad):
    with pytest.raises(
        ValueError, match=r'detection 1 \(keyframe 9\): scores'
    ):
        Detections([4, 9], [BOX, BOX], [[0.1, 0.2], [0.3, bad]])


def test_boxes_must_be_finite():
    with pytest.raises(ValueError, match=r'box 0 \(keyframe 4\): box must be'):
        GroundTruth([4], [(0, 0, np.nan, 1)], [0])


def test_boxes_must_be_xyxy():
    with pytest.raises(
        ValueError, match=r'detection 0 \(keyframe 4\) is .*x2'
    ):
        Detections([4], [(30, 30, 10, 40)], [[0.5]])


@pytest.mark.parametrize(
    ('make', 'message'),
    [
        (
            lambda: Detections([0], [BOX, BOX], [[1.0]]),
            r'boxes must be \(1, 4',
        ),
        (lambda: Detections([0], [BOX], [[1.0], [2.0]]), r'be \(1, C\), got'),
        (lambda: Detections([0.5], [BOX], [[1.0]]), 'must be integers'),
        (lambda: Detections([[0]], [BOX], [[1.0]]), r'idx must be \(N,\)'),
        (lambda: GroundTruth([0], [BOX], [0, 1]), r'labels must be \(1,\)'),
        (lambda: GroundTruth([0], [BOX], [-1]), 'box 0 has class index -1'),
        (lambda: GroundTruth([0], [BOX], [0.5]), 'labels must be integers'),
        (lambda: GroundTruth([0], [BOX], [[0.5]]), 'must be 0 or 1'),
    ],
)
def test_malformed_arrays(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_labels_must_fit_the_scores():
    detections = Detections([0], [BOX], [[0.5, 0.5]])
    with pytest.raises(ValueError, match='box 0 has class index 2'):
        frame_map(detections, GroundTruth([0], [BOX], [2]))
    with pytest.raises(ValueError, match='3 classes, scores 2'):
        frame_map(detections, GroundTruth([0], [BOX], [[0, 0, 1]]))


@pytest.mark.parametrize('iou_thr', [0, -0.1, 1.1, float('nan')])
def test_threshold_must_be_sensible(iou_thr):
    with pytest.raises(ValueError, match='iou_thr must lie in'):
        evaluate([(0, BOX, [0.5])], [(0, BOX, {0})], iou_thr=iou_thr)
