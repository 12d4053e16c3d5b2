"""Persons, objects and frames encoded once: nobody sees a difference."""

import json

import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate

from stclip.apis.frame_features import write_frame_features
from stclip.apis.inferencer import ActionInferencer
from stclip.cli.prepare import group as prepare
from stclip.registry import DATASETS, MODELS
from stclip.utils.errors import UserError

CONFIG = """
default_scope = 'stclip'
model = dict(
    type='ICLIP',
    clip=dict(arch='arch.json', pretrained='clip.pt'),
    units='POHM',
    memory_frames=4,
)
_rest = [
    dict(type='stclip.CropPersons', size=32, mode='squash'),
    dict(type='CropObjects', size=32, object_file='objects.json'),
    dict(
        type='AddMemory', folder='store', clip=dict(model['clip']),
        num_frames=4,
    ),
    dict(type='PackKeyframe'),
]
_data = dict(
    type='CocoKeyframeDataset',
    data_root='jhmdb',
    data_prefix=dict(video='frames'),
    label_split='data/splits/zs_jhmdb/split1.yaml',
    pipeline=[dict(type='LoadKeyframe', size=32, beyond_end='skip'), *_rest],
)
train_dataloader = dict(
    dataset=dict(**_data, ann_file='annotations/train.json', subset='train')
)
test_dataloader = dict(
    num_workers=0,
    dataset=dict(
        **_data,
        ann_file='annotations/test.json',
        subset='test',
        test_mode=True,
        box_sources=['detected', 'ground_truth'],
        det_file='../boxes.json',
        det_thr=1.0,
    ),
)
del _data, _rest
"""
# Two on persons in the middle, one on the person at the side, one on nobody.
OBJECTS = [
    ([15, 30, 90, 100], 0.9),
    ([60, 120, 150, 200], 0.8),
    ([2, 230, 5, 239], 0.7),
    ([300, 1, 310, 9], 0.95),
]


@pytest.fixture(scope='module', autouse=True)
def store(here):
    """Of detections and objects, by CLIP's weights in a file."""
    write_detections(here)
    save_clip()
    words = ['features', 'config.py', '--out=store', '--crops']
    prepare.main([*words, '--device=cpu'], standalone_mode=False)


def save_clip():
    torch.manual_seed(0)
    clip = dict(arch='arch.json', pretrained=None)
    model = MODELS.build(dict(type='ICLIP', clip=clip))
    torch.save(model.clip.model.state_dict(), 'clip.pt')


def write_detections(folder):
    """Of each test keyframe but one, two persons and some objects."""
    boxes, objects = [], []
    for part in ('train', 'test'):
        path = folder / f'jhmdb/annotations/{part}.json'
        images = json.loads(path.read_text())['images']
        for image in images[1:] if part == 'test' else images:
            key = dict(image_id=image['id'])
            for box, score in (
                ([10, 20, 110, 200], 0.9),
                ([5, 5, 50.5, 60], 0.6),
            ):
                boxes.append(dict(key, bbox=box, score=score))
            for box, score in OBJECTS:
                objects.append(dict(key, bbox=box, score=score))
    (folder / 'boxes.json').write_text(json.dumps(boxes))
    (folder / 'objects.json').write_text(json.dumps(objects))


def of_pictures():
    return Config.fromfile('config.py')


def of_features():
    config = of_pictures()
    for loader in (config.train_dataloader, config.test_dataloader):
        _, _, crop_objects, memory, pack = loader.dataset.pipeline
        loader.dataset.pipeline = [
            dict(
                type='LoadKeyframeFeatures',
                folder=memory.folder,
                clip=memory.clip,
            ),
            dict(type='TakeCropFeatures'),
            dict(
                type='TakeObjectFeatures',
                object_file=crop_objects.object_file,
            ),
            memory,
            pack,
        ]
    return config


def batches(config, part):
    dataset = DATASETS.build(config[f'{part}_dataloader'].dataset)
    return [dataset[index] for index in range(len(dataset))]


@pytest.fixture(scope='module')
def model(store):
    torch.manual_seed(1)
    model = MODELS.build(of_pictures().model)
    for unit in model.units.values():
        torch.nn.init.normal_(unit.out.weight, std=0.1)
    return model.eval()


def test_predictions_are_those_of_pictures(model):
    seen, read = batches(of_pictures(), 'test'), batches(of_features(), 'test')
    assert {len(one['data_samples'].proposals) for one in read} == {0, 1, 2}
    assert {len(one['inputs']['objects']) for one in read} == {0, 1, 2}
    for one, other in zip(seen, read, strict=True):
        kept, given = one['data_samples'], other['data_samples']
        assert kept.metainfo == given.metainfo
        assert torch.equal(kept.proposals.bboxes, given.proposals.bboxes)
        assert other['inputs']['crops'].dtype == torch.float32
    found = [
        model.test_step(pseudo_collate(samples)) for samples in (seen, read)
    ]
    scores = [
        torch.cat([s.pred_instances.action_probs for s in samples])
        for samples in found
    ]
    assert len(scores[0]) == sum(len(s.proposals) for s in found[0])
    assert scores[0].std(dim=0).max() > 1e-3  # persons are told apart
    torch.testing.assert_close(*scores, rtol=0, atol=2e-4)


def test_losses_and_gradients_are_those_of_pictures(model):
    losses, gradients = [], []
    for config in (of_pictures(), of_features()):
        data = model.data_preprocessor(
            pseudo_collate(batches(config, 'train')), training=True
        )
        model.zero_grad()
        loss = sum(model(**data, mode='loss').values())
        loss.backward()
        losses.append(loss.detach())
        gradients.append(model.units['P1'].out.weight.grad.clone())
    assert gradients[0].abs().max() > 1e-3
    torch.testing.assert_close(*losses, rtol=1e-3, atol=0)
    torch.testing.assert_close(*gradients, rtol=0, atol=1e-3)


def test_no_picture_is_opened(monkeypatch):
    """Nor encoded: the image tower is taken away."""

    def refuse(*_, **__):
        raise AssertionError('a picture was wanted')

    monkeypatch.setattr('stclip.video.opening.VideoPool.open', refuse)
    model = MODELS.build(of_pictures().model).eval()
    monkeypatch.setattr(model.clip, 'encode_images', refuse)
    samples = batches(of_features(), 'test')
    found = model.test_step(pseudo_collate(samples))
    probs = torch.cat([s.pred_instances.action_probs for s in found])
    assert probs.isfinite().all() and len(probs) == 7


def test_other_boxes_are_refused(world):
    config = of_features()
    rows = json.loads((world / 'boxes.json').read_text())
    for row in rows:
        row['bbox'][0] += 1
    (world / 'other.json').write_text(json.dumps(rows))
    config.test_dataloader.dataset.det_file = '../other.json'
    with pytest.raises(UserError, match='a box that was not encoded'):
        batches(config, 'test')


def test_a_store_of_frames_alone_has_no_boxes(tmp_path):
    config = of_pictures()
    out = tmp_path / 'frames'
    assert write_frame_features(config, out, 'cpu') == 2
    with pytest.raises(UserError, match='no features of boxes'):
        write_frame_features(config, out, 'cpu', with_crops=True)
    config = of_features()
    config.test_dataloader.dataset.pipeline[0].folder = str(out)
    with pytest.raises(UserError, match='--crops'):
        batches(config, 'test')
    # The frames are the same ones, with or without crops.
    for file in out.glob('*.npz'):
        with np.load(file) as some, np.load(f'store/{file.name}') as others:
            for key in ('frame_idx', 'features'):
                np.testing.assert_array_equal(some[key], others[key])


def test_what_looks_at_pictures_refuses_features():
    config = of_features()
    model = MODELS.build(
        dict(type='CLIPBaseline', clip=config.model.clip, view='person_crop')
    )
    data = pseudo_collate(batches(config, 'test'))
    with pytest.raises(UserError, match='CLIPBaseline takes no features'):
        model.test_step(data)
    with pytest.raises(UserError, match='must start with LoadKeyframe'):
        ActionInferencer(config, device='cpu', detector=lambda frames: [])


def test_crops_of_a_recogniser_are_refused(request, tmp_path):
    root = request.config.rootpath
    config = Config.fromfile(root / 'configs/a5/a5_zs_stage.py')
    with pytest.raises(UserError, match='leave out --crops'):
        write_frame_features(config, tmp_path / 'out', 'cpu', with_crops=True)
    assert not (tmp_path / 'out').exists()
