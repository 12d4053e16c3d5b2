"""Recognisers on towers whose patches are turned by their places."""

import copy

import pytest
import torch
from mmaction.structures import ActionDataSample
from torch import nn
from torch.nn import functional as F
from tower_families import FAMILIES

from stclip.labels.label_space import LabelSpace
from stclip.registry import MODELS
from stclip.utils.errors import UserError

LABELS = LabelSpace(('sit', 'run'), keywords=(('chair',), ('race', 'road')))
FRAMES = 3
PROMPTS = dict(num_visual=2, num_text=2, visual_depth=3, text_depth=2)


def build(family, kind, **options):
    """With weights that all matter, and room for learned words."""
    torch.manual_seed(0)
    arch = copy.deepcopy(FAMILIES[family])
    arch['text_cfg']['context_length'] = 77
    clip = dict(arch=arch, **options.pop('clip', {}))
    model = MODELS.build(
        dict(type=kind, clip=clip, num_frames=FRAMES, **options)
    )
    for parameter in model.parameters():
        noise = nn.init.normal_(torch.empty_like(parameter), std=0.05)
        parameter.data.add_(noise)
    return model.eval()


@pytest.mark.parametrize(
    'family',
    ['clip', 'pe_core', 'eva01', 'eva02', 'eva02_e', 'mobile_clip_b'],
)
@pytest.mark.parametrize(
    'kind, options',
    [
        ('OpenVCLIPRecognizer', dict(view=1)),
        (
            'STDDRecognizer',
            dict(crossing=dict(mask_rate=0.0, fold=0, scales=(1,))),
        ),
    ],
)
@torch.no_grad()
def test_nothing_crossed_frames_are_open_clip_s(family, kind, options):
    model = build(family, kind, **options)
    videos = torch.randn(2, FRAMES, 3, 32, 32)
    found = F.normalize(model.encode_frames(videos), dim=-1)
    expected = model.clip.model.encode_image(videos.flatten(0, 1))
    expected = F.normalize(expected, dim=-1).unflatten(0, (2, FRAMES))
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    'kind, options',
    [
        ('DASTIRecognizer', dict(clip=dict(trained_layers=1))),
        ('STDDRecognizer', dict(prompts='a', crossing={}, regulariser=0.1)),
        ('ViFiCLIPRecognizer', dict(prompts=PROMPTS)),
        ('VitaCLIPRecognizer', {}),
        ('XCLIPRecognizer', {}),
    ],
)
def test_gradients_reach_what_trains(kind, options):
    model = build('pe_core', kind, **options).train()
    samples = []
    for target in (0, 1):
        sample = ActionDataSample(metainfo=dict(label_space=LABELS))
        sample.set_gt_label(target)
        samples.append(sample)
    videos = torch.randn(2, FRAMES, 3, 32, 32)
    losses = model(videos, samples, mode='loss')
    sum(value.sum() for value in losses.values()).backward()
    learning = {n: p.grad for n, p in model.named_parameters()
                if p.requires_grad}  # fmt: skip
    assert learning
    for name, gradient in learning.items():
        assert gradient is not None, name
        assert gradient.isfinite().all(), name


@pytest.mark.parametrize(
    'family, kind, reason',
    [
        ('siglip', 'STDDRecognizer', 'has 0 such'),
        ('siglip', 'DASTIRecognizer', 'all see each other'),
        ('siglip', 'A5Recognizer', 'all see each other'),
        ('pe_core', 'TCCLIPRecognizer', 'rotary positions'),
    ],
)
def test_what_a_tower_has_not_is_said_in_a_line(family, kind, reason):
    with pytest.raises(UserError, match=f'^model_cfg: .*{reason}') as refused:
        build(family, kind)
    assert '\n' not in str(refused.value)
