"""AVA's CSV, read back by our reader and by mmaction2's."""

import csv
import dataclasses

import numpy as np
import pytest
from followed_persons import (
    HEIGHT,
    LABELS,
    WIDTH,
    box_of,
    keyframe,
    probs_of,
)
from mmaction.evaluation.functional import ava_utils

from stclip.datasets.ava_csv import read_ava_csv, read_label_map
from stclip.utils.errors import UserError

NAMES = ('walk', "stand 'up' & go", 'wave')
# Of the keyframes at 0, 4, 8, 12 ... tenths, those nearest to a second.
SECONDS = {0: 0, 1: 8, 2: 20, 3: 28, 4: 40}


def fractions(track_id, frame_idx):
    box = np.divide(box_of(track_id, frame_idx), (WIDTH, HEIGHT) * 2)
    return box.round(4)


def test_scores_are_read_by_mmaction(followed, tmp_path):
    followed.save(tmp_path / 'a.ava.csv')
    with (tmp_path / 'a.ava.csv').open() as file:
        boxes, labels, scores = ava_utils.read_csv(file)
    assert sorted(boxes) == [f'v, 1,{second:04d}' for second in SECONDS]
    for second, frame in SECONDS.items():
        key = f'v, 1,{second:04d}'
        found = {
            (tuple(box), label): score
            for box, label, score in zip(
                boxes[key], labels[key], scores[key], strict=True
            )
        }
        expected = {}
        for track_id in (1, 2):
            if box_of(track_id, frame) is None:
                continue
            x1, y1, x2, y2 = fractions(track_id, frame)
            for number, prob in enumerate(probs_of(track_id, frame)[:3], 1):
                expected[(y1, x1, y2, x2), number] = 0.5 * prob
        assert found == expected


def test_list_of_actions_is_read_by_both(followed, tmp_path):
    followed.save(tmp_path / 'a.ava.csv')
    labels, columns = read_label_map(tmp_path / 'a.ava.pbtxt')
    assert labels.names == NAMES
    assert labels.exclusive == LABELS.exclusive
    assert columns == {1: 0, 2: 1, 3: 2}
    with (tmp_path / 'a.ava.pbtxt').open() as file:
        listed, numbers = ava_utils.read_labelmap(file)
    assert [each['name'] for each in listed] == list(NAMES)
    assert numbers == {1, 2, 3}


def test_persons_are_read_by_our_reader(followed, tmp_path):
    followed.save(tmp_path / 'a.ava-persons.csv')
    _, columns = read_label_map(tmp_path / 'a.ava-persons.pbtxt')
    path = tmp_path / 'a.ava-persons.csv'
    keyframes = read_ava_csv(path, columns, set(), 0)
    assert [k.seconds for k in keyframes] == list(SECONDS)
    first = keyframes[0]
    assert first.video == 'v, 1'
    expected = [fractions(2, 0), fractions(1, 0)]
    np.testing.assert_allclose(first.boxes, expected, atol=1e-6)
    assert first.labels.tolist() == [[0, 0, 1], [1, 0, 0]]
    # Person 1 stands; person 2 does nothing named, so has no line.
    assert keyframes[2].labels.tolist() == [[0, 1, 0]]
    with path.open() as file:
        ids = {row[7] for row in csv.reader(file)}
    assert ids == {'1', '2'}


def test_times_are_asked_for(followed, tmp_path):
    frame = dataclasses.replace(keyframe(0), time_sec=None)
    result = dataclasses.replace(followed, frames=(frame,), fps=None)
    for name in ('ava', 'ava-persons', 'label-studio'):
        with pytest.raises(UserError, match=r'times.*not known.*--fps'):
            result.save(tmp_path / 'a.csv', name)
    assert list(tmp_path.iterdir()) == []
