"""Features of frames in place of videos: only where a method takes them."""

import pytest
import torch
from mmaction.structures import ActionDataSample
from tiny_model import ARCH

from stclip.labels.label_space import LabelSpace
from stclip.registry import MODELS
from stclip.utils.errors import UserError

LABELS = LabelSpace(('run', 'sit down'))


def recognizer(kind, **options):
    config = dict(type=kind, clip=dict(arch=ARCH), num_frames=2, **options)
    return MODELS.build(config).eval()


def forward(model, frames):
    samples = [ActionDataSample(metainfo=dict(label_space=LABELS))]
    return model(frames, samples)


@pytest.mark.parametrize(
    'kind', ['VitaCLIPRecognizer', 'XCLIPRecognizer', 'OpenVCLIPRecognizer']
)
def test_methods_that_look_into_the_tower_refuse_them(kind):
    model = recognizer(kind)
    with pytest.raises(ValueError, match=f'^{kind} looks into .* no features'):
        forward(model, torch.zeros(1, 2, model.clip.joint_width))


def test_two_clips_refuse_the_features_of_one():
    clip = dict(arch=ARCH)
    branch = dict(type='BIKEAttributes', clip=clip, num_frames=2)
    model = recognizer('BIKERecognizer', attributes=branch)
    with pytest.raises(UserError, match='BIKERecognizer has an attributes '):
        forward(model, torch.zeros(1, 2, model.clip.joint_width))


@pytest.mark.parametrize(
    'kind', ['Text4VisRecognizer', 'BIKERecognizer', 'BIKEAttributes']
)
def test_frames_and_their_features_have_the_same_scores(kind):
    model = recognizer(kind)
    videos = torch.randn(1, 2, 3, *model.clip.visual.image_size)
    with torch.no_grad():
        features = model.frame_features(videos)
        torch.testing.assert_close(
            forward(model, features), forward(model, videos)
        )


def test_features_of_another_width_are_refused():
    model = recognizer('Text4VisRecognizer')
    with pytest.raises(ValueError, match='have 3 values, but this CLIP makes'):
        forward(model, torch.zeros(1, 2, 3))
