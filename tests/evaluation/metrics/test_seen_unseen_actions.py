"""FrameMAP where some of the evaluated actions were trained on."""

import json

import numpy as np
import pytest
import torch
from frame_map_loop import frame_map_loop
from mmaction.structures import ActionDataSample
from mmengine.evaluator import Evaluator
from mmengine.structures import InstanceData

from stclip.cli.evaluate import frame_map as eval_frame_map
from stclip.labels.label_space import LabelSpace
from stclip.registry import METRICS

# Nobody flies.
NAMES = ('wave', 'sit', 'pour', 'fly')
BOX = [0.0, 0.0, 10.0, 10.0]
NAME = 'frame_mAP@0.5'


def make_sample(rng, image_id):
    """One person who does one thing, and is scored at random."""
    label = image_id % 3
    probs = torch.tensor(rng.dirichlet(np.ones(4)), dtype=torch.float32)[None]
    boxes = torch.tensor([BOX])
    sample = ActionDataSample()
    sample.pred_instances = InstanceData(
        bboxes=boxes,
        box_scores=torch.ones(1),
        action_probs=probs,
        scores=probs,
    )
    sample.gt_instances = InstanceData(
        bboxes=boxes, labels=torch.eye(4)[[label]]
    )
    sample.set_metainfo(
        dict(
            image_id=image_id,
            video=f'video {label}{image_id % 2}',
            timestamp=f'{image_id:05d}',
            frame_idx=image_id,
            img_shape=(60, 80),
            box_source='detected',
            label_space=LabelSpace(NAMES),
        )
    )
    return sample


@pytest.fixture
def samples():
    rng = np.random.default_rng(5)
    return [make_sample(rng, image_id) for image_id in range(24)]


@pytest.fixture
def evaluate(samples, tmp_path):
    """As a test loop does, with what the data set knows of the training."""

    def evaluate(seen, **cfg):
        metric = dict(type='FrameMAP', out_dir=str(tmp_path), **cfg)
        evaluator = Evaluator([METRICS.build(metric)])
        evaluator.dataset_meta = dict(eval_classes=NAMES, seen_classes=seen)
        evaluator.process(samples)
        file = tmp_path / 'detections_detected.json'
        return evaluator.evaluate(len(samples)), json.loads(file.read_text())

    return evaluate


@pytest.fixture
def table(log_lines):
    def table():
        (text,) = (t for t in log_lines if t.startswith('frame AP'))
        return text

    return table


def precisions(samples):
    """AP of each action by the plain loops."""
    found = [
        (s.image_id, BOX, s.pred_instances.scores[0].tolist()) for s in samples
    ]
    truth = [(s.image_id, BOX, {s.image_id % 3}) for s in samples]
    return [float(value) for value in frame_map_loop(found, truth, 4, 0.5)[0]]


def marks(text):
    """Last word of each class's row of a table."""
    rows = [line.split() for line in text.splitlines()]
    return {row[0]: row[-1] for row in rows if row and row[0] in NAMES}


def test_means_by_hand(samples, evaluate, table):
    metrics, written = evaluate(('wave', 'sit'))
    wave, sit, pour, fly = precisions(samples)
    assert np.isnan(fly)
    seen, unseen = (wave + sit) / 2, pour
    mean = 2 * seen * unseen / (seen + unseen)
    assert metrics == {
        f'detected/{NAME}': pytest.approx((wave + sit + pour) / 3),
        f'detected/seen/{NAME}': pytest.approx(seen),
        f'detected/unseen/{NAME}': pytest.approx(unseen),
        f'detected/harmonic_mean/{NAME}': pytest.approx(mean),
    }
    assert len(set(metrics.values())) == 4
    assert written['seen_labels'] == ['wave', 'sit']
    assert written['mAP_harmonic_mean'] == pytest.approx(mean)
    shown = f'{100 * mean:.2f}'
    assert table().splitlines()[-2].split() == ['harmonic', 'mean', shown]
    assert marks(table()) == dict(
        wave='seen', sit='seen', pour='unseen', fly='unseen'
    )
    assert 'closed set' not in table()


@pytest.mark.parametrize('flags, part', [([], ''), (['--soft-voting'], 'on')])
def test_tool_gives_the_same(evaluate, tmp_path, capsys, flags, part):
    metrics, written = evaluate(('wave', 'sit'), soft_voting=True)
    file, out = str(tmp_path / 'detections_detected.json'), tmp_path / 'out'
    words = ['--gt', file, '--pred', file, '--json', str(out), *flags]
    eval_frame_map.main(words, standalone_mode=False)
    result = json.loads(out.read_text())
    source = 'detected/voted' if part else 'detected'
    written = written['voted'] if part else written
    assert result['seen_labels'] == written['seen_labels'] == ['wave', 'sit']
    for kind in ('seen', 'unseen', 'harmonic_mean'):
        value = metrics[f'{source}/{kind}/{NAME}']
        assert written[f'mAP_{kind}'] == value
        assert result[f'mAP_{kind}'] == pytest.approx(value, abs=1e-6)
    assert marks(capsys.readouterr().out)['pour'] == 'unseen'


def test_closed_set(samples, evaluate, table):
    metrics, written = evaluate(NAMES)
    mean = pytest.approx(np.nanmean(precisions(samples)))
    assert metrics == {
        f'detected/{NAME}': mean,
        f'detected/seen/{NAME}': mean,
    }
    assert set(marks(table()).values()) == {'seen'}
    assert 'so there is no harmonic mean' in table()
    assert written['mAP_seen'] == written['mAP'] == mean
    assert 'mAP_harmonic_mean' not in written


def test_unseen_action_without_ground_truth(evaluate, table):
    """Nothing is known of it, nor of the harmonic mean."""
    metrics, written = evaluate(NAMES[:3])
    assert metrics[f'detected/seen/{NAME}'] > 0
    assert np.isnan(metrics[f'detected/unseen/{NAME}'])
    assert np.isnan(metrics[f'detected/harmonic_mean/{NAME}'])
    assert written['mAP_unseen'] is written['mAP_harmonic_mean'] is None
    assert 'closed set' not in table()


def test_zero_shot_is_not_marked(evaluate, table):
    metrics, written = evaluate(())
    assert list(metrics) == [f'detected/{NAME}']
    assert 'mAP_seen' not in written and written['seen_labels'] == []
    assert 'seen' not in table() and 'harmonic' not in table()
