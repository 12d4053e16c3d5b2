"""Which labels a person is said to do, in words and on pictures."""

import numpy as np
import pytest

from stclip.labels.label_space import LabelSpace
from stclip.results.answers import answers, best_answer
from stclip.results.pictures import shown_labels

# Two groups that exclude each other inside, and two independent labels.
LABELS = LabelSpace(
    tuple('abcdefg'),
    exclusive=(True,) * 5 + (False,) * 2,
    groups=(0, 0, 0, 1, 1, 0, 0),
)


def by_hand(probs, none_prob, top, least):
    """Exclusive labels by group and rank, and independent ones."""
    ranks = sorted(range(7), key=lambda label: (-probs[label], label))
    ranks = [k for k in ranks if none_prob is None or probs[k] > none_prob]
    best = set()
    for group in ((0, 1, 2), (3, 4)):
        members = [label for label in ranks if label in group]
        best |= {k for k in members[:top] if probs[k] >= least}
    exclusive = [label for label in ranks if label in best]
    alone = [label for label in ranks if label > 4 and probs[label] >= 0.5]
    return ranks, exclusive, alone


@pytest.mark.parametrize('none_prob', [None, 0.0, 0.3, 1.0])
@pytest.mark.parametrize(('top', 'least'), [(1, 0.0), (2, 0.25), (9, 0.0)])
def test_labels_that_are_said(none_prob, top, least):
    for seed in range(30):
        # Tenths, so that some are equal.
        probs = np.random.default_rng(seed).integers(0, 11, 7) / 10
        _, exclusive, alone = by_hand(probs, none_prob, top, least)
        shown = shown_labels(probs, LABELS, top, least, none_prob)
        assert shown == exclusive + alone
        ranks, exclusive, alone = by_hand(probs, none_prob, 1, 0.0)
        said = [label for label in ranks if label in exclusive + alone]
        assert answers(probs, none_prob, LABELS) == said
        best = best_answer(probs, none_prob, LABELS)
        assert best == (said[0] if said else None)
