"""ST-CLIP on towers of every family."""

import pytest
import torch
from tiny_model import make_keyframe
from torch import nn
from tower_families import FAMILIES

from stclip.registry import MODELS

# CLIP's own is that of all other tests.
families = pytest.mark.parametrize('family', [*FAMILIES][1:])
# A change that bfloat16 may make in a probability.
BF16 = 0.05


def build(family, **options):
    """With weights that all matter."""
    torch.manual_seed(0)
    model = MODELS.build(
        dict(
            type='STCLIP',
            clip=dict(arch=FAMILIES[family], lora_rank=2, trained_layers=1),
            temporal=dict(num_frames=9),
            num_interest_tokens=3,
            **options,
        )
    )
    for parameter in model.parameters():
        noise = nn.init.normal_(torch.empty_like(parameter), std=0.05)
        parameter.data.add_(noise)
    return model.eval()


def data_of(model, collate, *samples):
    return model.data_preprocessor(collate(list(samples)))


@torch.no_grad()
def logits(model, collate, *samples):
    return model(**data_of(model, collate, *samples), mode='tensor')


@families
def test_padded_persons_count_for_nothing(family, collate):
    """Keyframes one by one, and together with slots left empty."""
    model = build(family)
    samples = [make_keyframe(n, seed=n) for n in (1, 3, 2)]
    alone = torch.cat([logits(model, collate, each) for each in samples])
    together = logits(model, collate, *samples)
    torch.testing.assert_close(together, alone, rtol=0, atol=2e-5)


@families
def test_persons_have_no_place(family, collate):
    """Their order changes nothing; that of the patches does."""
    model, sample = build(family), make_keyframe(3)
    found = logits(model, collate, sample)
    order = torch.tensor([2, 0, 1])
    sample['inputs']['crops'] = sample['inputs']['crops'][order]
    moved = logits(model, collate, sample)
    torch.testing.assert_close(moved, found[order], rtol=0, atol=2e-5)
    batch = data_of(model, collate, sample)['inputs']
    with torch.no_grad():
        context = model.context_tokens(batch)
        persons, _ = model.encode_views(batch)
        text = model.clip.encode_labels(('sit', 'stand'))
        inputs = text, batch.persons
        one, _ = model.interact(persons, context, *inputs)
        other, _ = model.interact(persons, context.flip(1), *inputs)
    assert (one - other).abs().max() > 2e-4


@families
def test_gradients_reach_what_trains_and_files_keep_it(
    family, collate, tmp_path
):
    model, sample = build(family), make_keyframe(2)
    data = data_of(model.train(), collate, sample)
    losses = model(**data, mode='loss')
    sum(value.sum() for value in losses.values()).backward()
    without = [
        name
        for name, parameter in model.named_parameters()
        if parameter.requires_grad
        and (parameter.grad is None or parameter.grad.abs().max() == 0)
    ]
    assert not without
    torch.save(model.state_dict(), tmp_path / 'model.pth')
    expected = logits(model.eval(), collate, sample)
    other = build(family)
    for parameter in other.parameters():
        parameter.data.normal_()
    other.load_state_dict(torch.load(tmp_path / 'model.pth'))
    assert torch.equal(logits(other, collate, sample), expected)


@families
def test_bfloat16(family, collate):
    model, sample = build(family), make_keyframe(2)
    exact = logits(model, collate, sample).sigmoid()
    with torch.autocast('cpu', torch.bfloat16):
        found = logits(model, collate, sample).sigmoid()
    assert (found - exact).abs().max() < BF16
