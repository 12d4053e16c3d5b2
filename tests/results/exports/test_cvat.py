"""CVAT for video 1.1, and that its keys give back what was seen."""

import dataclasses
import json
from xml.etree import ElementTree

import numpy as np
import pytest
from followed_persons import HEIGHT, WIDTH, keyframe

from stclip.labels.label_space import LabelSpace
from stclip.results.exports.track_keys import by_track, track_keys
from stclip.results.keyframe_actions import KeyframeActions

STAND = 'stand "up" & go'


@pytest.fixture
def root(followed, tmp_path):
    followed.save(tmp_path / 'a.xml')
    return ElementTree.parse(tmp_path / 'a.xml').getroot()


def keys_of(track):
    """Frame, outside and answers of each box; all are keyframes."""
    assert {box.get('keyframe') for box in track} == {'1'}
    return [
        (
            int(box.get('frame')),
            int(box.get('outside')),
            *(attribute.text for attribute in box),
        )
        for box in track
    ]


def test_keys_are_where_something_changes(root):
    first, second = root.findall('track')
    assert first.attrib == dict(id='1', label='person', source='auto')
    assert keys_of(first) == [
        (0, 0, 'walk', 'false'),
        (12, 0, STAND, 'false'),
        (20, 0, STAND, 'false'),  # turns round
        (28, 0, 'walk', 'false'),
        (40, 0, 'walk', 'false'),
    ]
    assert keys_of(second) == [
        (0, 0, 'none', 'true'),
        (8, 0, 'none', 'false'),
        (12, 0, 'none', 'false'),
        (16, 1, 'none', 'false'),  # gone
        (24, 0, 'none', 'false'),  # back
        (40, 0, 'none', 'false'),
    ]
    sides = [first[2].get(side) for side in ('xtl', 'ytl', 'xbr', 'ybr')]
    assert sides == ['50.00', '20.00', '80.00', '80.00']


def test_task_knows_labels_and_size(root, tmp_path):
    assert root.findtext('version') == '1.1'
    task = root.find('meta/task')
    assert task.findtext('size') == '43'
    assert task.findtext('mode') == 'interpolation'
    size = [task.findtext(f'original_size/{s}') for s in ('height', 'width')]
    assert size == [str(HEIGHT), str(WIDTH)]
    action, wave = task.findall('labels/label/attributes/attribute')
    assert action.findtext('values').split('\n') == ['walk', STAND, 'none']
    assert action.findtext('mutable') == 'True'
    assert wave.findtext('name') == 'wave'
    assert wave.findtext('input_type') == 'checkbox'
    (label,) = json.loads((tmp_path / 'a.labels.json').read_text())
    assert label['name'] == task.findtext('labels/label/name') == 'person'
    assert label['attributes'][0] == dict(
        name='action',
        mutable=True,
        input_type='select',
        default_value='none',
        values=['walk', STAND, 'none'],
    )
    assert label['attributes'][1]['values'] == ['false']


def test_groups_have_a_list_each(followed, tmp_path):
    labels = LabelSpace(('sit', 'none', 'hold'), groups=(0, 0, 1))
    probs = np.array([[0.25, 0.5, 0.75]] * 2, np.float32)
    frame = dataclasses.replace(
        keyframe(0), action_probs=probs, none_probs=np.array([0.375, 0.875])
    )
    result = dataclasses.replace(followed, labels=labels, frames=(frame,))
    result.save(tmp_path / 'a.xml')
    root = ElementTree.parse(tmp_path / 'a.xml').getroot()
    names = [a.findtext('name') for a in root.iter('attribute')][:2]
    assert names == ['action 1', 'action 2']
    one, two = root.findall('track')
    # In the order of ids; the keyframe has person 2 first.
    assert keys_of(two) == [(0, 0, 'none', 'hold')]
    assert keys_of(one) == [(0, 0, 'none of these', 'none of these')]


def test_what_xml_cannot_hold_is_replaced(followed, tmp_path):
    labels = LabelSpace(('a\x07b <c>', '走る\nと', '🏃'))
    result = dataclasses.replace(followed, labels=labels)
    result.save(tmp_path / 'a.xml')
    root = ElementTree.parse(tmp_path / 'a.xml').getroot()
    values = next(root.iter('values')).text.split('\n')
    assert values == ['a\ufffdb <c>', '走る と', '🏃', 'none']
    actions = {box[0].text for box in root.iter('box')}
    assert actions == set(values)


def walks(seed, count=400):
    """A jittery walk with stops, and what is done now and then changes."""
    rng = np.random.default_rng(seed)
    speed = rng.choice([-3, 0, 0, 2], count // 20).repeat(20)
    left = 500 + np.cumsum(speed) + rng.normal(0, 0.6, count)
    top = 300 + rng.normal(0, 0.6, count)
    boxes = np.stack([left, top, left + 60, top + 120], 1)
    for frame, box in enumerate(boxes):
        there = slice(0, 0 if 100 <= frame < 130 else 1)
        yield KeyframeActions(
            3 * frame,
            box[None].astype(np.float32)[there],
            np.ones(1, np.float32)[there],
            np.eye(3, dtype=np.float32)[[frame // 90 % 2]][there],
            track_ids=np.array([7])[there],
        )


@pytest.mark.parametrize('seed', range(5))
def test_lines_between_keys_stay_near_what_was_seen(followed, seed):
    frames = tuple(walks(seed))
    result = dataclasses.replace(followed, frames=frames)
    keys = list(track_keys(result, lambda person: person.answers))
    assert len(keys) < len(frames) / 2
    times = [key.frame_idx for key in keys]
    assert times == sorted(set(times))
    lines = np.array([key.box_xyxy for key in keys])
    for frame in filter(len, frames):
        between = [
            np.interp(frame.frame_idx, times, lines[:, side])
            for side in range(4)
        ]
        gap = np.abs(np.subtract(between, frame.boxes_xyxy[0])).max()
        assert gap <= 0.02 * 90 + 1e-3
        key = max(k for k in range(len(keys)) if times[k] <= frame.frame_idx)
        assert keys[key].said == (int(np.argmax(frame.action_probs)),)
        assert not keys[key].outside
    assert [k.frame_idx for k in keys if k.outside] == [3 * 100]


def test_keys_of_tracks_come_together(followed):
    keys = list(track_keys(followed, lambda person: ('a', 'b')))
    sorted_keys = sorted(keys, key=lambda k: (k.track_id, k.frame_idx))
    found = [(i, list(own)) for i, own in by_track(iter(keys))]
    assert [i for i, _ in found] == [1, 2]
    assert [key for _, own in found for key in own] == sorted_keys
