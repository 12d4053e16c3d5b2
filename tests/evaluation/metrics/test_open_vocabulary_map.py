"""OpenVocabularyMAP: from data samples to the numbers of the command."""

import json

import numpy as np
import pytest
import torch
from mmaction.structures import ActionDataSample
from mmengine.evaluator import Evaluator
from mmengine.logging import MMLogger
from mmengine.structures import InstanceData

from stclip.cli.evaluate import ovad
from stclip.labels.label_space import LabelSpace
from stclip.registry import METRICS
from stclip.structures.tube_file import write_tubes
from stclip.structures.tubes import Tube

NAMES = ('run', 'sit', 'jump', 'wave')
NOVEL = ('jump', 'wave')
LABELS = LabelSpace(NAMES)
META = dict(eval_classes=NOVEL)
NUM = 12
BOX = np.array([10.0, 10, 50, 70])
VIDEOS = [(f'{name}_{n}', name) for name in NAMES for n in range(3)]


def probs_of(action, rng):
    """One of the other part is likeliest, and of its own part the action."""
    own = NOVEL if action in NOVEL else NAMES[:2]
    logits = rng.normal(0, 0.1, len(NAMES))
    logits += np.where(np.isin(NAMES, own), 0, 2)
    logits[NAMES.index(action)] += 1
    return torch.tensor(logits).softmax(-1).float()[None]


def make_sample(video, action, frame, rng, source='detected'):
    boxes = torch.tensor(BOX, dtype=torch.float32)[None]
    probs = probs_of(action, rng)
    sample = ActionDataSample()
    sample.pred_instances = InstanceData(
        bboxes=boxes,
        box_scores=torch.tensor([0.25]),
        action_probs=probs,
        scores=probs * 0.25,
    )
    labels = torch.eye(len(NAMES))[NAMES.index(action)][None]
    sample.gt_instances = InstanceData(bboxes=boxes, labels=labels)
    sample.set_metainfo(
        dict(
            image_id=f'{video}/{frame}',
            video=video,
            timestamp=f'{frame + 1:05d}',
            frame_idx=frame,
            img_shape=(80, 90),
            box_source=source,
            label_space=LABELS,
        )
    )
    return sample


def make_samples(source='detected'):
    rng = np.random.default_rng(0)
    return [
        make_sample(video, action, frame, rng, source)
        for video, action in VIDEOS
        for frame in range(NUM)
    ]


@pytest.fixture
def tube_file(tmp_path):
    path = tmp_path / 'tubes.json'
    write_tubes(
        path,
        [
            Tube(
                np.arange(NUM),
                np.tile(BOX, (NUM, 1)),
                action=action,
                video=video,
            )
            for video, action in [*VIDEOS, ('elsewhere', 'sit')]
        ],
    )
    return str(path)


def run(samples, tube_file, meta=META, **cfg):
    metric = dict(type='OpenVocabularyMAP', tube_file=tube_file, **cfg)
    evaluator = Evaluator([METRICS.build(metric)])
    evaluator.dataset_meta = meta
    evaluator.process(samples)
    return evaluator.evaluate(len(samples))


def test_keyframes_may_come_in_any_order(tube_file, log_folder):
    """Of videos of all parts in turn, boxes are in the order of time."""
    samples = make_samples()
    first = run(samples, tube_file, iou_thr=0.3)
    order = np.random.default_rng(1).permutation(len(samples))
    path = log_folder / 'ovad_detected.json'
    expected = json.loads(path.read_text())
    assert run([samples[n] for n in order], tube_file, iou_thr=0.3) == first
    found = json.loads(path.read_text())

    def by_place(content):
        entries = content.pop('detections')
        return {(e['video'], e['frame']): e['logits'] for e in entries}

    assert by_place(found) == by_place(expected)
    assert found == expected


@pytest.fixture
def log_folder(tmp_path, monkeypatch):
    logger = MMLogger.get_current_instance()
    monkeypatch.setattr(logger, '_log_file', str(tmp_path / 'run.log'))
    return tmp_path


def test_own_part_is_right_and_all_classes_are_not(tube_file, log_lines):
    found = run(make_samples(), tube_file)
    for part in ('base', 'novel', 'mean'):
        for measure in ('video_released', 'video', 'frame'):
            name = f'{part}/{measure}_mAP@0.5'
            assert found[f'detected/own_part/{name}'] == 1
            assert found[f'detected/all_classes/{name}'] < 1
    assert len(found) == 2 * 3 * 3
    (table,) = (text for text in log_lines if text.startswith('OVAD'))
    assert 'boxes: detected; vocabulary: 2 base and 2 novel' in table


def test_sources_stand_apart(tube_file):
    samples = make_samples() + make_samples('ground_truth')
    for sample in samples[: len(samples) // 2]:
        sample.pred_instances = sample.pred_instances[:0]
    found = run(samples, tube_file)
    assert found['detected/own_part/mean/video_mAP@0.5'] == 0
    assert found['ground_truth/own_part/mean/video_mAP@0.5'] == 1


@pytest.mark.parametrize('step, thr', [(1, 0.5), (5, 0.2)])
def test_the_command_gives_the_same_again(log_folder, tube_file, step, thr):
    """Some boxes are displaced or lost, so that figures are between."""
    samples = make_samples()
    rng = np.random.default_rng(1)
    for sample in samples:
        if rng.random() < 0.15:
            sample.pred_instances = sample.pred_instances[:0]
        else:
            shift = rng.choice([0, 0, 25])
            sample.pred_instances.bboxes = sample.pred_instances.bboxes + shift
    found = run(samples, tube_file, iou_thr=thr, frame_step=step)
    path, out = log_folder / 'ovad_detected.json', log_folder / 'again.json'
    ovad.main(
        [f'--gt={path}', f'--pred={path}', f'--json={out}'],
        standalone_mode=False,
    )
    again = json.loads(out.read_text())
    assert again['protocol']['boxes'] == 'detected'
    frames = {d['frame'] for d in json.loads(path.read_text())['detections']}
    assert frames <= set(range(1, NUM + 1, step))
    for key, value in found.items():
        _, scored, part, name = key.split('/')
        measure = name.removesuffix(f'_mAP@{thr:g}')
        expected = again[scored][f'{measure}_ap'][part] / 100
        assert value == pytest.approx(expected, abs=1e-12)
    assert 0 < found[f'detected/own_part/mean/frame_mAP@{thr:g}'] < 1


def test_all_labels_of_test_leave_no_base(tube_file):
    with pytest.raises(ValueError, match='score_all=True in the dataset'):
        run(make_samples(), tube_file, meta={})


def test_a_video_without_tube_is_named(tube_file):
    samples = make_samples()
    stray = make_sample('c', 'run', 0, np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"tubes\.json has no tube of 'c'"):
        run([*samples, stray], tube_file)


def test_a_video_of_two_actions_is_named(tube_file, tmp_path):
    box = BOX[None]
    tubes = [
        Tube(np.arange(1), box, action=action, video='run_0')
        for action in ('run', 'sit')
    ]
    write_tubes(tmp_path / 'two.json', tubes)
    with pytest.raises(ValueError, match=r"'run_0' shows \['run', 'sit'\]"):
        run(make_samples()[:1], str(tmp_path / 'two.json'))


def test_independent_labels_are_refused(tube_file):
    sample = make_samples()[0]
    labels = LabelSpace(NAMES, exclusive=(True, True, False, True))
    sample.set_metainfo(dict(label_space=labels))
    with pytest.raises(ValueError, match='OpenVocabularyMAP is for videos of'):
        run([sample], tube_file)
