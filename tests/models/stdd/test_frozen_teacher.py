"""STDD's teacher: the same features, and no trace in what is trained."""

import copy

import torch
from tiny_model import ARCH, SIZE

from stclip.models.clip import build_clip
from stclip.models.clip.towers.vit import OpenCLIPViT
from stclip.models.stdd.frozen_teacher import FrozenTeacher


def student():
    torch.manual_seed(0)
    model = torch.nn.Module()
    model.visual = build_clip(ARCH, pretrained=None).visual
    model.teacher = FrozenTeacher(OpenCLIPViT(model.visual))
    return model


def test_features_are_those_before_training():
    model = student()
    images = torch.randn(2, 3, SIZE, SIZE)
    before = model.visual(images).detach()
    with torch.no_grad():
        for parameter in model.visual.parameters():
            parameter.mul_(2)
    features = model.teacher(images)
    torch.testing.assert_close(features, before)
    assert not features.requires_grad
    assert not torch.allclose(model.visual(images), before)


def test_neither_trained_nor_saved():
    model = student()
    names = {name for name, _ in model.named_parameters()}
    assert names == set(model.state_dict())
    assert all(name.startswith('visual.') for name in names)
    model.load_state_dict(model.state_dict(), strict=True)
    assert not model.train().teacher.visual.training


def test_follows_the_model():
    """To another type or device, and into a copy."""
    model = student().to(torch.float64)
    images = torch.randn(1, 3, SIZE, SIZE, dtype=torch.float64)
    expected = model.teacher(images)
    assert expected.dtype == torch.float64
    torch.testing.assert_close(copy.deepcopy(model).teacher(images), expected)
    moved = model.to('meta').teacher.buffers()
    assert {weight.device.type for weight in moved} == {'meta'}
