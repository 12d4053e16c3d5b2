"""Answers of recognisers, resampled against plain counting."""

import json

import numpy as np
import pytest

from stclip.benchmarking.accuracy.answers import read_answers

VIDEOS = [
    ('v1', 'sit', 'sit'), ('v2', 'sit', 'run'), ('v3', 'run', 'run'),
    ('v4', 'run', 'run'), ('v5', 'run', 'sit'),
]  # fmt: skip


@pytest.fixture
def answers(tmp_path):
    path = tmp_path / 'recognition.json'
    rows = [
        dict(video=video, label=label, taken_for=taken)
        for video, label, taken in VIDEOS
    ]
    path.write_text(json.dumps(dict(labels=['run', 'sit'], answers=rows)))
    return read_answers(path)


def test_measured_is_the_accuracy_of_each_class(answers):
    assert answers.classes == ('run', 'sit')
    assert answers.featured == [1, 1, 0, 0, 0]
    np.testing.assert_allclose(answers.measured(), [2 / 3, 1 / 2])


def test_sampled_counts_copies(answers):
    names = ['v5', 'v4', 'v3', 'v2', 'v1']  # in another order
    counts = np.array([[2, 1, 0, 0, 2], [0, 0, 3, 2, 0]])
    np.testing.assert_allclose(
        answers.sampled(names, counts), [[1 / 3, 1], [1, 0]]
    )
