"""Caveats of a test, for models that are none of ours."""

from torch import nn

from stclip.engine.caveats import warn_of_test


def test_other_models_have_none():
    """Nothing is known of them, so nothing is said."""
    assert warn_of_test(nn.Linear(1, 1), {}, [], None) == []
