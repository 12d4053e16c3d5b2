"""A packed run says of its test what the whole one says."""

import tarfile

import numpy as np
import pytest

from stclip.benchmarking.accuracy.answers import read_answers
from stclip.benchmarking.accuracy.differences import read_detections
from stclip.benchmarking.accuracy.kept_runs import FOLDER, keep_runs
from stclip.benchmarking.accuracy.runs import seconds_of
from stclip.benchmarking.accuracy.stage import record_of
from stclip.evaluation.detection_file import write_detections_json
from stclip.evaluation.frame_results import FrameResults
from stclip.structures.box_table import Detections, GroundTruth
from stclip.utils.errors import MissingFileError
from stclip.utils.io import read_json, write_json

TEST = 'row_split1/seed0/test'
METRICS = {'ground_truth/frame_mAP@0.5': 0.25}


def crowd():
    """Four labels, two of which count and not in their order; 12 persons."""
    rng = np.random.default_rng(0)
    keyframe = np.repeat(np.arange(6), 2)
    boxes = np.tile([[0.0, 0, 10, 10], [20, 0, 30, 12]], (6, 1))
    labels = rng.integers(4, size=12)
    labels[:4] = [3, 1, 3, 1]
    # Some are equal.
    scores = rng.integers(5, size=(12, 4)) / 7
    return FrameResults(
        labels=('a', 'b', 'c', 'd'),
        eval_labels=('d', 'b'),
        image_ids=list(range(6)),
        movies=[f'v{k // 2}' for k in range(6)],
        timestamps=list(range(6)),
        ground_truth=GroundTruth(keyframe, boxes, labels),
        detections=Detections(keyframe, boxes, scores),
        box_scores=np.ones(12),
    )


@pytest.fixture
def runs(tmp_path):
    """A test of detections and one of answers; one that has not ended."""
    folder = tmp_path / 'runs'
    write_json(folder / TEST / 'metrics.json', METRICS)
    write_json(folder / TEST / 'test_took.json', dict(seconds=12.5))
    # Tested twice: the newer one counts.
    for day, results in (('20260101', None), ('20260102', crowd())):
        path = folder / TEST / day / 'detections_ground_truth.json'
        path.parent.mkdir()
        if results:
            write_detections_json(path, results, {'frame_mAP': 0.25})
        else:
            path.write_text('{}')
    answers = [
        dict(video='a.mp4', label='x', taken_for='y'),
        dict(video='b.mp4', label='y', taken_for='y'),
    ]
    content = dict(labels=['x', 'y'], answers=answers, confusion=[[0, 1]])
    other = folder / TEST.replace('row', 'clips')
    write_json(other / 'metrics.json', {'acc/top1': 0.5})
    write_json(other / 'day' / 'recognition.json', content)
    write_json(folder / 'row_split2/seed0/test/day/recognition.json', content)
    return folder


def unpacked(runs, tmp_path):
    file, target = tmp_path / 'kept.tar.xz', tmp_path / 'unpacked'
    assert keep_runs(runs, file) == 2
    with tarfile.open(file) as packed:
        packed.extractall(target, filter='data')
    return target


def test_what_is_kept_measures_the_same(runs, tmp_path):
    """Every class, in every draw of the videos, ties included."""
    kept = unpacked(runs, tmp_path)
    name = 'detections_ground_truth.json'
    [whole] = runs.glob(f'*/*/*/20260102/{name}')
    ours = read_detections(kept / TEST / FOLDER / name)
    theirs = read_detections(whole)
    assert ours.classes == theirs.classes == ('d', 'b')
    assert ours.videos == theirs.videos
    assert ours.featured == theirs.featured
    np.testing.assert_array_equal(ours.measured(), theirs.measured())
    assert all(value not in (0, 1) for value in ours.measured())
    counts = np.random.default_rng(1).multinomial(3, [1 / 3] * 3, size=20)
    np.testing.assert_array_equal(
        ours.sampled(ours.videos, counts), theirs.sampled(ours.videos, counts)
    )


def test_answers_and_metrics_are_kept_and_nothing_else(runs, tmp_path):
    kept = unpacked(runs, tmp_path)
    assert read_json(kept / TEST / 'metrics.json') == METRICS
    clips = TEST.replace('row', 'clips')
    answers = read_answers(kept / clips / FOLDER / 'recognition.json')
    assert answers.videos == ['a.mp4', 'b.mp4']
    assert answers.right.tolist() == [False, True]
    assert sorted(
        path.relative_to(kept).as_posix()
        for path in kept.rglob('*')
        if path.is_file()
    ) == [
        f'{clips}/{FOLDER}/recognition.json',
        f'{clips}/metrics.json',
        f'{TEST}/{FOLDER}/detections_ground_truth.json',
        f'{TEST}/metrics.json',
        f'{TEST}/test_took.json',
    ]
    assert seconds_of(kept / TEST, 'test') == 12.5


def test_a_newer_test_counts(runs, tmp_path):
    """What is tested again where a kept one lies."""
    kept = unpacked(runs, tmp_path)
    assert record_of(kept / TEST, 'multi').parent.name == FOLDER
    newer = kept / TEST / '20260103' / 'detections_ground_truth.json'
    newer.parent.mkdir()
    newer.touch()
    assert record_of(kept / TEST, 'multi') == newer


def test_equal_runs_are_equal_bytes(runs, tmp_path):
    first, second = tmp_path / 'a.tar.xz', tmp_path / 'b.tar.xz'
    keep_runs(runs, first)
    (runs / TEST / 'metrics.json').touch()
    keep_runs(runs, second)
    assert first.read_bytes() == second.read_bytes()


def test_a_folder_without_finished_tests_is_refused(tmp_path):
    with pytest.raises(MissingFileError, match=r'no test has finished in'):
        keep_runs(tmp_path, tmp_path / 'kept.tar.xz')
    assert not list(tmp_path.iterdir())
