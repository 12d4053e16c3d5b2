"""Each equation of ST-CLIP against its plain form."""

import pytest
import stclip_loop
import torch
from torch import nn
from torch.nn import functional as F

from stclip.models.st_clip.context_prompting import ContextPrompting
from stclip.models.st_clip.person_adapter import PersonAdapter
from stclip.models.st_clip.temporal_context import TemporalContext
from stclip.models.st_clip.token_spotting import (
    head_averaged_attention,
    spot_interest_tokens,
)

T, N, WIDTH = 5, 4, 128


def drawn(module):
    """A module with random weights, zero and constant ones too."""
    generator = torch.Generator().manual_seed(0)
    for parameter in module.parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        parameter.data.copy_(0.3 * noise + (parameter.dim() == 1))
    return module


def random(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(1))


def close(actual, expected):
    torch.testing.assert_close(actual, expected, rtol=0, atol=1e-4)


@torch.no_grad()
@pytest.mark.parametrize('num_layers', [1, 2])
def test_equation_2_context_tokens(num_layers):
    """The output projection after the mean says what it says before it."""
    temporal = drawn(TemporalContext(WIDTH, T, num_layers))
    frames = random(2, T, N, WIDTH)
    tokens = temporal(frames)
    for index, video in enumerate(frames):
        close(tokens[index], stclip_loop.context_tokens(temporal, video))


@torch.no_grad()
def test_equation_2_of_windows_of_several_lengths():
    temporal = drawn(TemporalContext(WIDTH, T))
    frames = random(2, T, N, WIDTH)
    valid = torch.tensor([[True] * T, [True] * 3 + [False] * (T - 3)])
    tokens = temporal(frames, valid)
    close(tokens[0], stclip_loop.context_tokens(temporal, frames[0]))
    close(tokens[1], stclip_loop.context_tokens(temporal, frames[1, :3]))


@torch.no_grad()
@pytest.mark.parametrize('depth', [1, 2])
def test_equation_3_person_tokens(depth):
    """What the network makes of a person is added to the person."""
    adapter = drawn(PersonAdapter(WIDTH, depth))
    persons = random(3, WIDTH)
    for person, token in zip(persons, adapter(persons), strict=True):
        close(token, stclip_loop.person_token(adapter, person))


@torch.no_grad()
def test_equation_4_context_prompting():
    layer = drawn(ContextPrompting(WIDTH, 64))
    text, tokens = random(3, 64), random(7, WIDTH)
    expected = stclip_loop.prompt(layer, text, tokens)
    close(layer(text[None], tokens[None])[0], expected)
    # A mask says which tokens prompt.
    chosen = torch.tensor([True, False, True, True, False, False, True])
    expected = stclip_loop.prompt(layer, text, tokens[chosen])
    mask = chosen[None, None, None]
    close(layer(text[None], tokens[None], mask)[0], expected)


def test_rho_starts_at_a_fifth():
    """F~ = F + 0.2 F^ before anything is learned, in every channel."""
    layer = ContextPrompting(WIDTH, 64)
    assert torch.equal(layer.rho.detach(), torch.tensor([0.2] * 64))
    assert layer.rho.requires_grad


def test_start_values_of_context_prompting():
    """Attention and network: N(0, 0.02) no bias; the projector is torch's."""
    torch.manual_seed(0)
    layer = ContextPrompting(WIDTH, 256)
    linears = [
        module
        for part in (layer.attention, layer.ffn)
        for module in part.modules()
        if isinstance(module, nn.Linear)
    ]
    assert len(linears) == 6
    for linear in linears:
        assert linear.weight.std().item() == pytest.approx(0.02, rel=0.05)
        if linear.bias is not None:
            assert torch.equal(linear.bias, torch.zeros_like(linear.bias))
    assert layer.projector.weight.std() > 0.04


@pytest.mark.parametrize('top_k', [3, 4, 5, 6, 100])
def test_empty_slots_are_no_interest_tokens(top_k):
    """Also where more tokens are wanted than there are."""
    importance = random(2, 3, 6).softmax(dim=-1)
    valid = torch.tensor([[True] * 4 + [False] * 2, [True] * 6])
    # What padding holds must not matter, however large.
    importance[0, :, 4:] = 9
    spotted = spot_interest_tokens(importance, top_k, valid)
    for b, length in enumerate((4, 6)):
        for person in range(3):
            row = importance[b, person, :length]
            best = row.argsort(descending=True)[:top_k].sort().values
            assert torch.equal(spotted[b, person].nonzero()[:, 0], best)


def test_interest_tokens_are_those_of_the_mean_of_all_heads():
    q, k = random(1, 2, 3, 8), random(1, 2, 6, 8)
    importance = head_averaged_attention(q, k)
    maps = [F.softmax(q[0, h] @ k[0, h].T / 8**0.5, dim=-1) for h in (0, 1)]
    close(importance[0], (maps[0] + maps[1]) / 2)
    spotted = spot_interest_tokens(importance, 2)
    for person, row in enumerate(importance[0]):
        best = row.argsort(descending=True)[:2].sort().values
        assert torch.equal(spotted[0, person].nonzero()[:, 0], best)
