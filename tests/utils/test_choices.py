"""Options of a few names."""

import pytest

from stclip.utils.choices import nearest, require_choice


def test_known_names_pass():
    require_choice('kind', 'a', ('a', 'b'))
    with pytest.raises(ValueError) as caught:
        require_choice('kind', 'd', ('a', 'b', 'c'))
    assert str(caught.value) == "kind must be one of 'a', 'b' or 'c', got 'd'"
    with pytest.raises(ValueError, match="one of 'a', got None"):
        require_choice('kind', None, ('a',))


@pytest.mark.parametrize(
    'word, found',
    [
        ('WALK', 'walk'),
        ('kick ball', 'kick_ball'),
        ('Kick-Ball', 'kick_ball'),
        ('wlak', 'walk'),
        ('somersault', None),
    ],
)
def test_the_nearest_word(word, found):
    expected = f'; did you mean {found!r}?' if found else ''
    assert nearest(word, ['walk', 'kick_ball']) == expected
