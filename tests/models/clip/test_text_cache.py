"""Text features: encoded once, and again when they could be stale."""

import copy

import pytest
import torch
from torch import nn

from stclip.models.clip.text_cache import TextCache


class Tower(nn.Module):
    """A text tower with one weight, which counts its calls."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1))
        self.texts = TextCache()
        self.calls = 0

    def encode(self, labels):
        def run():
            self.calls += 1
            return self.scale * len(labels)

        return self.texts.get(labels, run)


@pytest.fixture
def tower():
    return Tower()


def test_once_per_label_set(tower):
    assert [float(tower.encode(('a', 'b'))) for _ in range(3)] == [2] * 3
    assert float(tower.encode(('c',))) == 1
    assert float(tower.encode(('a', 'b'))) == 2
    assert tower.calls == 2
    assert not tower.state_dict().keys() - {'scale'}


def test_loaded_weights_count(tower):
    tower.encode(('a',))
    tower.load_state_dict(dict(scale=torch.full((1,), 5.0)))
    assert float(tower.encode(('a',))) == 5


def test_moved_weights_count(tower):
    assert tower.encode(('a',)).dtype == torch.float32
    assert tower.double().encode(('a',)).dtype == torch.float64


def test_copies_do_not_share(tower):
    tower.encode(('a',))
    other = copy.deepcopy(tower)
    other.load_state_dict(dict(scale=torch.full((1,), 5.0)))
    assert float(other.encode(('a',))) == 5
    assert float(tower.encode(('a',))) == 1
    assert tower.calls == 1


def test_the_oldest_goes_first(tower):
    names = [(str(number),) for number in range(9)]
    for labels in names:
        tower.encode(labels)
    for labels in names[1:]:
        tower.encode(labels)
    assert tower.calls == 9
    tower.encode(names[0])
    assert tower.calls == 10


def test_what_testing_encoded_serves_training(tower):
    with torch.inference_mode():
        features = tower.encode(('a',))
    assert not features.is_inference() and not features.requires_grad
    weight = torch.ones(1, requires_grad=True)
    (weight * tower.encode(('a',))).sum().backward()
    assert weight.grad.item() == 1
