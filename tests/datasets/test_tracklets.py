"""Files of tracklets: what is read, found and interpolated."""

import numpy as np
import pytest

from stclip.datasets.tracklets import (
    VideoTracklets,
    read_tracklets,
    write_tracklets,
)

HEAD = 'video,{},x1,y1,x2,y2,track_id\n'
ROWS = [
    (4, 0.1, 0.2, 0.3, 0.4, 7),
    (4, 0.5, 0.2, 0.75, 0.4, 2),
    (0, 0.1, 0.0, 0.3, 0.5, 7),
    (10, 0.4, 0.8, 0.6, 1.0, 7),
]


def box_by_hand(rows, idx, time):
    """Of one moment: between the two rows around it, in equal steps."""
    own = sorted(row for row in rows if row[5] == idx)
    before = [row for row in own if row[0] <= time]
    after = [row for row in own if row[0] >= time]
    if not before or not after:
        return np.array((after or before[::-1])[0][1:5])
    (t0, *first, _), (t1, *last, _) = before[-1], after[0]
    share = (time - t0) / (t1 - t0) if t1 > t0 else 0.0
    return np.array(first) * (1 - share) + np.array(last) * share


@pytest.mark.parametrize('clock', ['frame', 'seconds'])
def test_what_is_written_is_read(tmp_path, clock):
    path = tmp_path / 'tracklets' / 'a.csv'
    write_tracklets(path, clock, [('a, b', ROWS), ('c', ROWS[:1])])
    lines = path.read_text().splitlines()
    assert lines[0] + '\n' == HEAD.format(clock)
    # Frames count from 1 there.
    start = '5' if clock == 'frame' else '4'
    assert lines[1] == f'"a, b",{start},0.1,0.2,0.3,0.4,7'
    found = read_tracklets(path)
    assert (found.path, found.clock) == (path, clock)
    assert set(found.videos) == {'a, b', 'c'}
    tracklets = found.of_video('a, b').tracklets
    assert set(tracklets) == {2, 7}
    assert tracklets[7].times.tolist() == [0, 4, 10]
    assert tracklets[7].boxes[1].tolist() == [0.1, 0.2, 0.3, 0.4]


def test_boxes_between_keyframes_are_linear():
    times = np.linspace(-1, 12, 27)
    tracklets = VideoTracklets(ROWS).tracklets
    for idx, tracklet in tracklets.items():
        expected = [box_by_hand(ROWS, idx, time) for time in times]
        np.testing.assert_allclose(
            tracklet.boxes_at(times), expected, atol=1e-12
        )


def test_persons_are_known_by_their_boxes():
    video = VideoTracklets(ROWS)
    boxes = np.array([row[1:5] for row in (ROWS[1], ROWS[0], ROWS[2])])
    assert video.find(4, boxes + 3e-5) == [2, 7, None]
    assert video.find(0, boxes) == [None, None, 7]
    assert video.find(5, boxes) == [None] * 3
    assert video.find(4, boxes[:0]) == []
    assert video.find(4, boxes + 2e-4) == [None] * 3


def test_equal_boxes_are_taken_in_their_order():
    """One of AVA's persons may stand in the other's box."""
    row = ROWS[0][:5]
    video = VideoTracklets([(*row, 9), (*row, 3)])
    boxes = np.array([row[1:]] * 3)
    assert video.find(4, boxes) == [9, 3, None]


def test_of_two_boxes_with_one_id_the_first_is_followed():
    video = VideoTracklets([*ROWS, (4, 0.6, 0.6, 0.9, 0.9, 7)])
    other = np.array([[0.6, 0.6, 0.9, 0.9]])
    assert video.find(4, other) == [7]
    assert video.tracklets[7].boxes_at([4])[0, 0] == 0.1


@pytest.mark.parametrize(
    'text, words',
    [
        ('', 'line 1: expected the headings'),
        ('text', 'line 1: expected the headings'),
        ('video,time,x1,y1,x2,y2,track_id\n', 'link-persons'),
        (HEAD.format('seconds'), 'holds no person'),
        (HEAD.format('seconds') + 'a,1,0,0,1,1\n', 'line 2 .*track_id is mis'),
        (HEAD.format('seconds') + 'a,1,0,0,1,1,x\n', "line 2 .*'x'"),
        (HEAD.format('seconds') + 'a,1,0,0,1,1,1.5\n', "line 2 .*'1.5'"),
        (HEAD.format('seconds') + 'a,1,0,0,nan,1,1\n', 'line 2 .*finite'),
        (HEAD.format('seconds') + 'a,-1,0,0,1,1,1\n', 'line 2 .*second'),
        (HEAD.format('seconds') + 'a,1,9,9,30,40,1\n', 'line 2 .*in px'),
        (HEAD.format('seconds') + 'a,1,0,0,1,1,1,1\n', 'nothing more'),
        (HEAD.format('seconds') + ',1,0,0,1,1,1\n', 'line 2 .*video'),
        (HEAD.format('frame') + 'a,0,0,0,1,1,1\n', 'line 2 .*count from 1'),
        (HEAD.format('frame') + 'a,1.5,0,0,1,1,1\n', "line 2 .*'1.5'"),
    ],
)
def test_faulty_files_are_told_in_a_line(tmp_path, text, words):
    path = tmp_path / 'a.csv'
    path.write_text(text)
    with pytest.raises(ValueError, match=words) as error:
        read_tracklets(path)
    assert str(path) in str(error.value)


def test_a_missing_file_and_an_unknown_video(tmp_path):
    with pytest.raises(FileNotFoundError, match=r'a\.csv .*link-persons'):
        read_tracklets(tmp_path / 'a.csv')
    write_tracklets(tmp_path / 'a.csv', 'frame', [('a', ROWS)])
    found = read_tracklets(tmp_path / 'a.csv')
    with pytest.raises(ValueError, match=r"a\.csv .*video 'b'"):
        found.of_video('b')
