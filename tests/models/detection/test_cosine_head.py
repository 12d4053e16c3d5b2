"""Cosines, focal losses and probabilities against their sums."""

import inspect
import math

import pytest
import torch

from stclip.labels.label_space import LabelSpace
from stclip.models.detection import cosine_head
from stclip.models.detection.cosine_head import CosineHead
from stclip.models.detection.focal_loss import (
    sigmoid_focal_loss,
    softmax_focal_loss,
)

LABELS = LabelSpace(('sit', 'drink', 'run', 'talk'), (True, False) * 2)
TARGETS = [[1, 0, 0, 1], [0, 1, 1, 0], [0, 0, 0, 0]]


def drawn(seed=0):
    generator = torch.Generator().manual_seed(seed)
    return 3 * torch.randn(len(TARGETS), 4, generator=generator)


def softmax_loop(rows, targets, gamma):
    """Sum of -y (1 - p)^gamma log p, box by box and label by label."""
    total = 0.0
    for row, hot in zip(rows, targets, strict=True):
        whole = sum(math.exp(value) for value in row)
        for value, y in zip(row, hot, strict=True):
            p = math.exp(value) / whole
            total -= y * (1 - p) ** gamma * math.log(p)
    return total


def sigmoid_loop(rows, targets, gamma):
    """Sum of -(1 - p_t)^gamma log p_t."""
    total = 0.0
    for row, hot in zip(rows, targets, strict=True):
        for value, y in zip(row, hot, strict=True):
            p = 1 / (1 + math.exp(-value))
            right = p if y else 1 - p
            total -= (1 - right) ** gamma * math.log(right)
    return total


@pytest.mark.parametrize('gamma', [0.0, 1.0, 2.0, 3.5])
@pytest.mark.parametrize(
    'loss, loop',
    [(softmax_focal_loss, softmax_loop), (sigmoid_focal_loss, sigmoid_loop)],
)
def test_focal_losses_equal_their_sums(loss, loop, gamma):
    logits = drawn()
    expected = loop(logits.tolist(), TARGETS, gamma)
    found = loss(logits, torch.tensor(TARGETS), gamma)
    assert found.item() == pytest.approx(expected, rel=1e-5)
    half = loss(logits.half(), torch.tensor(TARGETS), gamma)
    assert half.dtype == torch.float32


@pytest.mark.parametrize('dtype', [torch.float32, torch.bfloat16])
@pytest.mark.parametrize('logit', [5, 10, 15, 17, 20])
def test_nothing_cancels_where_a_label_is_nearly_certain(logit, dtype):
    """(1 - p)^2 log p, with 1 - p = 1 / (1 + e^x); and its gradient."""
    row = torch.tensor([[logit, -logit]], dtype=dtype, requires_grad=True)
    loss = sigmoid_focal_loss(row, torch.tensor([[1.0, 0.0]]))
    loss.backward()
    wrong = 1 / (1 + math.exp(logit))
    surprise = math.log1p(math.exp(-logit))
    expected = 2 * wrong**2 * surprise
    assert loss.item() == pytest.approx(expected, rel=1e-5, abs=0)
    slope = wrong**2 * (2 * (1 - wrong) * surprise + wrong)
    assert row.grad[0].tolist() == pytest.approx(
        [-slope, slope], rel=0.01, abs=0
    )


@pytest.mark.parametrize('loss', [softmax_focal_loss, sigmoid_focal_loss])
def test_gamma_is_2(loss):
    logits, targets = drawn(), torch.tensor(TARGETS)
    assert torch.equal(loss(logits, targets), loss(logits, targets, 2.0))
    assert inspect.signature(CosineHead).parameters['gamma'].default == 2.0


def test_losses_of_both_kinds_of_labels_by_box():
    """Exclusive columns share a softmax; divided by the number of boxes."""
    logits, targets = drawn(), torch.tensor(TARGETS).float()
    losses = CosineHead(gamma=1.5).loss(logits, targets, LABELS)
    columns = dict(exclusive=[0, 2], independent=[1, 3])
    loops = dict(exclusive=softmax_loop, independent=sigmoid_loop)
    assert set(losses) == {f'loss_{kind}' for kind in columns}
    for kind, chosen in columns.items():
        total = loops[kind](
            logits[:, chosen].tolist(), targets[:, chosen].tolist(), 1.5
        )
        assert losses[f'loss_{kind}'].item() == pytest.approx(
            total / 3, rel=1e-5
        )


@pytest.mark.parametrize('flag, kind', [(1, 'exclusive'), (0, 'independent')])
def test_kind_without_labels_has_no_loss(flag, kind):
    labels = LabelSpace(LABELS.names, (bool(flag),) * 4)
    losses = CosineHead().loss(drawn(), torch.tensor(TARGETS), labels)
    assert set(losses) == {f'loss_{kind}'}


def test_no_boxes_cost_nothing():
    losses = CosineHead().loss(torch.zeros(0, 4), torch.zeros(0, 4), LABELS)
    assert [loss.item() for loss in losses.values()] == [0, 0]


def test_boxes_are_averaged_over_the_processes(monkeypatch):
    """Three here and seven there: five each."""

    def mean_with_seven(number, op):
        assert op == 'mean'
        number.add_(7).div_(2)

    alone = CosineHead().loss(drawn(), torch.tensor(TARGETS), LABELS)
    monkeypatch.setattr(cosine_head, 'is_distributed', lambda: True)
    monkeypatch.setattr(cosine_head, 'all_reduce', mean_with_seven)
    shared = CosineHead().loss(drawn(), torch.tensor(TARGETS), LABELS)
    for name, loss in alone.items():
        torch.testing.assert_close(shared[name], loss * 3 / 5)


@pytest.mark.parametrize('dtype', [torch.float32, torch.bfloat16])
def test_probabilities_are_in_single_precision(dtype):
    logits = drawn().to(dtype)
    found = CosineHead().probabilities(logits, LABELS)
    assert found.dtype == torch.float32
    for row, probs in zip(logits.tolist(), found.tolist(), strict=True):
        whole = math.exp(row[0]) + math.exp(row[2])
        expected = [
            math.exp(row[0]) / whole,
            1 / (1 + math.exp(-row[1])),
            math.exp(row[2]) / whole,
            1 / (1 + math.exp(-row[3])),
        ]
        assert probs == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize('own', [False, True])
def test_logits_are_cosines_over_the_temperature(own):
    """With one text for all persons, or with each person's own."""
    generator = torch.Generator().manual_seed(0)
    persons = torch.randn(2, 8, generator=generator)
    text = torch.randn(*((2, 3) if own else (3,)), 8, generator=generator)
    found = CosineHead(temperature=0.1)(persons, text)
    for p, person in enumerate(persons):
        for c in range(3):
            label = text[p, c] if own else text[c]
            cosine = (person @ label) / (person.norm() * label.norm())
            assert found[p, c].item() == pytest.approx(
                cosine.item() / 0.1, abs=1e-4
            )
    assert CosineHead().temperature == 0.07
    shifted = CosineHead(temperature=0.1, bias=-4)(persons, text)
    torch.testing.assert_close(shifted, found - 4)


def test_a_bias_is_for_independent_labels_alone():
    """Losses and probabilities of exclusive ones do not know it."""
    logits, targets = drawn(), torch.tensor(TARGETS)
    plain = CosineHead().loss(logits, targets, LABELS)
    shifted = CosineHead().loss(logits - 4, targets, LABELS)
    one, other = 'loss_exclusive', 'loss_independent'
    torch.testing.assert_close(shifted[one], plain[one])
    assert (shifted[other] - plain[other]).abs() > 0.1
    probs = [
        CosineHead().probabilities(x, LABELS) for x in (logits, logits - 4)
    ]
    exclusive = torch.tensor(LABELS.exclusive)
    torch.testing.assert_close(probs[1][:, exclusive], probs[0][:, exclusive])
    expected = torch.sigmoid(logits - 4)[:, ~exclusive]
    torch.testing.assert_close(probs[1][:, ~exclusive], expected)
