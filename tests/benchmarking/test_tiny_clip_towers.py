"""The towers as pre-training runs them, against open_clip's own."""

import pytest
import torch
import torch.nn.functional as F

from stclip.benchmarking.tiny_clip.recipe import MODEL, Recipe
from stclip.benchmarking.tiny_clip.towers import begin_sighted, read, see
from stclip.models.clip import build_clip, build_tokenizer

SMALL = dict(
    MODEL,
    embed_dim=16,
    vision_cfg=dict(
        image_size=56, layers=2, width=64, patch_size=8, head_width=32
    ),
    text_cfg=dict(MODEL['text_cfg'], width=32, heads=1, layers=1),
)


@pytest.fixture(scope='module')
def model():
    torch.manual_seed(0)
    model = build_clip(SMALL, pretrained=None)
    model.visual.output_tokens = True
    return model


@torch.no_grad()
def test_whole_pictures_are_encoded_as_by_open_clip(model):
    images = torch.randn(3, 3, 56, 56)
    features, tokens = see(model.visual, images, torch.float32)
    expected, patches = model.visual(images)
    torch.testing.assert_close(features, expected)
    torch.testing.assert_close(tokens, patches)


@torch.no_grad()
def test_small_pictures_have_positions_between(model):
    """Two patches of one have the mean of what theirs have."""
    seen = []
    hook = model.visual.ln_pre.register_forward_pre_hook(
        lambda _, inputs: seen.append(inputs[0])
    )
    plane = torch.arange(49.0).view(49, 1).expand(49, 64)
    try:
        kept = model.visual.positional_embedding.clone()
        model.visual.positional_embedding[1:] = plane
        see(model.visual, torch.zeros(1, 3, 40, 40), torch.float32)
    finally:
        hook.remove()
        model.visual.positional_embedding.copy_(kept)
    grid = seen[0][0, 1:, 0].view(5, 5)
    assert torch.allclose(grid[:, 1:-1].mean(1), grid[:, 2], atol=1e-4)
    # The centre stays where it is, and rows still differ by more.
    assert float(grid[2, 2]) == pytest.approx(24.0, abs=1e-4)
    steps = grid.diff(dim=0)[1:-1] / 7, grid.diff(dim=1)[:, 1:-1]
    for step in steps:
        assert torch.allclose(step, torch.full_like(step, 1.4), atol=0.05)


@torch.no_grad()
def test_captions_are_encoded_as_by_open_clip(model):
    text = 'somebody throws a small red ball to a dog in the park'
    texts = [text[:count] for count in (5, 50, 1, 30, 30, 9, 2, 11)]
    tokens = build_tokenizer(SMALL)(texts)
    found = read(model, tokens, torch.float32)
    expected = model.encode_text(tokens)
    torch.testing.assert_close(found, expected)


def test_gradients_reach_the_weights_in_full_precision(model):
    features, _ = see(model.visual, torch.randn(2, 3, 56, 56), torch.bfloat16)
    model.zero_grad()
    features.square().sum().backward()
    gradient = model.visual.conv1.weight.grad
    assert gradient.dtype == torch.float32 and gradient.abs().max() > 0
    model.zero_grad()


@torch.no_grad()
def test_filters_begin_with_whitened_patches():
    """Their answers to the pictures have one variance, no correlation."""
    torch.manual_seed(1)
    narrow = dict(SMALL['vision_cfg'], width=192)
    model = build_clip(dict(SMALL, vision_cfg=narrow), pretrained=None)
    # Neighbouring pixels are alike.
    images = F.avg_pool2d(torch.randn(40, 3, 60, 60), 5, 1)
    begin_sighted(model.visual, 3 * images)
    answers = F.conv2d(3 * images, model.visual.conv1.weight, stride=8)
    answers = answers.transpose(0, 1).flatten(1)
    covariance = torch.cov(answers)
    variance = covariance.diagonal()
    assert variance.min() > 0.6 * variance.max()
    off = covariance - variance.diag()
    assert off.abs().max() < 0.25 * variance.mean()


def test_pictures_grow(tmp_path):
    recipe = Recipe(
        out=tmp_path, work_dir=tmp_path, shards=1, iterations=1000,
        batch_size=2, lr=1.0, muon_lr=1.0, seed=0, workers=1,
    )  # fmt: skip
    sizes = [recipe.size(step) for step in range(1000)]
    assert sizes == [48] * 600 + [72] * 300 + [96] * 100
