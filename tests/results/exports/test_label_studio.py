"""Label Studio's predictions, and the interface that they are for."""

import json
from xml.etree import ElementTree

import numpy as np
import pytest
from followed_persons import (
    HEIGHT,
    LABELS,
    NUM_FRAMES,
    STRIDE,
    WIDTH,
    box_of,
)


@pytest.fixture
def task(followed, tmp_path):
    followed.save(tmp_path / 'a.labelstudio.json')
    (task,) = json.loads((tmp_path / 'a.labelstudio.json').read_text())
    return task


def found_in(task, kind):
    (prediction,) = task['predictions']
    return [each for each in prediction['result'] if each['type'] == kind]


def shown(sequence):
    """Frame -> box in per cent, as the player of Label Studio draws it.

    A key that is on is joined to the next one by a line, or stays to the
    end; one that is off is the last to be seen.
    """
    boxes = {}
    for index, key in enumerate(sequence):
        box = np.array([key[n] for n in ('x', 'y', 'width', 'height')])
        boxes[key['frame']] = box
        if not key['enabled']:
            continue
        following = dict(key, frame=NUM_FRAMES + 1)
        if index + 1 < len(sequence):
            following = sequence[index + 1]
        other = np.array([following[n] for n in ('x', 'y', 'width', 'height')])
        for frame in range(key['frame'] + 1, following['frame']):
            part = (frame - key['frame']) / (following['frame'] - key['frame'])
            boxes[frame] = box + part * (other - box)
    return boxes


def test_each_person_is_a_region(followed, task):
    assert task['data'] == dict(video=str(followed.video))
    regions = found_in(task, 'videorectangle')
    assert [each['id'] for each in regions] == ['person_1', 'person_2']
    for track_id, region in enumerate(regions, 1):
        value = region['value']
        assert value['framesCount'] == NUM_FRAMES
        assert value['duration'] == 4.3
        boxes = shown(value['sequence'])
        for frame in range(0, NUM_FRAMES, STRIDE):
            seen = box_of(track_id, frame)
            assert (frame + 1 in boxes) == (seen is not None)
            if seen:
                x1, y1, x2, y2 = np.divide(seen, (WIDTH, HEIGHT) * 2) * 100
                np.testing.assert_allclose(
                    boxes[frame + 1], (x1, y1, x2 - x1, y2 - y1), atol=1e-3
                )
        for key in value['sequence']:
            assert key['time'] == (key['frame'] - 1) / 10
    first, second = (each['value']['sequence'] for each in regions)
    assert [key['frame'] for key in first] == [1, 21, 41]
    on = [(key['frame'], key['enabled']) for key in second]
    assert on == [(1, True), (13, False), (25, True), (41, True)]


def test_segments_are_on_the_timeline(task):
    first, second = found_in(task, 'timelinelabels')
    assert first['value'] == dict(
        ranges=[dict(start=1, end=9)], timelinelabels=['walk']
    )
    assert first['score'] == 0.75
    assert first['meta'] == dict(text=['id 1'])
    assert second['value']['timelinelabels'] == ['wave']


def test_interface_has_what_predictions_name(task, tmp_path):
    view = ElementTree.parse(tmp_path / 'a.labelstudio.xml').getroot()
    controls = {each.get('name'): each for each in view}
    for each in task['predictions'][0]['result']:
        assert each['to_name'] == controls[each['from_name']].get('toName')
    tags = {name: each.tag for name, each in controls.items()}
    assert tags['box'] == 'VideoRectangle'
    assert tags['action'] == 'TimelineLabels'
    names = [label.get('value') for label in controls['action']]
    assert names == list(LABELS.names)
    assert controls['video'].attrib == dict(
        name='video', value='$video', frameRate='10'
    )
    assert len({e['id'] for e in task['predictions'][0]['result']}) == 4
