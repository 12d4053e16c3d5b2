"""Interaction units against slots that are all there, zeros and all."""

import pytest
import torch

from stclip.models.i_clip.interaction import InteractionUnit, MemoryUnit
from stclip.utils.errors import UserError

WIDTH, SLOTS, FRAMES = 8, 5, 4


def with_random_weights(unit):
    for parameter in unit.parameters():
        torch.nn.init.normal_(parameter)
    return unit.eval()


def by_loops(unit, query, slots, key_offsets, value_offsets):
    """(D,) query, (L, D) all slots, (L, D) what is added to each."""
    keys = [unit.key(s) + o for s, o in zip(slots, key_offsets, strict=True)]
    values = [
        unit.value(s) + o for s, o in zip(slots, value_offsets, strict=True)
    ]
    asked = unit.query(query)
    logits = torch.stack([asked @ key / WIDTH**0.5 for key in keys])
    weights = logits.exp() / logits.exp().sum()
    found = sum(w * v for w, v in zip(weights, values, strict=True))
    spread = ((found - found.mean()) ** 2).mean()
    found = (found - found.mean()) / (spread + 1e-5).sqrt()
    return query + unit.out(found.clamp(min=0))


@torch.no_grad()
@pytest.mark.parametrize('counts', [(3, 1), (SLOTS, 2), (0, 3)])
def test_empty_slots_are_looked_at(counts):
    torch.manual_seed(0)
    unit = with_random_weights(InteractionUnit(WIDTH, SLOTS, 0.2))
    query = torch.randn(2, 3, WIDTH)
    tokens = torch.randn(2, max(counts), WIDTH)
    valid = torch.arange(max(counts)) < torch.tensor(counts)[:, None]
    tokens[~valid] = 0
    found = unit(query, tokens, valid)
    zeros = torch.zeros(SLOTS, WIDTH)
    for keyframe, count in enumerate(counts):
        slots = torch.zeros(SLOTS, WIDTH)
        slots[:count] = tokens[keyframe, :count]
        for person in range(3):
            expected = by_loops(
                unit, query[keyframe, person], slots, zeros, zeros
            )
            torch.testing.assert_close(found[keyframe, person], expected)


@torch.no_grad()
@pytest.mark.parametrize('slots', [1, 3])
def test_slots_of_memory(slots):
    """A frame's first slot is filled if it is known; others never are."""
    torch.manual_seed(0)
    unit = with_random_weights(MemoryUnit(WIDTH, slots, 0.2, FRAMES))
    query = torch.randn(2, 1, WIDTH)
    valid = torch.tensor([[True, False, True, True], [False] * 4])
    tokens = torch.randn(2, FRAMES, WIDTH) * valid[..., None]
    found = unit(query, tokens, valid)
    for keyframe in range(2):
        rows = torch.zeros(FRAMES, slots, WIDTH)
        rows[:, 0] = tokens[keyframe]
        offsets = [
            table.repeat_interleave(slots, dim=0)
            for table in (unit.key_positions, unit.value_positions)
        ]
        expected = by_loops(
            unit, query[keyframe, 0], rows.flatten(0, 1), *offsets
        )
        torch.testing.assert_close(found[keyframe, 0], expected)


def test_at_the_start_nothing_is_added():
    torch.manual_seed(0)
    query, tokens = torch.randn(1, 2, WIDTH), torch.randn(1, 2, WIDTH)
    for unit in (
        InteractionUnit(WIDTH, SLOTS, 0.2),
        MemoryUnit(WIDTH, SLOTS, 0.2, 2),
    ):
        assert torch.equal(unit(query, tokens), query)
        unit(query, tokens).sum().backward()
        assert unit.out.weight.grad.abs().max() > 0
        assert unit.key.weight.std().item() == pytest.approx(0.01, rel=0.3)


def test_more_tokens_than_slots_are_refused():
    unit = InteractionUnit(WIDTH, 2, 0.0)
    with pytest.raises(UserError, match='3 tokens for 2 slots'):
        unit(torch.zeros(1, 1, WIDTH), torch.zeros(1, 3, WIDTH))
