"""Boxes and segments as CSV, JSON lines and MOT, value by value."""

import csv
import json

import numpy as np
import pytest
from followed_persons import LABELS, NUM_FRAMES, STRIDE, box_of, probs_of

from stclip.utils.errors import UserError

KEYFRAMES = range(0, NUM_FRAMES, STRIDE)
SEEN = [(f, i) for f in KEYFRAMES for i in (2, 1) if box_of(i, f)]


def rows_of(path):
    with path.open(newline='') as file:
        return list(csv.DictReader(file))


def test_csv_has_a_line_for_each_box(followed, tmp_path):
    followed.save(tmp_path / 'a.csv')
    rows = rows_of(tmp_path / 'a.csv')
    assert [(int(r['frame']), int(r['track_id'])) for r in rows] == SEEN
    for row, (frame, track_id) in zip(rows, SEEN, strict=True):
        box = [float(row[side]) for side in ('x1', 'y1', 'x2', 'y2')]
        assert tuple(box) == box_of(track_id, frame)
        walk, stand, wave, none = probs_of(track_id, frame)
        probs = {name: float(row[f'prob_{name}']) for name in LABELS.names}
        assert tuple(probs.values()) == (walk, stand, wave)
        assert float(row['none_score']) == none
        # Person 2 does nothing named once it has stopped waving.
        best = {2: '' if frame >= 8 else 'wave'}.get(
            track_id, LABELS.names[int(stand > walk)]
        )
        assert row['label'] == best
        assert row['score'] == (str(probs[best]) if best else '')
        assert float(row['time_sec']) == frame / 10
        assert row['box_score'] == '0.5'
        assert row['video'] == str(followed.video)


def test_csv_leaves_cells_empty_for_what_is_unknown(not_followed, tmp_path):
    not_followed.save(tmp_path / 'a.csv')
    rows = rows_of(tmp_path / 'a.csv')
    assert len(rows) == len(SEEN)
    assert {row['track_id'] for row in rows} == {''}


def test_segments_are_lines(followed, tmp_path):
    followed.save(tmp_path / 'a.segments.csv')
    first, second = rows_of(tmp_path / 'a.segments.csv')
    assert first == dict(
        video=str(followed.video),
        track_id='1',
        label='walk',
        start_sec='0.0',
        end_sec='0.8',
        first_frame='0',
        last_frame='8',
        score='0.75',
    )
    assert (second['label'], second['start_sec']) == ('wave', '')


def test_json_lines_hold_the_keyframes(followed, tmp_path):
    followed.save(tmp_path / 'a.jsonl')
    lines = (tmp_path / 'a.jsonl').read_text().splitlines()
    expected = followed.to_json()['keyframes']
    video = dict(video=str(followed.video))
    assert [json.loads(line) for line in lines] == [
        video | frame for frame in expected
    ]


def test_mot_counts_from_one_and_has_widths(followed, tmp_path):
    followed.save(tmp_path / 'a.mot.txt')
    table = np.loadtxt(tmp_path / 'a.mot.txt', delimiter=',')
    assert table.shape == (len(SEEN), 10)
    for row, (frame, track_id) in zip(table, SEEN, strict=True):
        x1, y1, x2, y2 = box_of(track_id, frame)
        expected = [frame + 1, track_id, x1, y1, x2 - x1, y2 - y1]
        assert row.tolist() == [*expected, 0.5, -1, -1, -1]


@pytest.mark.parametrize(
    'name',
    ['segments', 'cvat', 'label-studio', 'coco-video', 'mot', 'ava-persons'],
)
def test_ids_are_asked_for(not_followed, tmp_path, name):
    with pytest.raises(UserError, match=r'nobody was followed.*--track'):
        not_followed.save(tmp_path / 'a.out', name)
    assert list(tmp_path.iterdir()) == []
