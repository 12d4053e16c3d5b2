import statistics
import warnings

import numpy as np
import pytest

from stclip.evaluation.functional.recognition import harmonic_mean


@pytest.mark.parametrize('values', [(0.5, 0.25), (0.3,), (1, 0.5, 0.2, 0.9)])
def test_harmonic_mean_of_any_count(values):
    expected = statistics.harmonic_mean(values)
    assert harmonic_mean(*values) == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize('values', [(0.0, 0.5), (0.5, 0), (0, 0), (0.0,)])
def test_harmonic_mean_with_a_zero(values):
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        assert harmonic_mean(*values) == 0


@pytest.mark.parametrize('values', [(np.nan, 0.5), (0.0, np.nan)])
def test_harmonic_mean_of_what_has_no_videos(values):
    assert np.isnan(harmonic_mean(*values))
