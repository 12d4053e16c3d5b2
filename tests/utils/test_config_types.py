"""Names of parts, however a config says them."""

from collections import OrderedDict

import pytest

from stclip.utils.config_types import type_name


@pytest.mark.parametrize(
    'kind, expected',
    [
        ('FrameMAP', 'FrameMAP'),
        ('stclip.FrameMAP', 'FrameMAP'),
        ('stclip.evaluation.metrics.FrameMAP', 'FrameMAP'),
        (OrderedDict, 'OrderedDict'),
        (None, 'None'),
    ],
)
def test_name_without_scope(kind, expected):
    assert type_name(kind) == expected
