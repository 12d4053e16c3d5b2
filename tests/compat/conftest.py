"""The Python operators, also where compiled ones load."""

import pytest
from detection_operators import KINDS, use_operators


@pytest.fixture(params=KINDS)
def operators(request, monkeypatch):
    """Compute NMS and RoIAlign in one of the ways that there are."""
    use_operators(request.param, monkeypatch)
