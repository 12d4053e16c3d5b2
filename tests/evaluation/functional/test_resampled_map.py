"""Average precision of resampled videos against the plain one."""

import numpy as np

from stclip.evaluation.functional.average_precision import average_precision
from stclip.evaluation.functional.resampled_map import (
    resampled_average_precision,
)


def _example(seed: int = 0, videos: int = 6, rows: int = 60):
    rng = np.random.default_rng(seed)
    video = rng.integers(videos, size=rows)
    scores = rng.permutation(rows) / rows
    is_hit = rng.random(rows) < 0.3 + 0.4 * scores
    missed = rng.integers(0, 3, size=videos)
    num_gt = np.bincount(video[is_hit], minlength=videos) + missed
    return scores, is_hit, video, num_gt


def _plain(scores, is_hit, num_gt) -> float:
    order = np.argsort(-scores)
    ranks = np.flatnonzero(is_hit[order]) + 1
    return average_precision(ranks, num_gt)


def test_every_video_once_is_the_plain_average_precision():
    scores, is_hit, video, num_gt = _example()
    once = np.ones((1, len(num_gt)), int)
    got = resampled_average_precision(scores, is_hit, video, num_gt, once)
    np.testing.assert_allclose(got, _plain(scores, is_hit, num_gt.sum()))


def test_videos_that_are_not_drawn_do_not_count():
    scores, is_hit, video, num_gt = _example(1)
    counts = np.array([[1, 0, 1, 1, 0, 1], [0, 1, 0, 0, 1, 0]])
    got = resampled_average_precision(scores, is_hit, video, num_gt, counts)
    for count, value in zip(counts, got, strict=True):
        kept = count[video] > 0
        want = _plain(scores[kept], is_hit[kept], num_gt[count > 0].sum())
        np.testing.assert_allclose(value, want)


def test_a_video_drawn_twice_has_its_copies_at_the_end_of_each_other():
    # Hits and misses by score: hit (a), miss (b), hit (a). Video a twice:
    # hit hit miss hit hit, precisions 1, 1 and (4 of 5) twice.
    scores = np.array([0.9, 0.5, 0.1])
    is_hit = np.array([True, False, True])
    video = np.array([0, 1, 0])
    num_gt = np.array([2, 0])
    got = resampled_average_precision(
        scores, is_hit, video, num_gt, np.array([[2, 1]])
    )
    np.testing.assert_allclose(got, (1 + 1 + 0.8 + 0.8) / 4)


def test_blocks_do_not_change_the_result(monkeypatch):
    scores, is_hit, video, num_gt = _example(2)
    counts = np.random.default_rng(3).integers(0, 3, size=(40, 6))
    counts[:, 0] = 1
    args = (scores, is_hit, video, num_gt, counts)
    whole = resampled_average_precision(*args)
    monkeypatch.setattr(
        'stclip.evaluation.functional.resampled_map._BLOCK', 200
    )
    got = resampled_average_precision(*args)
    np.testing.assert_allclose(got, whole, rtol=1e-12)


def test_nothing_drawn_of_a_class_is_nan():
    scores, is_hit, video, num_gt = _example(4)
    none = np.zeros((1, len(num_gt)), int)
    got = resampled_average_precision(scores, is_hit, video, num_gt, none)
    assert np.isnan(got).all()
