"""The temporal transformer against its own layers, one video at a time."""

import pytest
import torch
from stclip_loop import self_attention

from stclip.models.recognition.temporal_transformer import TemporalTransformer
from stclip.utils.errors import UserError

T, WIDTH = 4, 128


def drawn(**options):
    torch.manual_seed(0)
    model = TemporalTransformer(WIDTH, **options)
    for parameter in model.parameters():
        noise = 0.3 * torch.randn(parameter.shape)
        parameter.data.copy_(noise + (parameter.dim() == 1))
    return model


def layer(block, x):
    """Pre-norm attention and feed-forward network with QuickGELU."""
    x = x + self_attention(block.attn, block.ln_1(x))
    hidden = block.mlp.c_fc(block.ln_2(x))
    return x + block.mlp.c_proj(hidden * torch.sigmoid(1.702 * hidden))


@torch.no_grad()
@pytest.mark.parametrize('num_layers', [1, 2])
def test_frames_are_added_to_what_the_layers_make_of_them(num_layers):
    """v = x + Transformer(x + positions), of the first T positions."""
    model = drawn(num_layers=num_layers, max_frames=6)
    frames = torch.randn(2, T, WIDTH)
    found = model(frames)
    for video, rows in zip(frames, found, strict=True):
        x = video + model.positions.weight[:T]
        for block in model.transformer.resblocks:
            x = layer(block, x)
        torch.testing.assert_close(rows, video + x, rtol=1e-4, atol=1e-3)


def test_start_values_and_sizes():
    """Six layers of heads 64 wide, 77 positions; zero biases."""
    model = TemporalTransformer(WIDTH)
    assert model.positions.weight.shape == (77, WIDTH)
    assert model.positions.weight.std().item() == pytest.approx(0.02, rel=0.1)
    blocks = model.transformer.resblocks
    assert [block.attn.num_heads for block in blocks] == [2] * 6
    for block in blocks:
        for linear in (block.mlp.c_fc, block.mlp.c_proj, block.attn.out_proj):
            assert linear.weight.std().item() == pytest.approx(0.02, rel=0.1)
            assert torch.equal(linear.bias, torch.zeros_like(linear.bias))


def test_as_many_frames_as_positions_and_no_more():
    model = drawn(num_layers=1, max_frames=3)
    assert model(torch.zeros(1, 3, WIDTH)).shape == (1, 3, WIDTH)
    with pytest.raises(UserError, match=r'has 4 frames, but .* for 3 only'):
        model(torch.zeros(1, 4, WIDTH))
