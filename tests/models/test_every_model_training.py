"""What every registered model learns, and what that keeps in memory."""

import re
from weakref import WeakSet

import pytest
import torch
from every_model import (
    batch_of,
    build,
    cases,
    is_trained,
    kind_of,
    kinds,
    losses,
)
from torch.nn import functional as F

from stclip.utils.errors import UserError

# Of the largest of all gradients, what may be rounding.
ROUNDING = 1e-7
_KEY_BIAS = 'softmax does not see what is added to all keys'
_ONE_TOKEN = 'where one token is looked at, nothing hangs on who asks and how'
#: Class -> trained weights that no loss depends on, with the reason.
UNSEEN = dict(
    ICLIP={
        r'units\.\w+\.key\.bias': _KEY_BIAS,
        r'prompting\.layers\.\d\.norm_text\.\w+': _ONE_TOKEN,
        r'prompting\.layers\.\d\.attention\.(query|key)\.weight': _ONE_TOKEN,
    },
    TCCLIPRecognizer={
        r'prompting\.layers\.\d\.attention\.key\.bias': _KEY_BIAS
    },
)
#: What trains nothing.
UNTRAINED = {'CLIPBaseline'}
#: Nothing passes back through their towers, which are frozen and give features
#: of whole pictures: there is nothing to be computed again.
ONLY_ON_FEATURES = {'BIKEAttributes', 'ICLIP', 'OpenMixer'}
# Changes that a step in bfloat16 may make: in a loss, and in the direction
# of all gradients together, a cosine.
BF16_LOSS, BF16_COSINE = 0.03, 0.5

trained_cases = pytest.mark.parametrize(
    'case', [case for case in cases() if case not in UNTRAINED]
)


def gradients_of(model):
    """Parameter -> its gradient, of what is trained."""
    return {
        name: parameter.grad
        for name, parameter in model.named_parameters()
        if parameter.requires_grad
    }


def loss_of(model):
    """With the same dropout each time."""
    torch.manual_seed(0)
    return losses(model, batch_of(model))


@pytest.mark.parametrize('case', sorted(UNTRAINED))
def test_what_has_nothing_to_learn(case):
    model = build(case)
    assert not is_trained(model)
    assert not loss_of(model).requires_grad


@trained_cases
def test_gradients_reach_what_is_trained_and_nothing_else(case):
    """Any number but zero, where weights count at all."""
    model = build(case)
    loss_of(model).backward()
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            assert parameter.grad is None, f'{name} is frozen'
    found = gradients_of(model)
    assert not [name for name, each in found.items() if each is None]
    sizes = {name: each.abs().max().item() for name, each in found.items()}
    least = ROUNDING * max(sizes.values())
    assert 0 < least < float('inf')
    patterns = UNSEEN.get(kind_of(case), {})
    expected = {
        name
        for name in found
        if any(re.fullmatch(pattern, name) for pattern in patterns)
    }
    assert {name for name in sizes if not sizes[name] > least} == expected


TRAINED = [
    dict(trained_layers=1, lora_rank=0),
    dict(trained_layers='all', lora_rank=0),
    dict(trained_text=True),
    dict(trained_layers=1, lora_rank=2),
]


@pytest.mark.parametrize('kind', sorted(kinds()))
@pytest.mark.parametrize('clip', TRAINED, ids=str)
def test_what_clip_is_asked_to_train_trains_or_is_refused(kind, clip):
    """Distributed training stops at a parameter that waits for none."""
    try:
        model = build(kind, **clip)
    except UserError as refused:
        assert re.search(r'keeps the (text|image) tower', str(refused))
        return
    loss_of(model).backward()
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            assert parameter.grad is not None, f'{name} got no gradient'
            assert parameter.grad.isfinite().all(), name
        else:
            assert parameter.grad is None, f'{name} is frozen'


class Kept:
    """A tensor that waits for its gradient."""

    def __init__(self, tensor):
        self.tensor = tensor


def step_of(model):
    """Gradients; and the bytes that are kept until they are asked for."""
    waiting = WeakSet()

    def keep(tensor):
        kept = Kept(tensor)
        waiting.add(kept)
        return kept

    with torch.autograd.graph.saved_tensors_hooks(
        keep, lambda kept: kept.tensor
    ):
        loss = loss_of(model)
    storages = [kept.tensor.untyped_storage() for kept in waiting]
    sizes = {each.data_ptr(): each.nbytes() for each in storages}
    for parameter in model.parameters():
        sizes.pop(parameter.untyped_storage().data_ptr(), None)
    loss.backward()
    return gradients_of(model), sum(sizes.values())


@trained_cases
def test_layers_that_are_computed_again_keep_less(case):
    """``with_cp`` changes no gradient, and is of use wherever towers train."""
    expected, all_kept = step_of(build(case))
    found, kept = step_of(build(case, with_cp=True))
    torch.testing.assert_close(found, expected)
    if kind_of(case) in ONLY_ON_FEATURES:
        assert kept == all_kept
    else:
        assert kept < all_kept / 2


@trained_cases
def test_a_step_in_bfloat16(case):
    """Much the same loss, and gradients of much the same direction."""
    model = build(case)
    loss = loss_of(model)
    loss.backward()
    exact = flat(gradients_of(model))
    model.zero_grad()
    with torch.autocast('cpu', torch.bfloat16):
        rounded = loss_of(model)
    rounded.backward()
    torch.testing.assert_close(rounded, loss, rtol=BF16_LOSS, atol=0)
    found = flat(gradients_of(model))
    assert found.isfinite().all()
    assert F.cosine_similarity(found, exact, dim=0) > BF16_COSINE


def flat(gradients):
    """All numbers in one row."""
    return torch.cat([each.flatten() for each in gradients.values()])
