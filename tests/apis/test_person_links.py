"""Who is who in a data set's boxes: by the tracker, and as annotated."""

import json
from pathlib import Path

import numpy as np
import pytest

from stclip.apis.person_links import link_persons
from stclip.datasets.tracklets import read_tracklets
from stclip.preparation.link_request import LinkRequest
from stclip.structures.box_table import PersonBoxes
from stclip.tracking.person_tracker import PersonTracker
from stclip.utils.errors import UserError

HEIGHT, WIDTH = 100, 200
PX = np.array([WIDTH, HEIGHT] * 2)


def walkers(k):
    """Two who cross."""
    left = (10 + 8 * k, 20, 30 + 8 * k, 80)
    return [left, (150 - 8 * k, 30, 170 - 8 * k, 90)]


@pytest.fixture
def write(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def write(name, content):
        text = content if isinstance(content, str) else json.dumps(content)
        (tmp_path / name).write_text(text)
        return name

    return write


@pytest.fixture
def keyframes(write):
    """Annotations in JSON of every fifth frame of two videos.

    Who crosses is listed in an order that changes.
    """

    def make():
        images, annotations, detections = [], [], []
        for video in 'ab':
            for k in range(6):
                image_id = f'{video}/{k}'
                images.append(
                    dict(
                        id=image_id,
                        movie=video,
                        timestamp=1 + 5 * k,
                        height=HEIGHT,
                        width=WIDTH,
                    )
                )
                boxes = walkers(k)[:: -1 if k % 2 else 1]
                for box in boxes:
                    annotations.append(
                        dict(image_id=image_id, bbox=box, action_ids=[1])
                    )
                    detections.append(
                        dict(image_id=image_id, bbox=box, score=0.9)
                    )
                detections.append(
                    dict(image_id=image_id, bbox=[60, 1, 90, 9], score=0.1)
                )
        content = dict(
            action_categories=[dict(id=1, name='run')],
            images=images,
            annotations=annotations,
        )
        write('boxes.json', detections)
        return write('ann.json', content)

    return make


def slow_ids(moments, rate):
    """The tracker of the inferencer, fed by hand; boxes in px."""
    step = moments[1][0] - moments[0][0]
    tracker = PersonTracker(rate / step, 1)
    return [
        tracker.update(
            PersonBoxes(np.array(boxes), np.full(len(boxes), 0.9)), t / rate
        ).tolist()
        for t, boxes in moments
    ]


@pytest.mark.parametrize('boxes', [None, 'boxes.json'])
def test_keyframes_by_number(keyframes, boxes, capsys):
    request = LinkRequest(keyframes(), 'out.csv', boxes)
    link_persons(request)
    assert '24 boxes of 4 persons in 2 videos: out.csv' in (
        capsys.readouterr().out
    )
    moments = [(5 * k, walkers(k)[:: -1 if k % 2 else 1]) for k in range(6)]
    expected = slow_ids(moments, 25)
    assert expected == [[1, 2], [2, 1]] * 3
    found = read_tracklets('out.csv')
    assert found.clock == 'frame'
    for video in found.videos.values():
        for (time, theirs), ids in zip(moments, expected, strict=True):
            assert video.find(time, np.array(theirs) / PX) == ids
        # Further below the best than det_thr.
        assert video.find(0, np.array([[60, 1, 90, 9]]) / PX) == [None]


def test_threshold_is_the_data_set_s(keyframes):
    link_persons(LinkRequest(keyframes(), 'out.csv', 'boxes.json', 0.9))
    video = read_tracklets('out.csv').of_video('a')
    assert video.find(0, np.array([[60, 1, 90, 9]]) / PX) == [3]


def test_a_rate_tells_how_long_somebody_is_away(write, keyframes):
    """Keyframes 0 and 15 frames on: 0.6 s or 7.5 s."""
    content = json.loads(Path(keyframes()).read_text())
    gone = {f'{video}/{k}' for video in 'ab' for k in range(1, 5)}
    content['annotations'] = [
        dict(each, bbox=walkers(0)[0])
        for each in content['annotations'][::2]
        if each['image_id'] not in gone
    ]
    write('ann.json', content)
    for fps, expected in ((25, 1), (2, 2)):
        link_persons(
            LinkRequest('ann.json', f'{fps}.csv', fps=fps), overwrite=True
        )
        tracklets = read_tracklets(f'{fps}.csv').of_video('a').tracklets
        assert len(tracklets) == expected


ANNOTATED = """\
v,0902,0.1,0.1,0.3,0.9,1,40
v,0902,0.1,0.1,0.3,0.9,3,40
v,0902,0.5,0.1,0.7,1.2,1,7
v,0903,0.5,0.1,0.7,0.9,1,40
v,0905,0.1,0.1,0.3,0.9,2,7
w,0902,0.1,0.1,0.3,0.9,1,40
"""


def test_annotated_ids_are_kept(write):
    """Wherever the boxes lie: 40 and 7 change their places."""
    name = write('ann.csv', ANNOTATED)
    link_persons(LinkRequest(name, 'out.csv', det_thr=0))
    assert Path('out.csv').read_text() == (
        'video,seconds,x1,y1,x2,y2,track_id\n'
        'v,2.0,0.1,0.1,0.3,0.9,40\n'
        'v,2.0,0.5,0.1,0.7,1.0,7\n'
        'v,3.0,0.5,0.1,0.7,0.9,40\n'
        'v,5.0,0.1,0.1,0.3,0.9,7\n'
        'w,2.0,0.1,0.1,0.3,0.9,40\n'
    )


def test_annotations_without_ids_are_linked(write):
    rows = [line.rsplit(',', 1)[0] for line in ANNOTATED.splitlines()]
    name = write('ann.csv', '\n'.join(rows))
    link_persons(LinkRequest(name, 'out.csv'))
    video = read_tracklets('out.csv').of_video('v')
    left, right = np.array([[[0.1, 0.1, 0.3, 0.9]], [[0.5, 0.1, 0.7, 0.9]]])
    assert video.find(2, left) == [1]
    assert video.find(3, right) == [2]


def test_boxes_at_seconds_between_the_annotated_ones_are_linked(write):
    """AVA's box files know every second of its videos."""
    write('ann.csv', ANNOTATED)
    lines = [
        f'v,{900 + k},{0.1 + 0.05 * k},0.1,{0.3 + 0.05 * k},0.9,,0.95\n'
        for k in range(9)
    ]
    name = write('boxes.csv', ''.join(lines))
    link_persons(LinkRequest('ann.csv', 'out.csv', name))
    (tracklet,) = read_tracklets('out.csv').of_video('v').tracklets.values()
    assert tracklet.times.tolist() == [*range(9)]
    np.testing.assert_allclose(tracklet.boxes_at([4.5])[0, 0], 0.325)


def test_keyframes_by_time_have_boxes_in_fractions(write, keyframes):
    content = json.loads(Path(keyframes()).read_text())
    for image in content['images']:
        image['seconds'] = (image['timestamp'] - 1) / 5
        del image['height'], image['width']
    for each in content['annotations']:
        each['bbox'] = (np.array(each['bbox']) / PX).tolist()
    write('ann.json', content)
    link_persons(LinkRequest('ann.json', 'out.csv'))
    found = read_tracklets('out.csv')
    assert found.clock == 'seconds'
    tracklets = found.of_video('b').tracklets
    assert [len(t.times) for t in tracklets.values()] == [6, 6]


def test_inputs_and_earlier_results_are_kept(write):
    name = write('ann.csv', ANNOTATED)
    with pytest.raises(UserError, match='written over'):
        link_persons(LinkRequest(name, './ann.csv'), overwrite=True)
    link_persons(LinkRequest(name, 'out.csv'))
    with pytest.raises(UserError, match='there already; --overwrite'):
        link_persons(LinkRequest(name, 'out.csv'))
    link_persons(LinkRequest(name, 'out.csv'), overwrite=True)
    assert Path('ann.csv').read_text() == ANNOTATED
