"""A detector's memory: what is encoded, looked up and learned from."""

import json

import numpy as np
import pytest
import torch
from jhmdb_world import read_config
from mmengine.dataset import pseudo_collate

from stclip.apis.frame_features import write_frame_features
from stclip.apis.inferencer import ActionInferencer
from stclip.cli.prepare import group as prepare
from stclip.datasets.transforms.frame_features import (
    keyframe_features_file,
    read_keyframe_features,
)
from stclip.registry import DATASETS, MODELS
from stclip.structures.box_table import PersonBoxes
from stclip.utils.errors import UserError

CONFIG = """
default_scope = 'stclip'
model = dict(
    type='ICLIP',
    clip=dict(arch='arch.json', pretrained=None),
    units='PHM',
    memory_frames=6,
)
_load = dict(type='LoadKeyframe', size=32, beyond_end='skip')
_rest = [
    dict(type='CropPersons', size=32),
    dict(
        type='AddMemory', folder='memory', clip=dict(model['clip']),
        num_frames=6,
    ),
    dict(type='PackKeyframe'),
]
_data = dict(
    type='CocoKeyframeDataset',
    data_root='jhmdb',
    data_prefix=dict(video='frames'),
    label_split='data/splits/zs_jhmdb/split1.yaml',
    pipeline=[_load, *_rest],
)
train_dataloader = dict(
    dataset=dict(**_data, ann_file='annotations/train.json', subset='train')
)
test_dataloader = dict(
    num_workers=1,
    dataset=dict(
        **_data,
        ann_file='annotations/test.json',
        subset='test',
        test_mode=True,
    ),
)
del _data, _rest, _load
"""


pytestmark = pytest.mark.usefixtures('here')


@pytest.fixture(scope='module')
def store(here):
    torch.manual_seed(0)  # as in read_config
    words = ['features', 'config.py', '--out', 'memory', '--device', 'cpu']
    prepare.main(words, standalone_mode=False)
    return here / 'memory'


def both(cfg):
    return [
        DATASETS.build(loader.dataset)
        for loader in (cfg.train_dataloader, cfg.test_dataloader)
    ]


def test_memory_is_of_the_frames_around(store):
    cfg = read_config()
    model = MODELS.build(cfg.model).eval()
    known = 0
    for dataset in both(cfg):
        samples = [dataset[index] for index in range(len(dataset))]
        data = model.data_preprocessor(pseudo_collate(samples))
        with torch.inference_mode():
            features = model.clip.model.encode_image(
                data['inputs'].keyframes.each
            )
        moments = [
            (sample['data_samples'].video, sample['data_samples'].frame_idx)
            for sample in samples
        ]
        by_moment = dict(zip(moments, features, strict=True))
        for sample, (video, frame) in zip(samples, moments, strict=True):
            inputs = sample['inputs']
            for slot, away in enumerate((-3, -2, -1, 1, 2, 3)):
                expected = by_moment.get((video, frame + away))
                there = bool(inputs['memory_valid'][slot])
                assert there == (expected is not None)
                if there:
                    known += 1
                    torch.testing.assert_close(
                        inputs['memory'][slot], expected, rtol=1e-3, atol=1e-2
                    )
                else:
                    assert not inputs['memory'][slot].any()
    # Two keyframes to learn from and three to test, next to each other.
    assert known == 2 + 6


def test_memory_is_learned_from(store):
    cfg = read_config()
    model = MODELS.build(cfg.model).train()
    torch.nn.init.normal_(model.units['M1'].out.weight)
    dataset = DATASETS.build(cfg.train_dataloader.dataset)
    data = model.data_preprocessor(pseudo_collate([dataset[0], dataset[1]]))
    sum(model(**data, mode='loss').values()).backward()
    assert model.units['M1'].value_positions.grad.abs().max() > 0


def test_what_is_there_stays(store):
    first, second, *_ = sorted(store.glob('*.npz'))
    content = second.read_bytes()
    np.savez(first, frame_idx=np.array([5]), features=np.zeros((1, 64), 'f2'))
    second.unlink()
    assert write_frame_features(read_config(), store, 'cpu') == 1
    assert read_keyframe_features(first).frame_idx.tolist() == [5]
    assert second.read_bytes() == content
    first.unlink()
    assert write_frame_features(read_config(), store, 'cpu') == 1


def test_videos_without_anybody_have_an_empty_memory(store, tmp_path):
    """So that what has no persons is told from what was not encoded."""
    cfg = read_config()
    dataset = cfg.test_dataloader.dataset
    rows = json.loads((store.parent / 'jhmdb' / dataset.ann_file).read_text())
    chosen = rows['images'][0]
    detected = [dict(image_id=chosen['id'], bbox=[1, 1, 9, 9], score=0.9)]
    (tmp_path / 'boxes.json').write_text(json.dumps(detected))
    dataset.update(
        box_sources=['detected'],
        det_file=str(tmp_path / 'boxes.json'),
        score_all=True,
    )
    cfg.pop('train_dataloader')
    write_frame_features(cfg, tmp_path / 'memory', 'cpu')
    counts = {
        file.stem.split('__')[1]: len(read_keyframe_features(file).frame_idx)
        for file in (tmp_path / 'memory').glob('*.npz')
    }
    assert sorted(counts.values()) == [0, 1]
    assert counts[chosen['movie'].split('/')[-1]] == 1


def test_a_video_that_comes_alone_has_no_memory(store):
    cfg = read_config()

    def detect(frames):
        return [PersonBoxes([[1, 1, 20, 20]], [0.9]) for _ in frames]

    infer = ActionInferencer(cfg, device='cpu', detector=detect)
    video = np.zeros((4, 24, 32, 3), np.uint8)
    result = infer(video, ['sit', 'run'], stride=2)
    assert [len(frame) for frame in result.frames] == [1, 1]


def test_a_tuned_tower_is_refused(store):
    cfg = read_config()
    cfg.model.clip.trained_layers = 1
    with pytest.raises(UserError, match='trained_layers to 0'):
        write_frame_features(cfg, store, 'cpu')
    assert keyframe_features_file('memory', 'a/b.mp4').name == 'a__b.npz'
