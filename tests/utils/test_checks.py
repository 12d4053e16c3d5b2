import re

import pytest

from stclip.utils.checks import require_choice
from stclip.utils.errors import UserError


@pytest.mark.parametrize(
    'choices, shown',
    [(('crop', 'pad'), "('crop', 'pad')"), ([1, 2], '[1, 2]')],
)
def test_other_values_are_refused_with_the_choices(choices, shown):
    for choice in choices:
        assert require_choice('mode', choice, choices) is None
    message = f"mode must be one of {shown}, got 'squash'"
    with pytest.raises(UserError, match=f'^{re.escape(message)}$'):
        require_choice('mode', 'squash', choices)
