"""Average precision: hand-made curves and the literal definition."""

import numpy as np
import pytest
from frame_map_loop import average_precision_loop

from stclip.evaluation.functional import average_precision


@pytest.mark.parametrize(
    ('ranks', 'num_gt', 'expected'),
    [
        # Everything found, nothing else above it.
        ([1, 2, 3], 3, 1.0),
        # Half found at once: precision 1 up to recall 1/2, then 0.
        ([1], 2, 0.5),
        # One false positive in front: precision 1/2 for all recall.
        ([2], 1, 0.5),
        # Precisions 1/2, 2/3: the envelope lifts the first to 2/3.
        ([2, 3], 2, 2 / 3),
        # Precisions 1, 2/4, 3/5: the envelope lifts the second to 3/5.
        ([1, 4, 5], 4, (1 + 3 / 5 + 3 / 5) / 4),
        # Ground truth, and nothing found.
        ([], 5, 0.0),
    ],
)
def test_hand_made_curves(ranks, num_gt, expected):
    assert average_precision(np.array(ranks, int), num_gt) == pytest.approx(
        expected, abs=1e-15
    )


def test_no_ground_truth_is_nan():
    assert np.isnan(average_precision(np.array([], int), 0))


def test_more_hits_than_instances_is_an_error():
    with pytest.raises(ValueError, match='2 true positives for 1'):
        average_precision(np.array([1, 2]), 1)


@pytest.mark.parametrize('seed', range(20))
def test_equals_the_literal_curve(seed):
    rng = np.random.default_rng(seed)
    hits = rng.random(rng.integers(1, 60)) < rng.random()
    num_gt = int(hits.sum() + rng.integers(1, 5))
    ranks = np.flatnonzero(hits) + 1
    assert average_precision(ranks, num_gt) == pytest.approx(
        average_precision_loop(hits.tolist(), num_gt), abs=1e-12
    )
