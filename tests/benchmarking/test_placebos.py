"""Placebos: what is taken away, and that nothing else is."""

import pytest
import torch
from mmengine.dataset import pseudo_collate
from tiny_model import ARCH, make_keyframe

from stclip.benchmarking.accuracy.placebos import RandomSpotting
from stclip.registry import MODELS


def build(kind: str, **options):
    torch.manual_seed(0)
    clip = dict(arch=ARCH, lora_rank=2)
    model = MODELS.build(dict(type=kind, temporal={}, clip=clip, **options))
    for name, parameter in model.named_parameters():
        if name.endswith('lora_B'):
            torch.nn.init.normal_(parameter, std=0.1)
    return model.eval()


def logits(model, samples):
    data = model.data_preprocessor(pseudo_collate(samples), training=False)
    with torch.no_grad():
        return model(**data, mode='tensor')


@pytest.fixture(scope='module')
def samples():
    return [make_keyframe(1, 9, 0), make_keyframe(3, 9, 1)]


@pytest.mark.parametrize('top_k', [0, 5])
def test_strange_context_is_the_neighbours(samples, top_k, monkeypatch):
    """With tokens of another keyframe, the persons' features stay."""
    ours = build('STCLIP', num_interest_tokens=top_k)
    placebo = build('StrangeContextSTCLIP', num_interest_tokens=top_k)
    assert (logits(ours, samples) - logits(placebo, samples)).abs().max() > 0
    # Alone in its batch, a keyframe has only itself.
    for sample in samples:
        torch.testing.assert_close(
            logits(ours, [sample]), logits(placebo, [sample])
        )
    # By hand: tokens and masks of each layer, turned around.
    seen = {}
    for name, layer in ours.prompting.items():
        layer.register_forward_hook(
            lambda _, inputs, __, name=name: seen.update({name: inputs})
        )
    logits(ours, samples)
    expected = {
        name: (visual.flip(0), None if mask is None else mask.flip(0))
        for name, (_, visual, mask) in seen.items()
    }
    taken = {}
    for name, layer in placebo.prompting.items():
        layer.register_forward_hook(
            lambda _, inputs, __, name=name: taken.update({name: inputs})
        )
    logits(placebo, samples)
    for name, (visual, mask) in expected.items():
        torch.testing.assert_close(taken[name][1], visual)
        if mask is not None:
            assert torch.equal(taken[name][2], mask)


def test_placebos_have_the_same_weights():
    own = build('STCLIP', num_interest_tokens=5).state_dict()
    for kind in ('StrangeContextSTCLIP', 'RandomTokensSTCLIP'):
        other = build(kind, num_interest_tokens=5).state_dict()
        assert own.keys() == other.keys()
        assert all(torch.equal(own[name], other[name]) for name in own)


def test_random_tokens_are_as_many_and_never_padding():
    generator = torch.manual_seed(1)
    persons = torch.randn(2, 4, 3, 8, generator=generator)
    keys = torch.randn(2, 4, 20, 8, generator=generator)
    valid = torch.ones(2, 20, dtype=torch.bool)
    valid[1, 2:5] = False
    draws = [RandomSpotting(6)(persons, keys, valid) for _ in range(200)]
    assert all((draw.sum(-1) == 6).all() for draw in draws)
    counts = torch.stack(draws).float().mean(0)
    assert (counts[1, :, 2:5] == 0).all()
    # Every token as often as any other: 6 of 20, and 6 of 17.
    assert (counts[0] - 6 / 20).abs().max() < 0.13
    assert (counts[1][:, valid[1]] - 6 / 17).abs().max() < 0.13


def test_random_tokens_change_the_scores(samples):
    ours = build('STCLIP', num_interest_tokens=5)
    placebo = build('RandomTokensSTCLIP', num_interest_tokens=5)
    torch.manual_seed(2)
    assert (logits(ours, samples) - logits(placebo, samples)).abs().max() > 0
    # With all tokens there is nothing to choose.
    ours = build('STCLIP', num_interest_tokens=100)
    placebo = build('RandomTokensSTCLIP', num_interest_tokens=100)
    torch.testing.assert_close(logits(ours, samples), logits(placebo, samples))
