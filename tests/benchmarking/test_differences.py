"""Methods compared by their detection files, against plain loops."""

import numpy as np
import pytest

from stclip.benchmarking.accuracy.differences import (
    Comparison,
    Method,
    read_detections,
)
from stclip.evaluation.detection_file import write_detections_json
from stclip.evaluation.frame_results import FrameResults
from stclip.structures.box_table import Detections, GroundTruth
from stclip.utils.errors import UserError

_BOX = np.array([[0.0, 0.0, 10.0, 10.0]])
CLASSES = (('a', 'b', 'c'), ('d', 'e', 'f', 'g'))
VIDEOS, KEYFRAMES = 4, 2


def write_fold(path, names, quality, seed):
    """Videos of one person each, two keyframes a video."""
    rng = np.random.default_rng(seed)
    count = len(names) * VIDEOS * KEYFRAMES
    label = np.repeat(np.arange(len(names)), VIDEOS * KEYFRAMES)
    scores = rng.random((count, len(names)))
    scores[np.arange(count), label] += quality
    scores /= 2.0
    videos = [
        f'{name}_{v}'
        for name in names
        for v in range(VIDEOS)
        for _ in range(KEYFRAMES)
    ]
    boxes = np.repeat(_BOX, count, axis=0)
    keyframe = np.arange(count)
    results = FrameResults(
        labels=names,
        eval_labels=names,
        image_ids=[f'{v},{k % KEYFRAMES}' for k, v in enumerate(videos)],
        movies=videos,
        timestamps=[k % KEYFRAMES for k in range(count)],
        ground_truth=GroundTruth(keyframe, boxes, label),
        detections=Detections(keyframe, boxes, scores),
        box_scores=np.ones(count),
    )
    write_detections_json(path, results, {})
    return results


@pytest.fixture(scope='module')
def rows(tmp_path_factory):
    folder = tmp_path_factory.mktemp('runs')
    methods, results = [], {}
    for title, quality, seeds, control in (
        ('crop', 0.1, (0,), True),
        ('frame', 0.0, (0,), True),
        ('ours', 0.8, (0, 1), False),
        ('placebo', 0.1, (0,), False),
    ):
        files = {}
        for seed in seeds:
            paths = []
            for fold, names in enumerate(CLASSES):
                path = folder / f'{title}_{seed}_{fold}.json'
                key = [fold, seed, len(title)]
                if title == 'placebo':
                    key = [fold, seed, len('crop')]
                results[title, seed, fold] = write_fold(
                    path, names, quality, key
                )
                paths.append(path)
            files[seed] = paths
        methods.append(Method(title, files, control))
    return methods, results


@pytest.fixture(scope='module')
def comparison(rows):
    kinds = {'pairs': ('a', 'b', 'd', 'e')}
    return Comparison(rows[0], kinds=kinds, samples=300)


def test_means_are_those_of_the_folds(rows, comparison):
    _, results = rows
    table = {row.title: row for row in comparison.table()}
    for title, seeds in (('crop', (0,)), ('ours', (0, 1))):
        expected = np.mean(
            [
                results[title, seed, fold].evaluate(0.5).mean
                for seed in seeds
                for fold in range(2)
            ]
        )
        assert table[title].mean.mean == pytest.approx(100 * expected)
        assert table[title].mean.low < 100 * expected < table[title].mean.high


def test_gain_is_over_the_best_control(comparison):
    table = {row.title: row for row in comparison.table()}
    assert table['crop'].gain is None
    gain = table['ours'].gain
    means = {title: row.mean.mean for title, row in table.items()}
    assert gain.mean == pytest.approx(means['ours'] - means['crop'])
    assert gain.low > 0
    # The placebo has the control's own scores.
    equal = table['placebo'].gain
    assert (equal.low, equal.mean, equal.high) == (0, 0, 0)
    claim = comparison.difference('ours', 'placebo')
    assert claim.mean == pytest.approx(gain.mean)


def test_kinds_count_their_own_classes(rows, comparison):
    _, results = rows
    expected = []
    for fold, names in enumerate(CLASSES):
        precision = results['crop', 0, fold].evaluate(0.5).average_precision
        chosen = [k for k, name in enumerate(names) if name in 'abde']
        expected.append(precision[chosen].mean())
    table = {row.title: row for row in comparison.table('pairs')}
    assert table['crop'].mean.mean == pytest.approx(100 * np.mean(expected))
    assert comparison.difference('ours', 'crop', 'pairs').low > 0


def test_interval_is_that_of_a_plain_loop(rows):
    """Folds, classes and videos drawn one by one, the slow way."""
    methods, results = rows
    found = Comparison(methods[:1], samples=1500).table()[0].mean
    rng = np.random.default_rng(5)
    means = []
    for _ in range(400):
        folds = []
        for fold in rng.integers(2, size=2):
            names = CLASSES[fold]
            whole = results['crop', 0, fold]
            drawn = [
                f'{name}_{v}'
                for name in names
                for v in rng.integers(VIDEOS, size=VIDEOS)
            ]
            rows_of = {}
            for row, movie in enumerate(whole.movies):
                rows_of.setdefault(movie, []).append(row)
            keep = np.array([r for movie in drawn for r in rows_of[movie]])
            count = np.arange(len(keep))
            again = FrameResults(
                labels=names,
                eval_labels=names,
                image_ids=count.tolist(),
                movies=[whole.movies[k] for k in keep],
                timestamps=count.tolist(),
                ground_truth=GroundTruth(
                    count,
                    whole.ground_truth.boxes[keep],
                    whole.ground_truth.labels[keep],
                ),
                detections=Detections(
                    count,
                    whole.detections.boxes[keep],
                    whole.detections.scores[keep],
                ),
                box_scores=np.ones(len(keep)),
            )
            precision = again.evaluate(0.5).average_precision
            chosen = rng.integers(len(names), size=len(names))
            folds.append(precision[chosen].mean())
        means.append(100 * np.mean(folds))
    low, high = np.percentile(means, (2.5, 97.5))
    width = high - low
    assert abs(found.low - low) < 0.2 * width
    assert abs(found.high - high) < 0.2 * width


def crowd(names, quality, seed):
    """Ten videos of two people, of which six show none of two classes."""
    rng = np.random.default_rng(seed)
    labels = np.array([[0, 2], [1, 3], [0, 3], [1, 2], *[[2, 3]] * 6])
    scores = rng.random((20, 4))
    scores[np.arange(20), labels.ravel()] += quality
    keyframe = np.repeat(np.arange(10), 2)
    boxes = np.tile([[0.0, 0, 10, 10], [20, 0, 30, 10]], (10, 1))
    return FrameResults(
        labels=names,
        eval_labels=names[:2],
        image_ids=list(range(10)),
        movies=[f'v{k}' for k in range(10)],
        timestamps=[0] * 10,
        ground_truth=GroundTruth(np.arange(20) // 2, boxes, labels.ravel()),
        detections=Detections(keyframe, boxes, scores / 2),
        box_scores=np.ones(20),
    )


def test_videos_that_show_no_evaluated_class_are_compared_too(tmp_path):
    """As in crowds: whoever is taken for one there is a false positive."""
    methods = []
    for title, quality, control in (('crop', 0.2, True), ('ours', 1, False)):
        path = tmp_path / f'{title}.json'
        write_detections_json(path, crowd(tuple('abcd'), quality, 1), {})
        methods.append(Method(title, {0: [path, path]}, control))
    fold = read_detections(methods[0].files[0][0])
    assert fold.featured == [0, 1, 0, 1, *[None] * 6]
    control, ours = Comparison(methods, samples=200).table()
    whole = crowd(tuple('abcd'), 0.2, 1).evaluate(0.5).mean
    assert control.mean.mean == pytest.approx(100 * whole)
    # The scores of the empty videos count, so their draw moves the mean.
    assert control.mean.low < 100 * whole < control.mean.high
    assert ours.gain.mean > 0


def test_the_best_control_is_the_same_for_every_kind(tmp_path):
    """By the mean over all classes, whichever is best at those of a kind."""
    methods = []
    for title, good in (('one', 'ab'), ('other', 'cdefg')):
        paths = []
        for fold, names in enumerate(CLASSES):
            path = tmp_path / f'{title}_{fold}.json'
            quality = np.array([0.9 * (name in good) for name in names])
            write_fold(path, names, np.repeat(quality, VIDEOS * KEYFRAMES), 3)
            paths.append(path)
        methods.append(Method(title, {0: paths}, control=True))
    kinds = {'first': ('a', 'b', 'd')}
    compared = Comparison(methods, kinds=kinds, samples=50)
    assert compared.best_control == 'other'
    one, other = compared.table('first')
    assert other.gain is None
    assert one.gain.mean == pytest.approx(one.mean.mean - other.mean.mean)


def test_other_videos_are_refused(rows, tmp_path):
    methods, _ = rows
    path = tmp_path / 'other.json'
    write_fold(path, ('a', 'b', 'x'), 0.5, 0)
    other = Method('other', {0: [path, methods[0].files[0][1]]})
    with pytest.raises(UserError, match=r'other.json \(other\) has other'):
        Comparison([methods[0], other], samples=10).table()
