"""The in-batch loss against its definition, by loops."""

import pytest
import torch
from frame_recognizers import divergence

from stclip.models.recognition.losses import gathered, in_batch_kl


@pytest.mark.parametrize(
    'targets', [(0, 1, 2), (4, 0, 4), (1, 1, 1)], ids=['apart', 'two', 'same']
)
def test_loss_is_its_definition(targets):
    pairs = 3 * torch.randn(3, 3)
    found = in_batch_kl(pairs, torch.tensor(targets))
    assert found.item() == pytest.approx(divergence(pairs, targets), abs=1e-5)


def test_least_where_the_mass_is_that_of_the_classes():
    """Then it is 0; and videos of one class must not be told apart."""
    targets = torch.tensor([3, 1, 3])
    same = (targets[:, None] == targets).float()
    assert in_batch_kl(10 * same, targets).item() == pytest.approx(0, abs=1e-6)
    assert in_batch_kl(10 * torch.eye(3), targets) > 1


def test_one_process_keeps_its_rows():
    rows = torch.randn(2, 3, requires_grad=True)
    assert gathered(rows) is rows
