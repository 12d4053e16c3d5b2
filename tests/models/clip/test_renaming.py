"""Other code bases' names: separate projections are packed."""

import torch
from torch import nn

from stclip.models.clip.renaming import with_packed_attention


def test_packed_attention_is_the_separate_one():
    torch.manual_seed(0)
    attention = nn.MultiheadAttention(8, 2, batch_first=True)
    state = {'a.norm.weight': torch.ones(8)}
    x = torch.randn(1, 3, 8)
    projected = []
    for part in 'qkv':
        linear = nn.Linear(8, 8)
        projected.append(linear(x))
        for kind, value in linear.state_dict().items():
            state[f'a.attn.{part}_proj.{kind}'] = value
    packed = with_packed_attention(state)
    assert sorted(packed) == [
        'a.attn.in_proj_bias',
        'a.attn.in_proj_weight',
        'a.norm.weight',
    ]
    own = {k.removeprefix('a.attn.'): v for k, v in packed.items()}
    attention.load_state_dict(own, strict=False)
    found = nn.functional.linear(
        x, attention.in_proj_weight, attention.in_proj_bias
    )
    torch.testing.assert_close(found, torch.cat(projected, dim=-1))


def test_one_of_three_stays_as_it_is():
    state = {'a.q_proj.weight': torch.ones(2, 2)}
    assert list(with_packed_attention(state)) == list(state)
