"""Whole videos encoded once, behind boxes: nobody sees a difference."""

import shutil

import numpy as np
import pytest
import torch
from bad_inputs import assert_makes_no_store
from jhmdb_world import read_config
from mmengine.dataset import pseudo_collate

from stclip.apis.frame_features import write_frame_features
from stclip.cli.prepare import group as prepare
from stclip.registry import DATASETS, MODELS
from stclip.utils.errors import UserError

CONFIG = """
default_scope = 'stclip'
model = dict(
    type='VideoLabelDetector',
    recognizer=dict(
        type='ActionCLIPRecognizer',
        clip=dict(arch='arch.json', pretrained='clip.pt'),
        num_frames=3,
        temporal=dict(num_layers=1, max_frames=3),
    ),
)
_load = dict(type='LoadKeyframe', size=32, num_frames=1, beyond_end='skip')
_video = dict(type='LoadWholeVideo', size=32, num_frames=3)
_rest = [dict(type='CropPersons', size=1), dict(type='PackKeyframe')]
_data = dict(
    type='CocoKeyframeDataset',
    data_root='jhmdb',
    data_prefix=dict(video='frames'),
    label_split='data/splits/zs_jhmdb/split1.yaml',
)
train_dataloader = dict(
    dataset=dict(
        **_data,
        ann_file='annotations/train.json',
        subset='train',
        pipeline=[_load, _video, *_rest],
    )
)
test_dataloader = dict(
    dataset=dict(
        **_data,
        ann_file='annotations/test.json',
        subset='test',
        test_mode=True,
        box_sources=['ground_truth'],
        pipeline=[_load, dict(**_video, test_mode=True), *_rest],
    )
)
del _load, _video, _rest, _data
"""
STORE = 'store'
WORDS = ['features', 'config.py', '--out', STORE, '--device', 'cpu']

pytestmark = pytest.mark.usefixtures('here')


@pytest.fixture(scope='module', autouse=True)
def store(here):
    """Of all frames, by CLIP's weights in a file."""
    torch.manual_seed(0)
    clip = dict(arch='arch.json', pretrained=None)
    model = MODELS.build(dict(type='CLIPBaseline', clip=clip))
    torch.save(model.clip.model.state_dict(), 'clip.pt')
    prepare.main(WORDS, standalone_mode=False)


def stored(cfg, loader, **options):
    """Its data set, reading features."""
    load = dict(
        type='LoadWholeVideoFeatures',
        folder=STORE,
        clip=dict(cfg.model.recognizer.clip),
        num_frames=3,
        test_mode=loader == 'test_dataloader',
    )
    pipeline = [load | options, dict(type='PackKeyframe')]
    return DATASETS.build(dict(cfg[loader].dataset, pipeline=pipeline))


def data_sets(cfg, loader):
    """Of pictures and of features."""
    return DATASETS.build(cfg[loader].dataset), stored(cfg, loader)


def answers(model, samples):
    with torch.inference_mode():
        return [
            each.pred_instances.action_probs
            for each in model.test_step(pseudo_collate(samples))
        ]


def test_features_stand_for_pictures():
    cfg = read_config()
    model = MODELS.build(cfg.model).eval()
    pictures, features = data_sets(cfg, 'test_dataloader')
    assert len(pictures) == len(features) > 1
    expected = answers(model, [pictures[k] for k in range(len(pictures))])
    # No picture is opened.
    shutil.move('jhmdb/frames', 'jhmdb/elsewhere')
    samples = [features[k] for k in range(len(features))]
    shutil.move('jhmdb/elsewhere', 'jhmdb/frames')
    found = answers(model, samples)
    for one, other in zip(expected, found, strict=True):
        torch.testing.assert_close(other, one, rtol=0, atol=0.02)
    assert expected[0][0].std() > 0.05
    # Boxes, targets and what is known of a keyframe are the same.
    for k, sample in enumerate(samples):
        own, other = sample['data_samples'], pictures[k]['data_samples']
        assert own.metainfo == other.metainfo
        assert torch.equal(own.gt_instances.bboxes, other.gt_instances.bboxes)


def test_training_draws_the_same_frames():
    cfg = read_config()
    model = MODELS.build(cfg.model).train()
    losses = []
    for dataset in data_sets(cfg, 'train_dataloader'):
        np.random.seed(3)
        torch.manual_seed(3)  # of the templates
        samples = [dataset[k] for k in (0, len(dataset) - 1)]
        data = model.data_preprocessor(pseudo_collate(samples), training=True)
        loss = model(**data, mode='loss')['loss_kl']
        model.zero_grad()
        loss.backward()
        gradient = model.recognizer.temporal.positions.weight.grad.clone()
        losses.append((loss.detach(), gradient))
    (loss, gradient), (of_features, other) = losses
    torch.testing.assert_close(of_features, loss, rtol=0, atol=0.02)
    assert gradient.norm() > 1e-3
    assert (other - gradient).norm() < 0.05 * gradient.norm()


def test_a_keyframe_after_the_last_frame_has_nobody():
    cfg = read_config()
    features = stored(cfg, 'test_dataloader')
    info = features.get_data_info(0)
    step, _ = features.pipeline.transforms
    late = step(dict(info, frame_idx=10_000))
    assert late['beyond_end'] and late['crops'].shape == (0, 64)
    assert len(late['boxes']) == 0 < len(info['boxes'])
    # By time, as AVA's are, it cannot be told which one it is.
    with pytest.raises(UserError, match='has no number of a frame'):
        step(dict(info, frame_idx=None, seconds=1.0))


def test_what_is_there_stays(here, capfd):
    first = min((here / STORE).glob('*.npy'))
    kept = np.load(first)
    assert kept.dtype == np.float16 and kept.shape[1] == 64
    first.unlink()
    prepare.main(WORDS, standalone_mode=False)
    assert f'{STORE}: 1 videos encoded' in capfd.readouterr().out
    np.testing.assert_array_equal(np.load(first), kept)


def test_a_linked_video_is_named_as_it_is_looked_for(here):
    names = {file.name for file in (here / STORE).glob('*.npy')}
    video = next((here / 'jhmdb/frames').glob('*/*'))
    kept = video.rename(here / 'kept')
    video.symlink_to(kept)
    write_frame_features(read_config(), here / 'links', 'cpu')
    video.unlink()
    kept.rename(video)
    assert {file.name for file in (here / 'links').glob('*.npy')} == names


def test_refusals():
    cfg = read_config()
    model = dict(cfg.model, recognizer=dict(cfg.model.recognizer))
    model['recognizer'] |= dict(type='OpenVCLIPRecognizer')
    del model['recognizer']['temporal']
    detector = MODELS.build(model).eval()
    features = stored(cfg, 'test_dataloader')
    message = 'OpenVCLIPRecognizer .* takes no features of frames'
    with pytest.raises(UserError, match=message):
        answers(detector, [features[0]])
    for options, told in (
        (dict(clip=dict(arch='other')), 'holds features of'),
        (dict(num_frames=0), 'num_frames must be positive: 0'),
    ):
        with pytest.raises(UserError, match=told):
            stored(cfg, 'test_dataloader', **options)


@pytest.mark.parametrize(
    'old, new, told',
    [
        (
            "    recognizer=dict(\n        type='ActionCLIPRecognizer',",
            "    recognizer=dict(\n        type='OpenVCLIPRecognizer',",
            'OpenVCLIPRecognizer looks into the image tower and takes no',
        ),
        (
            "    recognizer=dict(\n        type='ActionCLIPRecognizer',",
            "    recognizer=dict(\n        type='BIKERecognizer',\n"
            '        attributes=dict(num_frames=8),',
            'BIKERecognizer has an attributes branch with a CLIP of its own '
            'and takes no',
        ),
        (
            "pretrained='clip.pt'",
            "pretrained='clip.pt', lora_rank=8",
            'set model.recognizer.clip.lora_rank to 0',
        ),
        ("'LoadWholeVideo'", "'LoadKeyframe'", 'has no LoadWholeVideo'),
        (
            "'VideoLabelDetector'",
            "'RegionRecognizer'",
            'nor a detector on CLIP or on whole videos',
        ),
    ],
)
def test_configs_of_which_no_store_is_made(here, capfd, old, new, told):
    changed = CONFIG.replace(old, new)
    assert changed != CONFIG
    assert_makes_no_store(here, changed, told, capfd)


def test_a_pipeline_of_another_size(here):
    cfg = read_config()
    for step in cfg.test_dataloader.dataset.pipeline[:2]:
        step.size = 16
    with pytest.raises(UserError, match='32 x 32 px, but got 16 x 16'):
        write_frame_features(cfg, here / 'other', 'cpu')
