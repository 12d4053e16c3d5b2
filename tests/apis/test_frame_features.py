"""A model that reads features says what it says of pictures."""

import numpy as np
import pytest
import torch
from bad_inputs import assert_makes_no_store, assert_refused
from jhmdb_world import read_config
from mmengine.dataset import pseudo_collate

from stclip.apis.frame_features import write_frame_features
from stclip.cli.prepare import group as prepare
from stclip.datasets.transforms.frame_features import features_file
from stclip.registry import DATASETS, MODELS
from stclip.utils.errors import MissingFileError, UserError

CONFIG = """
default_scope = 'stclip'
model = dict(
    type='ActionCLIPRecognizer',
    clip=dict(arch='arch.json', pretrained=None),
    num_frames=3,
    temporal=dict(num_layers=1, max_frames=3),
)
_data = dict(
    type='SplitVideoDataset',
    data_root='jhmdb',
    data_prefix=dict(video='frames'),
    label_split='data/splits/zs_jhmdb/split1.yaml',
)
_rest = [
    dict(type='Resize', scale=(32, 32), keep_ratio=False),
    dict(type='FormatShape', input_format='NCHW'),
]
_pack = dict(type='PackActionInputs', meta_keys=('label_space', 'filename'))
_pictures = [
    dict(type='VideoInit'),
    dict(type='UniformSample', clip_len=3, test_mode=True),
    dict(type='VideoDecode'),
    *_rest,
    _pack,
]
train_dataloader = dict(
    dataset=dict(
        **_data,
        ann_file='annotations/train.json',
        subset='train',
        pipeline=_pictures,
    ),
)
test_dataloader = dict(
    dataset=dict(
        **_data,
        ann_file=['annotations/train.json', 'annotations/test.json'],
        subset='test',
        test_mode=True,
        pipeline=_pictures,
    ),
)
del _data, _rest, _pack, _pictures
"""


pytestmark = pytest.mark.usefixtures('here')


def stored(cfg):
    """The test data set, reading features."""
    *_, pack = cfg.test_dataloader.dataset.pipeline
    clip = dict(cfg.model.clip)
    pipeline = [
        dict(type='OpenFrameFeatures', folder='features', clip=clip),
        dict(type='UniformSample', clip_len=3, test_mode=True),
        dict(type='TakeFrameFeatures'),
        pack,
    ]
    return dict(cfg.test_dataloader.dataset, pipeline=pipeline)


def logits(model, dataset):
    batch = pseudo_collate([dataset[i] for i in range(len(dataset))])
    with torch.inference_mode():
        return model(**model.data_preprocessor(batch), mode='tensor')


def test_features_stand_for_pictures(world, capfd):
    cfg = read_config()
    words = ['features', 'config.py', '--out', 'features', '--device', 'cpu']
    prepare.main(words, standalone_mode=False)
    assert 'features: 3 videos encoded' in capfd.readouterr().out
    model = MODELS.build(read_config().model).eval()
    pictures = DATASETS.build(cfg.test_dataloader.dataset)
    found = logits(model, DATASETS.build(stored(cfg)))
    expected = logits(model, pictures)
    torch.testing.assert_close(found, expected, rtol=0, atol=0.1)
    other = logits(model, [pictures[0]] * len(pictures))[:, 0].flip(1)
    assert (other - expected[:, 0]).abs().max() > 1
    # Training goes over them as well.
    model.train()
    batch = pseudo_collate([DATASETS.build(stored(cfg))[0]])
    losses = model(**model.data_preprocessor(batch), mode='loss')
    losses['loss_kl'].backward()
    assert model.temporal.positions.weight.grad is not None


def test_what_is_there_stays(world):
    write_frame_features(read_config(), world / 'again', 'cpu')
    [first, second, _] = sorted((world / 'again').glob('*.npy'))
    features = np.load(first)
    assert features.dtype == np.float16 and features.shape[1] == 64
    second.unlink()
    np.save(first, np.zeros((1, 64), 'f2'))
    assert write_frame_features(read_config(), world / 'again', 'cpu') == 1
    assert second.is_file() and len(np.load(first)) == 1


def test_another_clip_is_refused(world):
    cfg = read_config()
    write_frame_features(cfg, world / 'features', 'cpu')
    changed = read_config()
    changed.model.clip.pretrained = 'weights.pt'
    for build in (
        lambda: DATASETS.build(stored(changed)),
        lambda: write_frame_features(changed, world / 'features', 'cpu'),
    ):
        with pytest.raises(UserError, match=r'weights\.pt'):
            build()


@pytest.mark.parametrize(
    'old, new, told',
    [
        (
            'pretrained=None',
            'pretrained=None, trained_layers=1',
            'layers to 0',
        ),
        ('pretrained=None', 'pretrained=None, lora_rank=8', 'lora_rank to 0'),
        (
            "type='ActionCLIPRecognizer'",
            "type='XCLIPRecognizer'",
            'XCLIPRecognizer looks into the image tower and takes no features',
        ),
        (
            "type='ActionCLIPRecognizer'",
            "type='STCLIP'",
            'STCLIP takes no features of pictures',
        ),
    ],
)
def test_what_needs_no_store_gets_none(world, capfd, old, new, told):
    changed = CONFIG.replace(old, new)
    assert changed != CONFIG
    assert_makes_no_store(world, changed, told, capfd)


def test_missing_features_name_the_command(world):
    cfg = read_config()
    with pytest.raises(
        MissingFileError, match=r'store\.json is missing: `stclip'
    ):
        DATASETS.build(
            dict(stored(cfg), pipeline=[
                dict(type='OpenFrameFeatures', folder='nowhere', clip={})
            ])
        )  # fmt: skip
    write_frame_features(cfg, world / 'features', 'cpu')
    dataset = DATASETS.build(stored(cfg))
    video = dataset.get_data_info(0)['filename']
    file = features_file('features', video)
    content = file.read_bytes()
    file.write_bytes(b'none')
    with pytest.raises(UserError, match='cannot be read; delete it'):
        dataset[0]
    file.unlink()
    with pytest.raises(MissingFileError, match='prepare features'):
        dataset[0]
    file.write_bytes(content)


def test_a_faulty_config_ends_in_one_line(world, capfd):
    files = {'bare.py': 'model = dict(type="ToyModel")'}
    line = 'prepare features bare.py --out x'
    assert_refused(world, files, line, 'has no clip', capfd)
