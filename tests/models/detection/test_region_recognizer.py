"""Any recogniser on persons' regions: what it sees and what comes out."""

import copy
import math

import pytest
import torch
from mmengine.dataset import pseudo_collate
from tiny_model import ARCH, LABELS, SIZE, make_keyframe

from stclip.labels.label_space import LabelSpace
from stclip.registry import MODELS

T = 3
RECOGNIZER = dict(
    type='DASTIRecognizer',
    clip=dict(arch=ARCH, pretrained=None, trained_layers=1),
    num_frames=T,
    temporal_layers=1,
)


@pytest.fixture
def model():
    torch.manual_seed(0)
    cfg = dict(type='RegionRecognizer', recognizer=RECOGNIZER)
    return MODELS.build(cfg).eval()


def with_tubes(sample, seed=0):
    generator = torch.Generator().manual_seed(seed)
    number = len(sample['inputs']['crops'])
    shape = number, T, 3, SIZE, SIZE
    tubes = torch.randint(0, 256, shape, generator=generator)
    sample['inputs']['crops'] = tubes.to(torch.uint8)
    return sample


@torch.no_grad()
def test_tubes_are_the_recognisers_videos(model):
    """Logits of the regions are those of the same frames as videos."""
    samples = [with_tubes(make_keyframe(n, seed=n)) for n in (2, 1)]
    tubes = torch.cat([s['inputs']['crops'] for s in samples])
    data = model.data_preprocessor(pseudo_collate(samples))
    logits = model(**data, mode='tensor')
    recognizer = model.recognizer
    videos = recognizer.data_preprocessor.cast_data(tubes)
    mean, std = (
        getattr(recognizer.data_preprocessor, name) for name in ('mean', 'std')
    )
    expected = recognizer.logits(
        (videos - mean) / std, recognizer.text(LABELS)
    )
    torch.testing.assert_close(logits, expected, rtol=0, atol=1e-3)


@torch.no_grad()
def test_crop_stands_for_every_frame(model):
    sample = make_keyframe(2)
    crops = sample['inputs']['crops']
    repeated = make_keyframe(2)
    repeated['inputs']['crops'] = crops[:, None].expand(-1, T, -1, -1, -1)
    found, expected = (
        model(**model.data_preprocessor(pseudo_collate([s])), mode='tensor')
        for s in (sample, repeated)
    )
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-5)


def test_batches_give_what_single_keyframes_do(model):
    """Also with a keyframe without anybody."""
    samples = [with_tubes(make_keyframe(n, seed=n), n) for n in (2, 0, 1)]
    together = model.test_step(pseudo_collate(samples))
    for sample, found in zip(samples, together, strict=True):
        (alone,) = model.test_step(pseudo_collate([sample]))
        torch.testing.assert_close(
            found.pred_instances.scores,
            alone.pred_instances.scores,
            rtol=0,
            atol=1e-5,
        )
        assert len(found.pred_instances.scores) == len(
            sample['inputs']['crops']
        )


def test_it_trains(model):
    data = model.data_preprocessor(
        pseudo_collate([with_tubes(make_keyframe(2))]), training=True
    )
    sum(model(**data, mode='loss').values()).backward()
    gradient = model.recognizer.interaction.patch_projection.weight.grad
    assert gradient.abs().max() > 0


FRAMES = ['ActionCLIPRecognizer', 'BIKERecognizer', 'Text4VisRecognizer']


def on_frames(kind):
    """Whose release tests by another scale than the learned one, here 20."""
    torch.manual_seed(0)
    clip = dict(arch=ARCH, pretrained=None, trained_layers='all')
    recognizer = dict(type=kind, clip=clip, num_frames=T)
    cfg = dict(type='RegionRecognizer', recognizer=recognizer)
    model = MODELS.build(cfg).eval()
    torch.nn.init.constant_(clip_scale(model), math.log(20))
    return model


def clip_scale(model):
    return model.recognizer.clip.model.logit_scale


@torch.no_grad()
@pytest.mark.parametrize('kind', FRAMES)
def test_persons_are_scored_by_the_learned_scale(kind):
    labels = LabelSpace(('sit', 'run', 'wave'))
    samples = pseudo_collate([with_tubes(make_keyframe(2, labels=labels))])
    model = on_frames(kind)
    (found,) = model.test_step(samples)
    recognizer = model.recognizer
    tubes = model.data_preprocessor(samples)['inputs'].crops.distinct
    text = recognizer.text(labels)
    if kind == 'ActionCLIPRecognizer':
        cosines = recognizer.template_cosines(tubes, text)
    else:  # one text of each class
        cosines = recognizer.score(tubes, text)[..., None]
    expected = (20 * cosines).softmax(dim=1).mean(dim=2)
    torch.testing.assert_close(found.pred_instances.action_probs, expected)
    assert (expected - cosines.softmax(dim=1).mean(dim=2)).abs().max() > 1e-2


@pytest.mark.parametrize('kind', FRAMES)
def test_the_scale_learns_with_the_towers(kind):
    """Distributed training stops at a parameter that waits for none."""
    model = on_frames(kind)
    samples = pseudo_collate([with_tubes(make_keyframe(2))])
    data = model.data_preprocessor(samples, training=True)
    sum(model(**data, mode='loss').values()).backward()
    assert clip_scale(model).grad.abs() > 0
    for name, weights in model.named_parameters():
        assert weights.requires_grad == (weights.grad is not None), name


@pytest.mark.parametrize(
    'config, path',
    [
        (dict(type='STCLIP', clip=RECOGNIZER['clip']), ['clip']),
        (dict(type='CLIPBaseline', clip=RECOGNIZER['clip']), ['clip']),
        (RECOGNIZER, ['clip']),
        (
            dict(type='RegionRecognizer', recognizer=RECOGNIZER),
            ['recognizer', 'clip'],
        ),
    ],
    ids=lambda value: value['type'] if isinstance(value, dict) else '',
)
def test_models_know_how_to_be_built_without_their_weights(config, path):
    """The weights of CLIP are left out, and nothing else changes."""
    config = copy.deepcopy(config)

    def clip_of(config):
        for key in path:
            config = config[key]
        return config

    clip_of(config)['pretrained'] = 'no such file'
    before = copy.deepcopy(config)
    found = MODELS.get(config['type']).without_pretrained(config)
    assert clip_of(found)['pretrained'] is None
    assert config == before
    clip_of(before)['pretrained'] = None
    assert found == before
    MODELS.build(found)
