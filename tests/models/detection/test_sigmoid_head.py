"""Towers trained by a sigmoid: their own scale and bias make the scores."""

import pytest
import torch
from mmengine.dataset import pseudo_collate
from tiny_model import ARCH, make_keyframe
from torch.nn import functional as F

from stclip.labels.label_space import LabelSpace
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
    assert model.clip.sigmoid_scale_and_bias is None
    assert model.head.temperature == pytest.approx(0.5)
