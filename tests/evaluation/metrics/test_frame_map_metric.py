"""FrameMAP: from data samples to metrics, table and files."""

import csv
import json

import numpy as np
import pytest
import torch
from frame_map_loop import frame_map_loop, soft_vote_loop
from mmaction.structures import ActionDataSample
from mmengine.evaluator import Evaluator
from mmengine.logging import MMLogger
from mmengine.structures import InstanceData

from stclip.cli.evaluate import frame_map as eval_frame_map
from stclip.labels.label_space import LabelSpace
from stclip.registry import METRICS

NAMES = ('wave', 'sit', 'pour', 'climb_stairs')
LABELS = LabelSpace(NAMES)


def make_sample(rng, image_id, source='detected', label_space=LABELS):
    """One predicted keyframe with 0 to 3 boxes of either kind."""

    def boxes(count):
        corner = torch.tensor(rng.integers(0, 3, (count, 2)) * 10.0)
        size = torch.tensor(rng.integers(1, 4, (count, 2)) * 10.0)
        return torch.cat([corner, corner + size], dim=1).float()

    num_boxes, num_gt = rng.integers(0, 4, 2)
    probs = torch.tensor(rng.dirichlet(np.ones(len(label_space)), num_boxes))
    probs = probs.reshape(num_boxes, len(label_space)).float()
    box_scores = torch.tensor(rng.uniform(0.1, 1, num_boxes)).float()
    # The last label has no ground truth.
    labels = rng.random((num_gt, len(label_space))) < 0.5
    labels[:, -1] = False
    sample = ActionDataSample()
    sample.pred_instances = InstanceData(
        bboxes=boxes(num_boxes),
        box_scores=box_scores,
        action_probs=probs,
        scores=probs * box_scores[:, None],
    )
    sample.gt_instances = InstanceData(
        bboxes=boxes(num_gt), labels=torch.tensor(labels).float()
    )
    sample.set_metainfo(
        dict(
            image_id=image_id,
            video=f'video {image_id % 3}',
            timestamp=f'{image_id:05d}',
            frame_idx=image_id - 1,
            img_shape=(60, 80),
            box_source=source,
            label_space=label_space,
        )
    )
    return sample


def make_samples(seed=0, sources=('detected', 'ground_truth'), count=20):
    rng = np.random.default_rng(seed)
    return [
        make_sample(rng, image_id, source)
        for image_id in range(1, count + 1)
        for source in sources
    ]


def run(samples, **cfg):
    """Evaluate as a test loop does, through mmengine's evaluator."""
    evaluator = Evaluator([METRICS.build(dict(type='FrameMAP', **cfg))])
    for sample in samples:
        evaluator.process([sample])
    return evaluator.evaluate(len(samples))


def expected_mean(samples, source, voted=False, names=NAMES):
    """Mean AP by the plain loops."""
    samples = [s for s in samples if s.box_source == source]
    columns = [NAMES.index(name) for name in names]
    rows = []
    for sample in samples:
        found = sample.pred_instances
        for box, box_score, probs, scores in zip(
            found.bboxes.tolist(),
            found.box_scores.tolist(),
            found.action_probs.tolist(),
            found.scores.tolist(),
            strict=True,
        ):
            rows.append((sample, box, box_score, probs, scores))
    scores = [row[4] for row in rows]
    if voted:
        probs = soft_vote_loop(
            [row[3] for row in rows], [row[0].video for row in rows]
        )
        scores = [
            [p * row[2] for p in row_probs]
            for row, row_probs in zip(rows, probs, strict=True)
        ]
    detections = [
        (row[0].image_id, row[1], [row_scores[c] for c in columns])
        for row, row_scores in zip(rows, scores, strict=True)
    ]
    truth = [
        (s.image_id, box, {i for i, c in enumerate(columns) if hot[c]})
        for s in samples
        for box, hot in zip(
            s.gt_instances.bboxes.tolist(),
            s.gt_instances.labels.tolist(),
            strict=True,
        )
    ]
    precisions, _ = frame_map_loop(detections, truth, len(columns), 0.5)
    return np.nanmean(precisions)


def test_every_source_with_and_without_voting(tmp_path):
    samples = make_samples()
    metrics = run(samples, soft_voting=True, out_dir=str(tmp_path))
    assert metrics == {
        f'{source}{voted}/frame_mAP@0.5': pytest.approx(
            expected_mean(samples, source, bool(voted)), abs=1e-9
        )
        for source in ('detected', 'ground_truth')
        for voted in ('', '/voted')
    }
    assert len(set(metrics.values())) == 4


def test_without_voting(tmp_path):
    samples = make_samples(sources=('detected',))
    metrics = run(samples, out_dir=str(tmp_path), prefix='test', iou_thr=0.5)
    assert list(metrics) == ['test/detected/frame_mAP@0.5']


def test_eval_classes(tmp_path):
    samples = make_samples(1)
    names = ['pour', 'wave']
    metrics = run(samples, eval_classes=names, out_dir=str(tmp_path))
    for source in ('detected', 'ground_truth'):
        assert metrics[f'{source}/frame_mAP@0.5'] == pytest.approx(
            expected_mean(samples, source, names=names), abs=1e-9
        )
        # The file says which classes count; the tool heeds it.
        file, out = tmp_path / f'detections_{source}.json', tmp_path / source
        eval_frame_map.main(
            ['--gt', str(file), '--pred', str(file), '--json', str(out)],
            standalone_mode=False,
        )
        result = json.loads(out.read_text())
        assert list(result['per_class']) == names
        assert result['mAP'] == metrics[f'{source}/frame_mAP@0.5']


def test_eval_classes_of_the_data_set():
    samples = make_samples(1)
    names = ['pour', 'wave']
    metric = METRICS.build(dict(type='FrameMAP'))
    metric.dataset_meta = dict(eval_classes=names)
    metric.process(None, [sample.to_dict() for sample in samples])
    metrics = metric.compute_metrics(metric.results)
    assert metrics['detected/frame_mAP@0.5'] == pytest.approx(
        expected_mean(samples, 'detected', names=names), abs=1e-9
    )


def test_tool_reads_back_what_the_metric_wrote(tmp_path):
    samples = make_samples(2)
    metrics = run(samples, soft_voting=True, out_dir=str(tmp_path))
    file = tmp_path / 'detections_detected.json'
    content = json.loads(file.read_text())
    for flags, key in (
        ([], 'detected'),
        (['--soft-voting'], 'detected/voted'),
    ):
        out = tmp_path / f'out{len(flags)}'
        eval_frame_map.main(
            [
                '--gt',
                str(file),
                '--pred',
                str(file),
                '--json',
                str(out),
                *flags,
            ],
            standalone_mode=False,
        )
        result = json.loads(out.read_text())
        expected = metrics[f'{key}/frame_mAP@0.5']
        assert result['mAP'] == pytest.approx(expected, abs=1e-6)
        written = content['voted'] if flags else content
        assert written['mAP'] == expected
        assert written['labels_without_gt'] == ['climb_stairs']
        assert written['per_class']['climb_stairs'] is None


@pytest.mark.parametrize('found, mean', [(['wave'], 0.5), ([], 0.0)])
def test_action_without_any_box_counts_as_zero(tmp_path, found, mean):
    """It is not left out of the mean, as actions without annotation are."""
    rng = np.random.default_rng(0)
    samples = []
    box = torch.tensor([[0.0, 0, 10, 10]])
    for number, name in enumerate(('wave', 'sit'), 1):
        sample = make_sample(rng, number)
        hot = torch.eye(len(NAMES))[[NAMES.index(name)]]
        rows = slice(int(name in found))
        sample.gt_instances = InstanceData(bboxes=box, labels=hot)
        sample.pred_instances = InstanceData(
            bboxes=box[rows],
            box_scores=torch.ones(1)[rows],
            action_probs=hot[rows],
            scores=hot[rows],
        )
        samples.append(sample)
    metrics = run(samples, out_dir=str(tmp_path))
    assert metrics == {'detected/frame_mAP@0.5': mean}
    written = json.loads((tmp_path / 'detections_detected.json').read_text())
    wave = float('wave' in found)
    expected = {'wave': wave, 'sit': 0.0, 'pour': None, 'climb_stairs': None}
    assert written['per_class'] == expected


def test_csv_has_a_line_for_each_box(tmp_path):
    samples = make_samples(3, sources=('detected',))
    run(samples, out_dir=str(tmp_path))
    with open(tmp_path / 'detections_detected.csv', newline='') as file:
        lines = list(csv.DictReader(file))
    boxes = [
        (sample, row)
        for sample in samples
        for row in range(len(sample.pred_instances))
    ]
    assert len(lines) == len(boxes)
    for line, (sample, row) in zip(lines, boxes, strict=True):
        found = sample.pred_instances[row]
        assert line['image_id'] == str(sample.image_id)
        assert line['movie'] == sample.video
        assert line['timestamp'] == sample.timestamp
        box = [float(line[key]) for key in ('x1', 'y1', 'x2', 'y2')]
        assert box == found.bboxes[0].tolist()
        assert float(line['det_score']) == found.box_scores.item()
        scores = [float(line[name]) for name in NAMES]
        assert scores == found.scores[0].tolist()


def test_shards_equal_the_whole(tmp_path):
    samples = make_samples(4, sources=('detected',), count=9)
    cfg = dict(type='FrameMAP', out_dir=str(tmp_path))
    whole = run(samples, out_dir=str(tmp_path))
    # Two processes; the sampler repeats the first sample to even them out.
    shards = [METRICS.build(cfg), METRICS.build(cfg)]
    for i, sample in enumerate([*samples, samples[0]]):
        shards[i % 2].process(None, [sample.to_dict()])
    pairs = zip(shards[0].results, shards[1].results, strict=True)
    together = [result for pair in pairs for result in pair]
    assert shards[0].compute_metrics(together[: len(samples)]) == whole
    with pytest.raises(ValueError, match="'detected' occur more than once"):
        shards[0].compute_metrics(together)


def test_keeps_no_memory_of_the_samples():
    """Shared memory of data workers is an open file for each tensor."""
    sample = make_sample(np.random.default_rng(3), 1)
    metric = METRICS.build(dict(type='FrameMAP', soft_voting=True))
    metric.process(None, [sample.to_dict()])
    (kept,) = metric.results
    given = [
        tensor.numpy()
        for part in (sample.pred_instances, sample.gt_instances)
        for tensor in part.values()
    ]
    arrays = [v for v in kept.values() if isinstance(v, np.ndarray)]
    assert len(arrays) == 6 and len(given) == 6
    for array in arrays:
        assert not any(np.shares_memory(array, other) for other in given)


def test_table_is_logged(tmp_path, log_lines):
    metrics = run(make_samples(5), out_dir=str(tmp_path))
    table = '\n'.join(log_lines)
    rows = {line.split()[0]: line.split() for line in table.splitlines()}
    assert rows['action'][2:] == ['detected', 'ground_truth']
    assert rows['climb_stairs'][1:] == ['0', '-', '-']
    means = [f'{100 * value:.2f}' for value in metrics.values()]
    assert rows['mean'][2:] == means
    assert 'detected: 20 keyframes' in table


def test_files_go_beside_the_log(tmp_path):
    log = tmp_path / 'run' / 'run.log'
    log.parent.mkdir()
    before = MMLogger.get_current_instance().instance_name
    MMLogger.get_instance('beside_the_log', log_file=str(log))
    run(make_samples(6, sources=('detected',)))
    names = {path.name for path in log.parent.iterdir()}
    assert {'detections_detected.json', 'detections_detected.csv'} <= names
    # What follows logs as it did before.
    MMLogger._instance_dict.pop('beside_the_log')
    assert MMLogger.get_instance(before).instance_name == before


def test_not_finite_scores_name_the_keyframe():
    sample = make_sample(np.random.default_rng(1), image_id=77)
    found = InstanceData(
        bboxes=torch.tensor([[0.0, 0, 5, 5]]),
        box_scores=torch.ones(1),
        action_probs=torch.full((1, 4), float('nan')),
        scores=torch.full((1, 4), float('nan')),
    )
    sample.pred_instances = found
    with pytest.raises(
        ValueError, match=r'keyframe 77 \(detected\): scores must be finite'
    ):
        run([sample])


def test_wrong_shapes_name_the_keyframe():
    sample = make_sample(np.random.default_rng(1), image_id=77)
    sample.gt_instances = InstanceData(
        bboxes=torch.zeros(2, 4), labels=torch.zeros(2, 3)
    )
    with pytest.raises(
        ValueError, match=r'77 \(detected\): gt_labels must be \(2, 4\)'
    ):
        run([sample])


def test_unknown_eval_class():
    with pytest.raises(ValueError, match="unknown action 'jump'"):
        run(make_samples(), eval_classes=['wave', 'jump'])


def test_voting_needs_labels_that_exclude_each_other():
    labels = LabelSpace(('sit', 'talk to'), (True, False))
    sample = make_sample(np.random.default_rng(0), 1, label_space=labels)
    with pytest.raises(ValueError, match=r"independently: \['talk to'\]"):
        run([sample], soft_voting=True)


def test_labels_must_agree():
    rng = np.random.default_rng(0)
    other = make_sample(rng, 2, label_space=LabelSpace(('a', 'b')))
    with pytest.raises(ValueError, match='2 different label spaces'):
        run([make_sample(rng, 1), other])
