"""Multiply-adds counted while models compute, against sums by hand."""

import pytest
import torch
from tiny_model import ARCH
from torch import nn

from stclip.benchmarking import complexity
from stclip.benchmarking.complexity import Row, multiply_adds
from stclip.labels.label_space import LabelSpace
from stclip.registry import MODELS
from stclip.utils.errors import UserError

VISION, TEXT = ARCH['vision_cfg'], ARCH['text_cfg']
LABELS = LabelSpace(('sit', 'run'))


def layer(tokens, width):
    """Projections, attention and feed-forward network; two layer norms."""
    linear = 12 * tokens * width**2
    return linear + 2 * tokens**2 * width + 5 * 2 * tokens * width


def image():
    """Of CLIP's whole image encoder."""
    patches = (VISION['image_size'] // VISION['patch_size']) ** 2
    tokens, width = patches + 1, VISION['width']
    embedding = patches * 3 * VISION['patch_size'] ** 2 * width
    layers = VISION['layers'] * layer(tokens, width)
    # open_clip normalises all tokens and projects one.
    norms = 2 * 5 * tokens * width
    return embedding + layers + norms + width * ARCH['embed_dim']


def prompt(tokens):
    """Of CLIP's whole text encoder, which projects the end alone."""
    width = TEXT['width']
    layers = TEXT['layers'] * layer(tokens, width)
    return layers + 5 * tokens * width + width * ARCH['embed_dim']


def test_of_an_attention_layer():
    """The fast path that torch takes in testing counts like the slow one."""
    block = nn.TransformerEncoderLayer(64, 1, 256, batch_first=True).eval()
    found = multiply_adds(lambda: block(torch.zeros(1, 5, 64)))
    assert found == layer(5, 64)
    assert torch.backends.mha.get_fastpath_enabled()


def test_of_clip():
    clip = dict(arch=ARCH, pretrained=None)
    model = MODELS.build(dict(type='CLIPBaseline', clip=clip))
    found = complexity._of_clip(model.clip, torch.zeros(1, 3, 32, 32))
    assert found == (image(), prompt(TEXT['context_length']))


def test_a_detector_is_counted_for_every_keyframe():
    """Plain encodes are counted as the paper does, the rest as it is."""
    clip = dict(arch=ARCH, pretrained=None)
    model = MODELS.build(dict(type='CLIPBaseline', clip=clip))
    row = Row('any', prompts=2, encodes=1, images=40)
    found = complexity.complexity(row, model, LABELS)
    head = len(LABELS) * ARCH['embed_dim']
    project = VISION['width'] * ARCH['embed_dim']
    whole = 40 * image() + 2 * prompt(16) + 40 * (head + project)
    assert found.by_paper == whole
    # Ours leaves out what the last layer makes of patches, and padding.
    assert found.ours < found.by_paper
    assert found.parameters == 0


def test_a_recogniser_is_counted_once():
    clip = dict(arch=ARCH, pretrained=None, trained_layers='all')
    model = MODELS.build(
        dict(type='STDDRecognizer', clip=clip, num_frames=3, prompts='a')
    )
    row = Row('any', prompts=2)
    found = complexity.complexity(row, model, LABELS)
    one = multiply_adds(
        lambda: model.clip.encode_images(torch.zeros(1, 3, 32, 32))
    )
    assert (
        found.parameters
        == sum(p.numel() for p in model.clip.visual.parameters()) + 1
    )  # the logit scale
    assert 3 * one < found.by_paper - 2 * prompt(16) < 3 * one + 1e5


def test_rows_of_the_table():
    rows = complexity.read_rows()
    assert rows['ST-CLIP'].published['gmacs'] == 2431.51
    assert all(row.why for row in rows.values() if row.published)


def test_unknown_key_is_refused(tmp_path, monkeypatch):
    file = tmp_path / 'rows.yaml'
    file.write_text('CLIP: {config: a, prompts: 1, image: 3}')
    monkeypatch.setattr(complexity, 'shipped', lambda _: file)
    with pytest.raises(UserError, match=r"rows\.yaml: .*'image'"):
        complexity.read_rows()
