"""Probabilities against a plain loop over persons and labels."""

import math

import pytest
import torch

from stclip.labels.label_space import LabelSpace
from stclip.models.detection import CosineHead
from stclip.models.detection.label_competition import label_probabilities

NAMES = tuple('abcdef')


def plain(logits, labels):
    """The equations, one label at a time."""
    rows = []
    for row in logits.tolist():
        weights = [math.exp(value) for value in row]
        behind = sum(
            w for w, b in zip(weights, labels.background, strict=True) if b
        )
        probs = []
        for k, weight in enumerate(weights):
            if labels.background[k]:
                probs.append(weight / sum(weights))
            elif not labels.exclusive[k]:
                other = behind if any(labels.background) else 1
                probs.append(weight / (weight + other))
            else:
                group = sum(
                    w
                    for j, w in enumerate(weights)
                    if labels.groups[j] == labels.groups[k]
                    and labels.exclusive[j]
                    and not labels.background[j]
                )
                probs.append(weight / (group + behind))
        rows.append(probs)
    return torch.tensor(rows)


@pytest.mark.parametrize(
    'columns',
    [
        {},
        dict(exclusive=(True, True, False, True, False, True)),
        dict(exclusive=(False,) * 6),
        dict(groups=(0, 0, 1, 1, 1, 2)),
        dict(background=(False, False, False, False, True, True)),
        dict(
            exclusive=(True, False, True, True, True, False),
            groups=(0, 0, 0, 1, 1, 0),
            background=(False, False, False, False, True, False),
        ),
        dict(exclusive=(False,) * 6, background=(True,) + (False,) * 5),
    ],
)
def test_each_label_has_its_competitors(columns):
    labels = LabelSpace(NAMES, **columns)
    logits = torch.randn(5, 6, generator=torch.manual_seed(0)) * 3
    probs = label_probabilities(logits, labels)
    torch.testing.assert_close(probs, plain(logits, labels))
    torch.testing.assert_close(
        CosineHead().probabilities(logits, labels), probs, rtol=0, atol=0
    )


def test_without_background_it_is_the_papers_softmax():
    logits = torch.randn(4, 6)
    probs = label_probabilities(logits, LabelSpace(NAMES))
    assert torch.equal(probs, torch.softmax(logits, dim=-1))


def test_one_label_against_the_background_is_not_sure():
    labels = LabelSpace(('wave', 'else'), background=(False, True))
    probs = label_probabilities(torch.tensor([[1.0, 2.0]]), labels)
    expected = 1 / (1 + math.e)
    torch.testing.assert_close(probs[0, 0].item(), expected)
    torch.testing.assert_close(probs[0, 1].item(), 1 - expected)


def test_logits_of_any_size_stay_finite():
    labels = LabelSpace(NAMES, background=(True,) + (False,) * 5)
    logits = torch.tensor(
        [[-1e4, 1e4, 0, 3, -5, 1e4], [1e4, -1e4, 0, 0, 0, 0]]
    )
    probs = label_probabilities(logits, labels)
    assert torch.isfinite(probs).all()
    torch.testing.assert_close(probs[0, 1].item(), 0.5)
    torch.testing.assert_close(probs[1, 0].item(), 1.0)
