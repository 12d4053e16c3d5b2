"""Soft voting against a plain loop."""

import numpy as np
import pytest
from frame_map_loop import soft_vote_loop

from stclip.evaluation.functional import soft_vote


def test_mean_over_boxes_not_over_keyframes():
    probs = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [0.5, 0.5]])
    voted = soft_vote(probs, np.array([7, 7, 7, 2]))
    expected = [[1 / 3, 2 / 3]] * 3 + [[0.5, 0.5]]
    np.testing.assert_allclose(voted, expected, atol=1e-15)


@pytest.mark.parametrize('seed', range(5))
def test_equals_the_loop(seed):
    rng = np.random.default_rng(seed)
    probs = rng.random((40, 6)).astype(np.float32)
    videos = np.array(['b', 'a', 'c', 'zz', 'd'])[rng.integers(0, 5, 40)]
    np.testing.assert_allclose(
        soft_vote(probs, videos),
        soft_vote_loop(probs.astype(float).tolist(), videos.tolist()),
        atol=1e-12,
    )


def test_no_boxes():
    assert soft_vote(np.zeros((0, 3)), np.zeros(0, int)).shape == (0, 3)


def test_lengths_must_agree():
    with pytest.raises(ValueError, match=r'must be \(2, C\), got \(3, 4\)'):
        soft_vote(np.zeros((3, 4)), np.array([0, 1]))
