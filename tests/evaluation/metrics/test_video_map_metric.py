"""VideoMAP: from data samples to the numbers of the tool."""

import json

import numpy as np
import pytest
import torch
from mmaction.structures import ActionDataSample
from mmengine.evaluator import Evaluator
from mmengine.structures import InstanceData

from stclip.cli.evaluate import video_map as eval_video_map
from stclip.labels.label_space import LabelSpace
from stclip.registry import METRICS
from stclip.structures.tube_file import write_tubes
from stclip.structures.tubes import Tube

LABELS = LabelSpace(('run', 'sit'))
NUM = 20


def make_sample(video, frame, source, probs):
    """One person at the same place in every frame."""
    boxes = torch.tensor([[10.0, 10, 30, 50]])
    probs = torch.tensor([probs])
    sample = ActionDataSample()
    sample.pred_instances = InstanceData(
        bboxes=boxes,
        box_scores=torch.ones(1),
        action_probs=probs,
        scores=probs,
    )
    sample.gt_instances = InstanceData(bboxes=boxes, labels=torch.eye(2)[:1])
    sample.set_metainfo(
        dict(
            image_id=f'{video}/{frame}',
            video=video,
            timestamp=f'{frame + 1:05d}',
            frame_idx=frame,
            img_shape=(60, 80),
            box_source=source,
            label_space=LABELS,
        )
    )
    return sample


def make_samples(source='detected'):
    """a: two people's worth of certainty in turn; b: always unsure."""
    return [
        make_sample(video, frame, source, probs)
        for video, even, odd in (
            ('a', (0.9, 0.1), (0.2, 0.8)),
            ('b', (0.3, 0.7), (0.3, 0.7)),
        )
        for frame in range(NUM)
        for probs in ((even, odd)[frame % 2],)
    ]


@pytest.fixture
def tube_file(tmp_path):
    """In a: somebody runs in the first half; in b: somebody sits."""
    box = (10.0, 10, 30, 50)
    tubes = [
        Tube(
            np.arange(number),
            np.tile(box, (number, 1)),
            action=action,
            video=video,
        )
        for video, action, number in (
            ('a', 'run', NUM // 2),
            ('b', 'sit', NUM),
            ('elsewhere', 'sit', NUM),
        )
    ]
    path = tmp_path / 'tubes.json'
    write_tubes(path, tubes)
    return str(path)


def run(samples, tube_file, frame_map_dir, **cfg):
    metrics = [
        dict(type='VideoMAP', tube_file=tube_file, **cfg),
        dict(type='FrameMAP', out_dir=str(frame_map_dir), soft_voting=True),
    ]
    evaluator = Evaluator([METRICS.build(metric) for metric in metrics])
    evaluator.process(samples)
    return evaluator.evaluate(len(samples))


def test_by_hand(tube_file, tmp_path):
    """run: a's tube is twice as long as annotated; sit: b's is the better."""
    found = run(make_samples(), tube_file, tmp_path)
    assert found['detected/video_mAP@0.2'] == 1
    # 20 frames against 10: IoU 0.5, which just reaches the threshold.
    assert found['detected/video_mAP@0.5'] == 1
    # run: of ten thresholds the first.
    assert found['detected/video_mAP@0.5:0.95'] == pytest.approx(0.55)
    assert 'detected/voted/video_mAP@0.5' not in found


@pytest.mark.parametrize('voting', [False, True])
def test_equals_the_tool_on_the_frame_map_file(tube_file, tmp_path, voting):
    samples = make_samples()
    # A few lost boxes, so that the tubes break.
    for sample in samples[4:7]:
        sample.pred_instances = sample.pred_instances[:0]
    found = run(
        samples,
        tube_file,
        tmp_path,
        soft_voting=True,
        linking=dict(min_length=5),
    )
    pred = tmp_path / 'detections_detected.json'
    options = ['--soft-voting'] if voting else []
    out = tmp_path / 'video_map.json'
    eval_video_map.main(
        [
            '--tubes',
            tube_file,
            '--pred',
            str(pred),
            '--min-length=5',
            f'--json={out}',
            *options,
        ],
        standalone_mode=False,
    )
    result = json.loads(out.read_text())
    prefix = 'detected/voted' if voting else 'detected'
    assert {
        f'{prefix}/video_mAP@{threshold}': pytest.approx(part['mAP'], abs=1e-6)
        for threshold, part in result.items()
    }.items() <= found.items()


def run_seen(samples, tube_file, seen, **cfg):
    metric = dict(type='VideoMAP', tube_file=tube_file, **cfg)
    evaluator = Evaluator([METRICS.build(metric)])
    evaluator.dataset_meta = dict(seen_classes=seen)
    evaluator.process(samples)
    return evaluator.evaluate(len(samples))


def test_seen_and_unseen_actions(tube_file, log_lines):
    """Of ten thresholds, run reaches the first, sit all."""
    found = run_seen(make_samples(), tube_file, ('run',))
    name = 'video_mAP@0.5:0.95'
    assert found[f'detected/{name}'] == pytest.approx(0.55)
    assert found[f'detected/seen/{name}'] == pytest.approx(0.1)
    assert found[f'detected/unseen/{name}'] == pytest.approx(1)
    mean = 2 * 0.1 * 1 / (0.1 + 1)
    assert found[f'detected/harmonic_mean/{name}'] == pytest.approx(mean)
    assert len(found) == 4 * 3
    (table,) = (text for text in log_lines if text.startswith('video mAP'))
    rows = {r.split()[0]: r.split() for r in table.splitlines() if r.strip()}
    assert rows['run'][-1] == 'seen' and rows['sit'][-1] == 'unseen'
    assert rows['harmonic'][2:] == ['100.00', '100.00', '18.18']


def test_closed_set(tube_file, log_lines):
    found = run_seen(make_samples(), tube_file, ('run', 'sit'))
    assert len(found) == 2 * 3
    name = 'video_mAP@0.5:0.95'
    assert found[f'detected/seen/{name}'] == found[f'detected/{name}']
    (table,) = (text for text in log_lines if text.startswith('video mAP'))
    assert 'so there is no harmonic mean' in table


def test_table_has_each_source(tube_file, tmp_path, log_lines):
    samples = make_samples() + make_samples('ground_truth')
    run(samples, tube_file, tmp_path)
    (table,) = (text for text in log_lines if text.startswith('video mAP'))
    assert 'detected 0.2' in table and 'ground_truth 0.5:0.95' in table
    (run_row,) = (r for r in table.splitlines() if r.startswith('run'))
    assert run_row.split() == ['run'] + ['100.00', '100.00', '10.00'] * 2


def test_no_tube_of_the_videos(tube_file, tmp_path):
    samples = [make_sample('c', 0, 'detected', (0.5, 0.5))]
    with pytest.raises(
        ValueError, match=r'tubes\.json: no annotated tube of run, sit in the'
    ):
        run(samples, tube_file, tmp_path)
