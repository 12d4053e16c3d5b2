"""Relevance of patches against nudges of the attention, one by one."""

import copy

import pytest
import torch
from torch.nn import functional as F
from tower_families import FAMILIES, RESNET

from stclip.models.clip import CLIPBackbone
from stclip.models.clip.patch_relevance import patch_relevance
from stclip.utils.errors import UserError

ARCH = dict(
    embed_dim=64,
    quick_gelu=True,
    vision_cfg=dict(
        image_size=16, patch_size=8, width=64, layers=2, head_width=32
    ),
    text_cfg=dict(
        context_length=8, vocab_size=49408, width=64, heads=1, layers=1
    ),
)
NUDGE = 1e-4


@pytest.fixture
def clip():
    torch.manual_seed(0)
    return CLIPBackbone(ARCH).double()


def score(clip, x, attention, direction):
    """Of one picture; the last layer is written out from open_clip's parts."""
    block = clip.blocks[1]
    qkv = F.linear(
        block.ln_1(x), block.attn.in_proj_weight, block.attn.in_proj_bias
    )
    values = qkv[:, 128:]  # (5, 64), two heads of 32
    heads = [
        attention[head] @ values[:, 32 * head : 32 * head + 32]
        for head in (0, 1)
    ]
    cls = x[0] + block.attn.out_proj(torch.cat(heads))
    cls = cls + block.mlp(block.ln_2(cls))
    feature = clip.visual.ln_post(cls) @ clip.visual.proj
    return feature / feature.norm() @ direction


def attention_of(clip, x):
    block = clip.blocks[1]
    qkv = F.linear(
        block.ln_1(x), block.attn.in_proj_weight, block.attn.in_proj_bias
    )
    rows = []
    for head in (0, 1):
        query = qkv[0, 32 * head : 32 * head + 32]
        keys = qkv[:, 64 + 32 * head : 64 + 32 * head + 32]
        rows.append((keys @ query / 32**0.5).softmax(dim=0))
    return torch.stack(rows)


def test_it_is_what_nudges_do(clip):
    images = torch.randn(2, 3, 16, 16, dtype=torch.double)
    direction = torch.randn(64, dtype=torch.double)
    found = patch_relevance(clip, images, direction)
    assert found.shape == (2, 4) and (found > 0).any()
    with torch.no_grad():
        inputs = clip.embed(clip.patch_tokens(images))
        inputs = clip.finish_layer(0, inputs, clip.qkv(0, inputs))
        for x, theirs in zip(inputs, found, strict=True):
            attention = attention_of(clip, x)
            before = score(clip, x, attention, direction)
            for patch in range(4):
                parts = []
                for head in (0, 1):
                    nudged = attention.clone()
                    nudged[head, 1 + patch] += NUDGE
                    slope = score(clip, x, nudged, direction) - before
                    part = attention[head, 1 + patch] * slope / NUDGE
                    parts.append(max(0, float(part)))
                assert theirs[patch] == pytest.approx(
                    sum(parts) / 2, rel=2e-2, abs=1e-6
                )


def test_it_takes_what_inference_made(clip):
    with torch.inference_mode():
        images = torch.randn(1, 3, 16, 16, dtype=torch.double)
        direction = torch.randn(64, dtype=torch.double)
        found = patch_relevance(clip, images, direction)
    assert not found.requires_grad
    assert all(p.grad is None for p in clip.parameters())


def test_it_is_read_off_a_last_layer_and_a_class_token():
    resnet = CLIPBackbone(copy.deepcopy(RESNET))
    images, direction = torch.zeros(1, 3, 32, 32), torch.zeros(64)
    told = r'used as a whole \(it is a ModifiedResNet\)'
    with pytest.raises(UserError, match=told):
        patch_relevance(resnet, images, direction)
    siglip = CLIPBackbone(copy.deepcopy(FAMILIES['siglip']))
    with pytest.raises(UserError, match='not the feature of'):
        patch_relevance(siglip, images, direction)
