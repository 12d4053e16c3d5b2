"""Eqs. (11)-(13) of DA-STI against their sums."""

import pytest
import torch
from dasti_loop import symmetric_loss

from stclip.models.da_sti.symmetric_loss import symmetric_cross_entropy


@pytest.mark.parametrize(
    'targets', [[0, 1, 2], [1, 0, 1, 2], [0, 0, 0], [0]], ids=str
)
def test_equals_the_sums(targets):
    """Also where videos share a class, and where all do."""
    torch.manual_seed(0)
    scores = torch.randn(len(targets), max(targets) + 1)
    pairs = scores[:, targets].tolist()
    assert symmetric_cross_entropy(
        scores, torch.tensor(targets)
    ).item() == pytest.approx(symmetric_loss(pairs, targets), abs=1e-6)


def test_better_scores_cost_less():
    targets = torch.tensor([0, 1, 1])
    right = torch.tensor([[5.0, 0], [0, 5], [0, 5]])
    losses = [
        symmetric_cross_entropy(scores, targets)
        for scores in (right, 0 * right, -right)
    ]
    assert losses[0] < losses[1] < losses[2]
