"""A small data set of keyframes and a config that names it."""

import json

from mmengine.config import Config
from synthetic_media import make_frames, write_frames
from tiny_model import SIZE

LABELS = ['run', 'sit', 'jump', 'wave']
BOX = [4.0, 6.0, 16.0, 18.0]
SPLIT = 'benchmark: mine\nsplit: 1\ntrain: [run, sit]\ntest: [jump, wave]\n'
CONFIG = """
default_scope = 'stclip'
def _set(part, **more):
    return dict(dataset=dict(
        type='CocoKeyframeDataset', data_root='data', pipeline=[],
        label_split='split.yaml', ann_file=f'{part}.json',
        data_prefix=dict(video='videos'), subset=part, **more))
train_dataloader = _set('train')
test_dataloader = _set('test', test_mode=True, det_file='boxes.json',
                       box_sources=['detected', 'ground_truth'])
del _set
"""


def annotations(part, names):
    """Two videos, each with two keyframes of one action of its own."""
    images, persons = [], []
    for video, name in enumerate(names):
        for frame in (1, 3):
            image_id = f'{part}{video},{frame}'
            images.append(
                dict(
                    id=image_id,
                    movie=f'{part}{video}',
                    timestamp=frame,
                    height=24,
                    width=32,
                )
            )
            persons.append(
                dict(
                    image_id=image_id,
                    bbox=BOX,
                    action_ids=[LABELS.index(name) + 1],
                )
            )
    actions = [dict(id=i, name=name) for i, name in enumerate(LABELS, 1)]
    return dict(action_categories=actions, images=images, annotations=persons)


def make_data_set(folder):
    """Write config, label split, annotations, frames and person boxes."""
    data = folder / 'data'
    data.mkdir()
    (folder / 'config.py').write_text(CONFIG)
    (folder / 'split.yaml').write_text(SPLIT)
    for part, names in (('train', LABELS[:2]), ('test', LABELS[2:])):
        content = annotations(part, names)
        (data / f'{part}.json').write_text(json.dumps(content))
        for video in range(2):
            target = data / 'videos' / f'{part}{video}'
            write_frames(target, make_frames(4, 24, 32, seed=video))
    found = [
        dict(image_id=f'test{video},{frame}', bbox=BOX, score=0.9)
        for video in range(2)
        for frame in (1, 3)
    ]
    (data / 'boxes.json').write_text(json.dumps(found))


def detector_config(folder, model, num_frames):
    """Config of a detector that is tested on the data set, made here."""
    make_data_set(folder)
    cfg = Config.fromfile(folder / 'config.py')
    cfg.model = model
    cfg.test_dataloader.dataset.pipeline = [
        dict(type='LoadKeyframe', size=SIZE, num_frames=num_frames),
        dict(type='CropPersons', size=SIZE),
        dict(type='PackKeyframe'),
    ]
    return cfg
