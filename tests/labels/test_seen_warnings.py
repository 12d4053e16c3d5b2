"""Unseen actions that CLIP reads as seen ones."""

import pytest

from stclip.labels.label_split import LabelSplit
from stclip.labels.seen_warnings import warn_of_alike


@pytest.mark.parametrize(
    'train, test, together, shown',
    [
        (('pick up', 'sit'), ('pick_up',), ('pick_up',), "'pick up' = 'pick_"),
        (('Run', 'sit'), ('jump', 'run'), (), "'Run' = 'run'"),
        (('a  b',), ('A B', 'a  b'), ('a  b',), "'a  b' = 'A B'"),
        (('run', 'sit'), ('jump', 'run'), (), None),
        # Where both are encoded, the text tower says so.
        (('Run', 'sit'), ('run', 'Run'), ('run', 'Run'), None),
    ],
)
def test_pairs(train, test, together, shown):
    split = LabelSplit('mine', 1, train, test)
    told = warn_of_alike(split, 'split.yaml', together)
    assert len(told) == (shown is not None)
    for line in told:
        assert line.startswith('split.yaml: ') and shown in line
