"""Recognisers behind the detector: their configs build and work."""

from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from tiny_model import ARCH, LONG_ARCH, SIZE, make_keyframe

from stclip.labels.label_space import LabelSpace
from stclip.registry import MODELS, TRANSFORMS

ROOT = Path(__file__).parents[1]
JHMDB = LabelSpace(('kick_ball', 'shoot_bow'))
UCF = LabelSpace(('Biking', 'Walking With Dog'))
DATA = dict(jhmdb='data/jhmdb', ucf='data/ucf24')


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)


DESCRIBED = ('da_sti/dasti', 'stdd/stdd')
PLAIN = (
    'bike/bike',
    'text4vis/text4vis',
    'vifi_clip/vifi_clip',
    'tc_clip/tc_clip',
    'maxi/maxi',
)


def check_gradients(model):
    """Distributed training stops at a parameter that waits for none."""
    for name, weights in model.named_parameters():
        assert weights.requires_grad == (weights.grad is not None), name


def test_all_second_stages_are_here():
    ending = '_regions_vit-b16.py'
    bases = ROOT.glob(f'configs/_base_/models/*{ending}')
    found = {base.name.removesuffix(ending) for base in bases}
    assert found == {Path(method).name for method in (*DESCRIBED, *PLAIN)}


@pytest.mark.parametrize('method', DESCRIBED)
@pytest.mark.parametrize('data, labels', [('jhmdb', JHMDB), ('ucf', UCF)])
def test_labels_are_described(method, data, labels):
    """DA-STI's keywords; STDD's clauses of three kinds of relations."""
    config = Config.fromfile(f'configs/{method}_zs_{data}_split1.py')
    for loader in (config.train_dataloader, config.test_dataloader):
        (step,) = (
            step
            for step in loader.dataset.pipeline
            if step.type == 'DescribeLabels'
        )
        step = TRANSFORMS.build(step)
        described = step(dict(label_space=labels))['label_space']
        texts = described.keywords if 'dasti' in method else described.clauses
        assert min(map(len, texts)) >= 3


@pytest.mark.parametrize('data', ['jhmdb', 'ucf'])
@pytest.mark.parametrize('method', PLAIN)
def test_plain_recogniser_on_tubes(method, data):
    """As many frames in a tube as it takes; what it trains gets gradients."""
    config = Config.fromfile(f'configs/{method}_zs_{data}_split1.py')
    recognizer = config.model.recognizer
    for loader in (config.train_dataloader, config.test_dataloader):
        steps = {step.type: step for step in loader.dataset.pipeline}
        crop = TRANSFORMS.build(steps['CropTubes'])
        assert crop.num_frames == recognizer.num_frames == 9
        assert loader.dataset.pipeline[-1].type == 'PackKeyframe'
        assert loader.dataset.data_root == DATA[data]
    assert 'LimitPersons' in {
        step.type for step in config.train_dataloader.dataset.pipeline
    }
    recognizer.clip.update(arch=LONG_ARCH, pretrained=None)
    model = MODELS.build(config.model)
    sample = make_keyframe(2, labels=JHMDB)
    sample['data_samples'].proposals.labels = torch.eye(2)
    shape = 2, recognizer.num_frames, 3, SIZE, SIZE
    sample['inputs']['crops'] = torch.randint(0, 256, shape).to(torch.uint8)
    data = model.data_preprocessor(pseudo_collate([sample]), training=True)
    model.train()
    sum(model(**data, mode='loss').values()).backward()
    check_gradients(model)
    clip = model.recognizer.clip
    assert clip.visual.conv1.weight.grad.abs().max() > 0
    text = clip.model.transformer.resblocks[0].mlp.c_fc.weight.grad
    assert (text is not None) == bool(recognizer.clip.get('trained_text'))
    (found,) = model.test_step(pseudo_collate([sample]))
    scores = found.pred_instances.action_probs
    assert scores.shape == (2, 2) and scores.isfinite().all()


@pytest.mark.parametrize('method', DESCRIBED)
def test_recogniser_on_tubes(method):
    """As many frames in a tube as it takes, and texts for its labels."""
    config = Config.fromfile(f'configs/{method}_zs_jhmdb_split1.py')
    recognizer = config.model.recognizer
    for loader in (config.train_dataloader, config.test_dataloader):
        steps = {
            step.type: TRANSFORMS.build(step)
            for step in loader.dataset.pipeline
        }
        assert steps['CropTubes'].num_frames == recognizer.num_frames
        described = steps['DescribeLabels'](dict(label_space=JHMDB))
    labels = described['label_space']
    # DA-STI's keywords; STDD's clauses of three kinds of relations.
    texts = labels.keywords if 'dasti' in method else labels.clauses
    assert min(map(len, texts)) >= 3
    recognizer.clip.update(arch=ARCH, pretrained=None)
    if recognizer.clip.trained_layers != 'all':
        recognizer.clip.trained_layers = 1
    model = MODELS.build(config.model)
    sample = make_keyframe(2, labels=labels)
    sample['data_samples'].proposals.labels = torch.eye(2)
    shape = 2, recognizer.num_frames, 3, SIZE, SIZE
    sample['inputs']['crops'] = torch.randint(0, 256, shape).to(torch.uint8)
    data = model.data_preprocessor(pseudo_collate([sample]), training=True)
    losses = model(**data, mode='loss')
    total = sum(losses.values())
    total.backward()
    check_gradients(model)
    patches = model.recognizer.clip.visual.conv1.weight.grad
    if 'stdd' in method:  # which trains the whole image tower
        assert patches.abs().max() > 0
    assert total.isfinite()
    (found,) = model.test_step(pseudo_collate([sample]))
    scores = found.pred_instances.action_probs
    assert scores.shape == (2, 2) and scores.isfinite().all()
