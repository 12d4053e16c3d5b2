"""Intervals of paired differences over folds, classes and videos."""

import numpy as np
import pytest

from stclip.benchmarking.accuracy import intervals
from stclip.evaluation.frame_results import FrameResults
from stclip.structures.box_table import Detections, GroundTruth
from stclip.utils.errors import UserError

_BOX = np.array([[0.0, 0.0, 10.0, 10.0]], np.float32)


def _results(quality: float, seed: int, classes: int = 3, videos: int = 12):
    """One person a keyframe, who does the class that the video features."""
    rng = np.random.default_rng(seed)
    label = np.arange(videos) % classes
    scores = rng.random((videos, classes)).astype(np.float32)
    scores[np.arange(videos), label] += quality
    names = tuple('abcdefgh'[:classes])
    keyframe = np.arange(videos)
    boxes = np.repeat(_BOX, videos, axis=0)
    return FrameResults(
        labels=names,
        eval_labels=names,
        image_ids=list(range(videos)),
        movies=[f'v{row}' for row in range(videos)],
        timestamps=[0] * videos,
        ground_truth=GroundTruth(keyframe, boxes, label),
        detections=Detections(keyframe, boxes, scores),
        box_scores=np.ones(videos, np.float32),
    )


def _names(videos: int = 12) -> list[str]:
    return [f'v{row}' for row in range(videos)]


def test_all_videos_once_is_the_frame_map():
    results = _results(0.4, 0)
    once = np.ones((1, 12), int)
    got = intervals.class_precisions(results, _names(), once)
    want = results.evaluate(0.5).average_precision
    np.testing.assert_allclose(got[0], want)


def test_a_class_keeps_its_number_of_videos_in_every_sample():
    featured = [[0, 0, 1, 1, 1, 2], [1, 0, 0, 1]]
    draws = intervals.draw(featured, [3, 2], 50)
    for counts, labels in zip(draws.videos, featured, strict=True):
        for label in set(labels):
            of_class = counts[:, np.array(labels) == label]
            assert (of_class.sum(axis=1) == labels.count(label)).all()
    # Something is drawn, and not always the same.
    assert len(np.unique(draws.videos[0], axis=0)) > 10
    assert {*np.unique(draws.folds)} == {0, 1}
    assert {*np.unique(draws.classes[0])} == {0, 1, 2}


def test_mean_over_folds_of_the_mean_over_classes_drawn():
    draws = intervals.Draws(
        folds=np.array([[1, 0], [1, 1]]),
        classes=[np.array([[1, 0, 2]]), np.array([[0], [0], [0]])],
        videos=[],
    )
    # A row for each time that a fold is drawn. A class of which the videos
    # drawn hold nothing counts for nothing.
    precisions = [
        np.array([[0.2, 0.8, np.nan]]),
        np.array([[1.0], [0.5], [0.3]]),
    ]
    got = intervals.sampled_means(draws, precisions)
    np.testing.assert_allclose(got, [(0.5 + 1.0) / 2, (0.5 + 0.3) / 2])


def test_an_interval_holds_95_percent():
    found = intervals.interval(0.0, np.arange(1001))
    assert found == intervals.Interval(0.0, 25.0, 975.0)


def test_a_better_method_is_told_apart_and_an_equal_one_is_not():
    featured = [[row % 3 for row in range(12)] for _ in range(4)]
    draws = intervals.draw(featured, [3] * 4, 400)

    def sampled(quality: float, offset: int) -> np.ndarray:
        precisions = [
            intervals.class_precisions(
                _results(quality, 10 * fold + offset), _names(), counts
            )
            for fold, counts in enumerate(draws.videos)
        ]
        return intervals.sampled_means(draws, precisions)

    good, bad = sampled(0.9, 0), sampled(0.0, 0)
    gain = intervals.difference({0: good}, {0: bad})
    found = intervals.interval(float(gain.mean()), gain)
    assert found.low > 0.1
    same = intervals.difference({0: good}, {0: good.copy()})
    assert not same.any()
    # Other scores of the same quality: the interval holds zero.
    other = intervals.difference({0: bad}, {0: sampled(0.0, 5)})
    found = intervals.interval(0.0, other)
    assert found.low < 0 < found.high


def test_seeds_are_averaged_before_they_are_compared():
    ours = {0: np.array([1.0, 2.0]), 1: np.array([3.0, 4.0])}
    got = intervals.difference(ours, {0: np.array([1.0, 1.0])})
    np.testing.assert_allclose(got, [1.0, 2.0])


def test_a_class_without_videos_is_refused():
    with pytest.raises(UserError, match='no video features class 1'):
        intervals.draw([[0, 0, 2]], [3], 5)
    with pytest.raises(UserError, match='no video features class 2'):
        intervals.draw([[0, 1, None]], [3], 5)


def test_videos_of_no_class_are_drawn_among_themselves():
    """They may hold false positives; no class has fewer videos for them."""
    draws = intervals.draw([[None, 0, None, 1, None, 0]], [2], 60)
    [counts] = draws.videos
    assert (counts[:, [0, 2, 4]].sum(axis=1) == 3).all()
    assert (counts[:, [1, 5]].sum(axis=1) == 2).all()
    assert (counts[:, 3] == 1).all()
    assert len(np.unique(counts[:, [0, 2, 4]], axis=0)) == 10
    # Classes are drawn of two: "none" is not one.
    assert {*np.unique(draws.classes[0])} == {0, 1}


def test_published_tables_keep_their_draws():
    """The gains of tracks and segments: a thousand draws of seed 0."""
    draws = intervals.drawn_videos(5)
    assert draws.shape == (1000, 5)
    expected = np.random.default_rng(0).integers(5, size=(1000, 5))
    np.testing.assert_array_equal(draws, expected)
    np.testing.assert_array_equal(draws, intervals.drawn_videos(5))


def test_shares_in_points():
    gain = intervals.interval(0.25, np.arange(-20, 21) / 32)
    assert gain == intervals.Interval(0.25, -0.59375, 0.59375)
    assert str(gain.in_points()) == '+25.0 (-59.4 to +59.4)'
