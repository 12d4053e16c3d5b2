"""Co-attention, pair by pair, against attention written out."""

import pytest
import torch
from dasti_loop import projected, spatial_scores, temporal_saliency, unit
from tiny_model import ARCH

from stclip.models.da_sti.attribute_text import ClassText
from stclip.models.da_sti.co_attention import CoAttention, CoAttentionScore
from stclip.models.da_sti.spatio_temporal_interaction import (
    SpatioTemporalInteraction,
)
from stclip.models.recognition.packed_text import PackedText
from stclip.registry import MODELS
from stclip.utils.errors import UserError

B, T, N, D = 2, 3, 5, 16
COUNTS = (2, 1, 4)


@pytest.fixture
def tokens():
    generator = torch.Generator().manual_seed(0)

    def draw(*shape):
        return torch.randn(*shape, generator=generator)

    class_idx = torch.arange(3).repeat_interleave(torch.tensor(COUNTS))
    words = PackedText(draw(sum(COUNTS), D), class_idx, 3)
    return draw(B, T, D), draw(B, T, N, D), words, draw(3, D)


def attend(module, asking, asked):
    """Multi-head attention of one sequence to another, head by head."""
    weights = module.in_proj_weight.chunk(3)
    biases = module.in_proj_bias.chunk(3)
    q, k, v = (
        x @ w.T + b
        for x, w, b in zip(
            (asking, asked, asked), weights, biases, strict=True
        )
    )
    heads = []
    for part in range(8):
        rows = slice(part * D // 8, (part + 1) * D // 8)
        scores = q[:, rows] @ k[:, rows].T / (D // 8) ** 0.5
        heads.append(scores.softmax(dim=1) @ v[:, rows])
    out = torch.cat(heads, dim=1)
    return out @ module.out_proj.weight.T + module.out_proj.bias


def updated(model, frames, words):
    """Frames and words of one video and one class."""
    return (
        model.norm_frames(frames + attend(model.to_words, frames, words)),
        model.norm_words(words + attend(model.to_frames, words, frames)),
    )


@torch.no_grad()
def test_each_pair_by_itself(tokens):
    torch.manual_seed(0)
    model = CoAttention(D).eval()
    frames, _, words, _ = tokens
    found = model(frames, *words.pad())
    parts = words.embeddings.split(COUNTS)
    for b in range(B):
        for c, part in enumerate(parts):
            v, a = updated(model, frames[b], part)
            torch.testing.assert_close(found[0][b, c], v, rtol=0, atol=1e-5)
            torch.testing.assert_close(
                found[1][b, c, : len(part)], a, rtol=0, atol=1e-5
            )


@pytest.mark.parametrize('with_interaction', [False, True])
@torch.no_grad()
def test_scores(tokens, with_interaction):
    torch.manual_seed(0)
    interaction = SpatioTemporalInteraction(D) if with_interaction else None
    model = CoAttentionScore(D, interaction).eval()
    frames, patches, words, classes = tokens
    found = model(frames, patches, ClassText(classes, words))
    for b in range(B):
        for c, part in enumerate(words.embeddings.split(COUNTS)):
            v, a = updated(model.co_attention, frames[b], part)
            video = v.mean(dim=0)
            if with_interaction:
                v, identity = unit(v), torch.eye(D)
                a = projected(a, identity, 'cos')
                p = projected(patches[b], identity, 'cos')
                features = spatial_scores(p, a)[:, None] * v
                weights = temporal_saliency(features, a, 0.01)
                video = (weights[:, None] * v).sum(dim=0)
            expected = unit(video) @ unit(classes[c])
            torch.testing.assert_close(
                found[b, c], expected, rtol=0, atol=1e-5
            )


def test_gradients_reach_everything(tokens):
    model = CoAttentionScore(D, SpatioTemporalInteraction(D))
    frames, patches, words, classes = tokens
    model(frames, patches, ClassText(classes, words)).sum().backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad.abs().max() > 0, name


@pytest.mark.parametrize(
    'option, value',
    [
        *(('spatial', False), ('temporal', False)),
        *(('query', 'raw'), ('renormalise', False)),
    ],
)
def test_options_that_would_change_nothing_are_refused(option, value):
    config = dict(
        type='DASTIRecognizer',
        clip=dict(arch=ARCH, pretrained=None),
        num_frames=T,
        fusion='coattn+st',
        interaction={option: value},
    )
    with pytest.raises(UserError, match=rf'leave interaction\.{option} out'):
        MODELS.build(config)


@pytest.mark.parametrize(
    'option, value', [('similarity', 'dot'), ('tau', 1.0), ('init', 'normal')]
)
@torch.no_grad()
def test_the_other_options_count(tokens, option, value):
    frames, patches, words, classes = tokens
    scores = []
    for options in ({}, {option: value}):
        torch.manual_seed(0)
        interaction = SpatioTemporalInteraction(D, **options)
        torch.manual_seed(1)
        model = CoAttentionScore(D, interaction).eval()
        scores.append(model(frames, patches, ClassText(classes, words)))
    assert (scores[0] - scores[1]).abs().max() > 1e-3
