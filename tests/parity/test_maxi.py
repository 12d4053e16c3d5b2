"""MAXI's loss equals the authors' numbers.

The folders' other losses (diagonal, both ways, best of a bag, one text a bag)
are of options of the release that its recipe does not use.
"""

import math

import pytest
import torch
from method_numbers import Folder, close, parametrised
from torch.nn import functional as F

from stclip.models.maxi.mil_nce import log_mass, mil_nce
from stclip.models.recognition.mean_pooled import cosines

everywhere = parametrised('maxi_loss')


@pytest.fixture(scope='module')
def data(folder):
    return Folder(folder)


def compute(data):
    """Leaves, scores and the loss."""
    keys = 'video', 'text', 'logit_scale'
    leaves = {key: data[f'in/{key}'].clone().requires_grad_() for key in keys}
    videos, text = (F.normalize(leaves[key], dim=-1) for key in keys[:2])
    scores = leaves['logit_scale'].exp() * cosines(videos, text)
    leaves['scores'] = scores
    scores.retain_grad()
    size = data.hyper['texts_per_bag']
    bags = scores.unflatten(1, (-1, size))
    return leaves, bags, mil_nce(bags, data['in/labels'])


@everywhere
def test_loss_and_gradients(data):
    leaves, bags, loss = compute(data)
    labels = data['in/labels']
    assert torch.equal(labels[:, None] == labels, data['out/mask'])
    close(leaves['scores'], data['out/scores'])
    close(log_mass(bags).exp(), data['out/bag_mass'], 1e-5)
    close(loss, data['loss/mil_nce'], 1e-5)
    # A sharp test: all bags of a class together are another loss.
    own = log_mass(bags).exp() * data['out/mask']
    moved = (loss + own.sum(dim=1).log().mean()).abs()
    assert (moved > 1e-3) == (len(labels.unique()) < len(labels))
    loss.backward()
    expected = data.below('loss_grads')
    assert set(expected) == set(leaves)
    for name, gradient in expected.items():
        close(leaves[name].grad, gradient, 1e-5)


@everywhere
def test_a_repeated_class_keeps_the_loss_from_zero(data):
    """Two bags of a class cannot hold the whole mass each."""
    labels = data['in/labels']
    same = (labels[:, None] == labels).float()
    best = mil_nce(100 * same[..., None], labels)
    counts = same.sum(dim=1)
    expected = (counts * counts.log()).sum() / counts.sum()
    close(best, expected, 1e-5)
    if len(labels.unique()) < len(labels):
        # At least one pair: two rows in which two bags are alike.
        pair = 4 * math.log(2) / (len(labels) + 2)
        assert best > pair - 1e-5
