import math

import numpy as np
import pytest

from stclip.evaluation.functional.seen_unseen import seen_unseen_means

NAN = math.nan


@pytest.mark.parametrize(
    'values, is_seen, expected',
    [
        # 2 * 0.25 * 0.5 / 0.75
        ([0.2, 0.5, 0.3], [1, 0, 1], (0.25, 0.5, 1 / 3)),
        # Classes without ground truth are left out.
        ([0.2, NAN, 0.6, NAN], [1, 1, 0, 0], (0.2, 0.6, 0.3)),
        ([0.0, 0.9], [1, 0], (0, 0.9, 0)),
        ([0.4, NAN], [1, 0], (0.4, NAN, NAN)),
        ([NAN, 0.4], [1, 0], (NAN, 0.4, NAN)),
    ],
)
def test_by_hand(values, is_seen, expected):
    means = seen_unseen_means(np.array(values), np.array(is_seen, bool))
    assert list(means) == ['seen', 'unseen', 'harmonic_mean']
    assert list(means.values()) == pytest.approx(expected, nan_ok=True)


def test_closed_set_and_zero_shot():
    values = np.array([0.2, 0.6])
    closed = seen_unseen_means(values, np.ones(2, bool))
    assert closed == dict(seen=pytest.approx(0.4))
    assert seen_unseen_means(values, np.zeros(2, bool)) == {}
