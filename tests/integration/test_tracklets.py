"""ZS-Stage's multi track: boxes linked, persons cropped, scored and rated."""

from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate

from stclip.cli.link_persons import command
from stclip.datasets.proposals import write_detections
from stclip.datasets.transforms import clip_resize, crop_box
from stclip.registry import DATASETS, METRICS, MODELS
from stclip.utils.io import read_json
from stclip.video.opening import open_video
from stclip.zs_stage.annotations import write_multi
from stclip.zs_stage.clip import FPS
from stclip.zs_stage.tracks import VideoPlan, render_video

ROOT = Path(__file__).parents[2]
CONFIG = 'configs/vita_clip/vita_clip_zs_stage_multi.py'
ACTIONS = dict(train=['sit', 'walk'], test=['jump', 'drink'])
SECONDS = 3
T, SIZE = 8, 96


@pytest.fixture(scope='module')
def root(tmp_path_factory):
    """Two videos to train on, two to test, boxes as if detected."""
    out = tmp_path_factory.mktemp('stage')
    records = [
        render_video(
            VideoPlan('multi', subset, action, index, SECONDS * FPS),
            out,
            'frames',
        )
        for subset, actions in ACTIONS.items()
        for index, action in enumerate(actions)
    ]
    root = out / 'multi'
    write_multi(records, root / 'annotations')
    rows = {}
    for line in (root / 'annotations/test.csv').read_text().splitlines():
        video, second, *box = line.split(',')[:6]
        # A little beside the truth.
        box = [float(side) * 0.99 + 0.004 for side in box]
        rows.setdefault(video, {})[(second, *box, 0.9)] = None
    write_detections(root / 'detections/test.csv', rows)
    for name, subset, boxes in (
        ('train', 'train', None),
        ('test', 'test', None),
        ('test_detected', 'test', root / 'detections/test.csv'),
    ):
        words = [f'--boxes={boxes}'] if boxes else []
        command.main(
            [
                f'--annotations={root}/annotations/{subset}.csv',
                f'--out={root}/tracklets/{name}.csv',
                '--start-sec=0',
                *words,
            ],
            standalone_mode=False,
        )
    return root


@pytest.fixture(scope='module')
def config(root):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        config = Config.fromfile(CONFIG)
        yield config


def data_set(config, root, task):
    dataset = config[f'{task}_dataloader'].dataset.copy()
    dataset.data_root = str(root)
    for step in dataset.pipeline:
        if step.type == 'CropTracklets':
            step.files = {
                source: str(root / 'tracklets' / Path(path).name)
                for source, path in step.files.items()
            }
    return DATASETS.build(dataset)


def slow_crops(root, record, person):
    """Of an annotated person: its keyframes' boxes, frame by frame."""
    video = open_video(root / 'frames' / record['video'])
    keyframes = range(FPS, SECONDS * FPS, FPS)
    boxes = {k: np.array(record['boxes'][k][person]) for k in keyframes}
    first, last = min(boxes), max(boxes)
    pictures = []
    for slot in range(T):
        number = first + int((slot + 0.5) * (last - first + 1) / T)
        low = max(k for k in boxes if k <= number)
        high = min(k for k in boxes if k >= number)
        share = (number - low) / max(high - low, 1)
        box = boxes[low] * (1 - share) + boxes[high] * share
        frame = video.read([number])[0]
        pictures.append(clip_resize(crop_box(frame, box), SIZE, 'squash'))
    return np.stack(pictures)


def test_annotated_persons_are_seen_over_their_time(config, root):
    dataset = data_set(config, root, 'test')
    compared = 0
    for index in range(len(dataset)):
        sample = dataset[index]
        info = sample['data_samples']
        crops = sample['inputs']['crops'].numpy()
        assert crops.shape == (len(info.proposals), T, 3, SIZE, SIZE)
        if info.box_source == 'detected':
            continue
        record = read_json(root / 'records' / f'{info.video}.json')
        now = record['boxes'][info.frame_idx]
        for box, found in zip(info.proposals.bboxes, crops, strict=True):
            gaps = [
                np.abs(np.array(b) - box.numpy()).max() if b else np.inf
                for b in now
            ]
            person = int(np.argmin(gaps))
            if any(
                record['boxes'][k][person] is None
                for k in range(FPS, SECONDS * FPS, FPS)
            ):
                continue
            expected = slow_crops(root, record, person).astype(int)
            # Corners are rounded to a millionth before they are to pixels.
            assert np.abs(found - expected).mean() < 1
            compared += 1
    assert compared >= 4


def test_detected_persons_are_linked_as_they_are(root):
    """Nobody leaves or hides in so short a time."""
    for video in ('crowd_test_000', 'crowd_test_001'):
        ids = []
        for name in ('test', 'test_detected'):
            lines = (root / f'tracklets/{name}.csv').read_text().splitlines()
            own = [each for each in lines if each.startswith(f'{video},')]
            ids.append([line.rsplit(',', 1)[1] for line in own])
        pairs = set(zip(*ids, strict=True))
        assert len(pairs) == len(set(ids[0])) == len(set(ids[1]))


def test_a_step_learns_and_a_test_rates(config, root, tmp_path):
    torch.manual_seed(0)
    model = MODELS.build(config.model)
    train = data_set(config, root, 'train')
    data = pseudo_collate([train[0], train[len(train) - 1]])
    batch = model.data_preprocessor(data, training=True)
    losses = model.train()(**batch, mode='loss')
    total = sum(losses.values())
    total.backward()
    assert total.isfinite()
    dataset = data_set(config, root, 'test')
    metric = METRICS.build(dict(type='FrameMAP', out_dir=str(tmp_path)))
    metric.dataset_meta = dataset.metainfo
    model.eval()
    for index in range(len(dataset)):
        samples = model.test_step(pseudo_collate([dataset[index]]))
        metric.process({}, [sample.to_dict() for sample in samples])
    found = metric.evaluate(len(dataset))
    assert 0 <= found['ground_truth/frame_mAP@0.5'] <= 1
    assert 0 <= found['detected/frame_mAP@0.5'] <= 1
