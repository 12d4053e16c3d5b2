"""Towers trained by a sigmoid: their own scale and bias make the scores."""

import copy

import pytest
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from tiny_model import ARCH, make_keyframe
from torch.nn import functional as F

from stclip.apis.loading import build_model
from stclip.labels.label_space import LabelSpace
from stclip.models.detection.base import KeyframeDetector
from stclip.registry import MODELS

SIGMOID = dict(ARCH, init_logit_scale=1.5, init_logit_bias=-2.0)


@torch.no_grad()
def test_independent_labels_have_the_tower_s_probabilities():
    """sigmoid(t cos + b), SigLIP arXiv:2303.15343, Algorithm 1."""
    model = MODELS.build(
        dict(type='CLIPBaseline', view='person_crop', clip=dict(arch=SIGMOID))
    ).eval()
    names = ('run', 'sit', 'wave')
    labels = LabelSpace(names, (False,) * 3)
    batch = model.data_preprocessor(pseudo_collate([make_keyframe(2)]))
    inputs = batch['inputs']
    text = model.encode_labels(labels)
    persons = model.person_features(inputs)
    logits = model.person_logits(inputs, text)
    probs = model.head.probabilities(logits, labels)
    for person, row in zip(persons, probs, strict=True):
        for feature, prob in zip(text, row, strict=True):
            cosine = F.cosine_similarity(person, feature, dim=0)
            expected = torch.sigmoid(torch.tensor(1.5).exp() * cosine - 2)
            torch.testing.assert_close(prob, expected)
    # The bias takes no part where labels exclude each other.
    labels = LabelSpace(names, (True,) * 3)
    probs = model.head.probabilities(logits, labels)
    torch.testing.assert_close(probs, (logits + 2).softmax(dim=1))


def test_other_towers_keep_the_configs_temperature():
    model = MODELS.build(
        dict(
            type='CLIPBaseline',
            clip=dict(arch=ARCH),
            head=dict(type='CosineHead', temperature=0.5),
        )
    )
    assert not model.clip.is_sigmoid
    assert model.head.temperature == pytest.approx(0.5)


@torch.no_grad()
def test_a_checkpoint_brings_scale_and_bias(tmp_path):
    """A model that is built before its weights come scores by these."""
    model = dict(type='CLIPBaseline', view='person_crop')
    config = Config(dict(model=dict(model, clip=dict(arch=SIGMOID))))
    tuned = build_model(config, KeyframeDetector).eval()
    tuned.clip.model.logit_scale.fill_(0.3)
    tuned.clip.model.logit_bias.fill_(-0.7)
    path = tmp_path / 'model.pth'
    torch.save(tuned.state_dict(), path)
    again = build_model(config, KeyframeDetector, path).eval()
    labels = LabelSpace(('run', 'sit', 'wave'), (False,) * 3)
    batch = tuned.data_preprocessor(pseudo_collate([make_keyframe(2)]))
    persons = tuned.person_features(batch['inputs'])
    text = tuned.encode_labels(labels)
    cosines = F.cosine_similarity(persons[:, None], text, dim=-1)
    expected = torch.tensor(0.3).exp() * cosines - 0.7
    for model in (tuned, again, copy.deepcopy(again)):
        logits = model.person_logits(batch['inputs'], text)
        torch.testing.assert_close(logits, expected)
    # A copy reads its own.
    other = copy.deepcopy(again)
    other.clip.model.logit_bias.fill_(1.3)
    logits = other.person_logits(batch['inputs'], text)
    torch.testing.assert_close(logits, expected + 2)


def test_the_config_s_focusing_stays():
    model = MODELS.build(
        dict(
            type='CLIPBaseline',
            clip=dict(arch=SIGMOID),
            head=dict(type='CosineHead', gamma=1.0),
        )
    )
    assert model.head.gamma == pytest.approx(1.0)
