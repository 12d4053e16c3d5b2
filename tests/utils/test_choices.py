"""Options of a few names."""

import pytest

from stclip.utils.choices import require_choice


def test_known_names_pass():
    require_choice('kind', 'a', ('a', 'b'))
    with pytest.raises(ValueError) as caught:
        require_choice('kind', 'd', ('a', 'b', 'c'))
    assert str(caught.value) == "kind must be one of 'a', 'b' or 'c', got 'd'"
    with pytest.raises(ValueError, match="one of 'a', got None"):
        require_choice('kind', None, ('a',))
