"""RecognitionReport: from data samples to metrics, table and files."""

import json
import logging
import statistics
from itertools import chain

import numpy as np
import pytest
import torch
from mmaction.structures import ActionDataSample
from mmengine.evaluator import Evaluator
from mmengine.logging import MMLogger

from stclip.labels.label_space import LabelSpace
from stclip.registry import METRICS

NAMES = ('run', 'sit', 'wave', 'kick ball', 'climb', 'golf', 'jump')
LABELS = LabelSpace(NAMES)
SEEN = ('sit', 'golf', 'jump')


def make_sample(scores, label, labels=LABELS):
    sample = ActionDataSample(
        metainfo=dict(label_space=labels, filename='a.mp4')
    )
    sample.set_pred_score(torch.tensor(scores)).set_gt_label(label)
    return sample


def make_samples(count=60, seed=0):
    """No video of the last class; scores in steps, so that some are equal."""
    rng = np.random.default_rng(seed)
    return [
        make_sample(
            rng.integers(0, 8, len(NAMES)).astype(np.float32) / 8,
            int(rng.integers(0, len(NAMES) - 1)),
        )
        for _ in range(count)
    ]


def evaluate(samples, **options):
    metric = METRICS.build(dict(type='RecognitionReport', **options))
    evaluator = Evaluator(metric)
    for start in range(0, len(samples), 7):
        evaluator.process(samples[start : start + 7])
    return evaluator.evaluate(len(samples))


def by_hand(samples):
    """Hits of each class among the best 1 and 5, one video after another."""
    hits = {1: [[] for _ in NAMES], 5: [[] for _ in NAMES]}
    guesses = []
    for sample in samples:
        label = sample.gt_label.item()
        scores = sample.pred_score.tolist()
        ranked = sorted(range(len(NAMES)), key=lambda c: (-scores[c], c))
        guesses.append((label, ranked[0]))
        for number, found in hits.items():
            found[label].append(label in ranked[:number])
    return hits, guesses


def mean(lists):
    return statistics.mean(
        statistics.mean(found) for found in lists if len(found)
    )


def test_half_of_the_classes_equals_a_plain_loop():
    """Their videos alone, among them alone; three of seven classes each."""
    samples, found = make_samples(), []
    for draw in range(4):
        order = np.random.RandomState(draw).permutation(len(NAMES))
        half, hits = order[:3].tolist(), []
        for sample in samples:
            label, scores = sample.gt_label.item(), sample.pred_score.tolist()
            if label in half:
                ranked = sorted(half, key=lambda c: (-scores[c], c))
                hits.append(label == ranked[0])
        found.append(statistics.mean(hits))
    metrics = evaluate(samples, half_draws=4)
    assert metrics['acc/half_mean'] == pytest.approx(statistics.mean(found))
    assert metrics['acc/half_std'] == pytest.approx(statistics.pstdev(found))
    assert 'acc/half_mean' not in evaluate(samples)


def test_metrics_equal_plain_loops():
    samples = make_samples()
    metrics = evaluate(samples, seen_classes=SEEN)
    hits, _ = by_hand(samples)
    seen, unseen = (
        mean([f for n, f in zip(NAMES, hits[1]) if (n in SEEN) == is_seen])
        for is_seen in (True, False)
    )
    assert metrics == pytest.approx(
        {
            'acc/top1': statistics.mean(chain(*hits[1])),
            'acc/top5': statistics.mean(chain(*hits[5])),
            'acc/mean1': mean(hits[1]),
            'acc/seen': seen,
            'acc/unseen': unseen,
            'acc/harmonic_mean': statistics.harmonic_mean([seen, unseen]),
        }
    )
    assert set(evaluate(samples)) == {'acc/top1', 'acc/top5', 'acc/mean1'}


def test_seen_classes_of_the_data_set():
    """A label split that shares classes tells them."""
    samples = make_samples()
    metric = METRICS.build(dict(type='RecognitionReport'))
    metric.dataset_meta = dict(seen_classes=SEEN)
    metric.process(None, [sample.to_dict() for sample in samples])
    found = metric.evaluate(len(samples))
    assert found == evaluate(samples, seen_classes=SEEN)
    assert 0 < found['acc/harmonic_mean'] < 1


def test_closed_set(log_lines):
    samples = make_samples()
    metric = METRICS.build(dict(type='RecognitionReport'))
    metric.dataset_meta = dict(seen_classes=NAMES)
    metric.process(None, [sample.to_dict() for sample in samples])
    found = metric.evaluate(len(samples))
    assert found['acc/seen'] == found['acc/mean1'] > 0
    assert 'acc/unseen' not in found and 'acc/harmonic_mean' not in found
    (table,) = (text for text in log_lines if text.startswith('accuracy'))
    assert 'so there is no harmonic mean' in table


def test_equals_mmaction2_where_every_class_has_videos():
    six = LabelSpace(NAMES[:6])
    # Unequal scores: AccMetric orders equal ones in its own way.
    samples = [
        make_sample(torch.rand(6).tolist(), number % 6, six)
        for number in range(60)
    ]
    ours = evaluate(samples)
    theirs = Evaluator(METRICS.build(dict(type='AccMetric')))
    theirs.process(samples)
    assert ours == pytest.approx(theirs.evaluate(len(samples)))


@pytest.fixture
def log_folder(tmp_path, monkeypatch):
    logger = MMLogger(
        'report', log_file=str(tmp_path / 'run.log'), log_level='INFO'
    )
    monkeypatch.setattr(
        MMLogger, 'get_current_instance', classmethod(lambda cls: logger)
    )
    yield tmp_path
    for handler in logger.handlers:
        if isinstance(handler, logging.FileHandler):
            handler.close()


def test_report_beside_the_log(log_folder):
    samples = make_samples()
    metrics = evaluate(samples, seen_classes=SEEN)
    hits, guesses = by_hand(samples)
    content = json.loads((log_folder / 'recognition.json').read_text())
    assert content['labels'] == list(NAMES)
    assert content['seen_classes'] == list(SEEN)
    assert content['num_videos'] == len(samples)
    assert {f'acc/{k}': v for k, v in content['metrics'].items()} == metrics
    for name, found in zip(NAMES[:-1], hits[1]):
        row = content['per_class'][name]
        assert row['videos'] == len(found)
        assert row['accuracy'] == pytest.approx(statistics.mean(found))
    assert content['per_class']['jump'] == dict(videos=0, accuracy=None)
    confusion = [[0] * len(NAMES) for _ in NAMES]
    for label, guess in guesses:
        confusion[label][guess] += 1
    assert content['confusion'] == confusion
    text = (log_folder / 'run.log').read_text()
    shown = f'{100 * statistics.mean(hits[1][0]):.2f}'
    assert f'run            {len(hits[1][0]):6}  {shown:>8}' in text
    assert 'jump                0         -' in text
    rows = [line.split() for line in text.splitlines()]
    marks = {row[0]: row[-1] for row in rows if row and row[0] in NAMES}
    assert marks['run'] == 'unseen' and marks['sit'] == 'seen'


def test_nothing_right():
    """The harmonic mean of nothing is 0."""
    scores = [1.0, 0, 0, 0, 0, 0, 0]
    samples = [make_sample(scores, label) for label in (1, 2)]
    metrics = evaluate(samples, seen_classes=['sit'])
    assert metrics['acc/harmonic_mean'] == metrics['acc/top1'] == 0
    assert metrics['acc/top5'] == 1


def test_results_own_their_memory():
    """Of a view of a worker's memory, the open file would stay."""
    sample = make_sample([0.0] * 7, 0)
    metric = METRICS.build(dict(type='RecognitionReport'))
    metric.process(None, [sample.to_dict()])
    sample.pred_score.fill_(1)
    assert metric.results[0]['scores'].tolist() == [0] * 7


@pytest.mark.parametrize(
    'scores, label, options, message',
    [
        ([0.5] * 6, 0, {}, 'pred_score must be 7 finite numbers'),
        ([float('nan')] * 7, 0, {}, "'a.mp4': pred_score must be 7 finite"),
        ([0.5] * 7, 7, {}, 'gt_label must be one of 0 to 6'),
        ([0.5] * 7, [1, 0], {}, 'gt_label must be one of 0 to 6'),
        ([0.5] * 7, 0, dict(seen_classes=['fly']), "unknown action 'fly'"),
        ([0.5] * 7, 0, dict(seen_classes=NAMES), 'none is unseen'),
    ],
)
def test_odd_samples(scores, label, options, message):
    metric = METRICS.build(dict(type='RecognitionReport', **options))
    with pytest.raises(ValueError, match=message):
        metric.process(None, [make_sample(scores, label).to_dict()])


def test_several_label_spaces_or_none():
    other = LabelSpace(NAMES[::-1])
    samples = [make_sample([0.5] * 7, 0, labels) for labels in (LABELS, other)]
    with pytest.raises(ValueError, match='2 different label spaces'):
        evaluate(samples)
    metric = METRICS.build(dict(type='RecognitionReport'))
    with pytest.raises(ValueError, match='no samples'):
        metric.compute_metrics([])
