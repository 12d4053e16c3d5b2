"""The benchmark's problem: frame mAP equals mmaction2's where that is right.

mmaction2's evaluator leaves out keyframes without ground truth and classes
without detections, and sorts ties at random; the problem has none of these.
"""

import numpy as np
import pytest

from stclip.benchmarking.speed import frame_map as benchmark


def test_equal_to_mmaction2():
    problem = benchmark.make_problem(40, seed=0, dtype=np.float32)
    result = benchmark.evaluate(problem.detections, problem.ground_truth)
    _, means = benchmark.mmaction2_ava_eval(problem)
    assert result.mean == pytest.approx(means['overall'], abs=1e-12)
    for group, columns in benchmark.GROUPS.items():
        mean = np.nanmean(result.average_precision[columns])
        assert mean == pytest.approx(means[group], abs=1e-12)
    assert 0.05 < result.mean < 0.95


def test_problem_is_as_described():
    problem = benchmark.make_problem(1000, seed=1, dtype=np.float32)
    truth, found = problem.ground_truth, problem.detections
    assert len(truth.boxes) == 2100
    assert found.scores.shape == (2500, 80)
    assert found.scores.dtype == np.float32
    assert len(np.unique(found.scores)) == found.scores.size
    assert len(np.unique(truth.keyframe_idx)) == 1000
    assert set(truth.labels.sum(axis=1)) == {1, 2, 3}


def test_lines_of_the_benchmark(capsys):
    benchmark.run(
        benchmark.Options(keyframes=50, mmaction2_keyframes=20, seed=0)
    )
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith('50 keyframes, 10000 scores, float64: ')
    assert lines[-1].startswith('20 keyframes: ')
    assert 'equal results' in lines[-1]
