"""Results that are read back from their JSON file."""

import dataclasses
import json

import pytest

from stclip.labels.label_space import LabelSpace
from stclip.results.exports.formats import FORMATS
from stclip.results.result_file import read_result
from stclip.utils.errors import MissingFileError, UserError
from stclip.video.damage import Damage


@pytest.fixture
def path(followed, tmp_path):
    path = tmp_path / 'a.json'
    damage = Damage(lost_frames=(3, 4), cut_short=True)
    dataclasses.replace(followed, damage=damage, smoothed_over=1.5).save(path)
    return path


def test_what_is_written_is_read(path, followed):
    read = read_result(path)
    assert read.to_json() == json.loads(path.read_text())
    assert read.damage == Damage(lost_frames=(3, 4), cut_short=True)
    assert read.frame_hw == followed.frame_hw
    assert read.segments == followed.segments
    assert read.smoothed_over == 1.5
    assert len(read.frames) == len(followed.frames)
    # Gone through twice: both times from the start.
    assert len(list(read.frames)) == len(list(read.frames)) == 11


@pytest.mark.parametrize('name', FORMATS)
def test_forms_are_those_of_the_result_itself(path, followed, name, tmp_path):
    followed.save(tmp_path / 'x.out', name)
    read_result(path).save(tmp_path / 'y.out', name)
    assert (tmp_path / 'x.out').read_bytes() == (
        tmp_path / 'y.out'
    ).read_bytes()


def change(value, *keys, to):
    *way, last = keys
    for key in way:
        value = value[key]
    if to is None:
        del value[last]
    else:
        value[last] = to


def test_numbers_in_quotes_are_read_as_numbers(path, followed, tmp_path):
    """As tools write them that know texts alone: all forms are the same."""
    content = json.loads(path.read_text())
    for key in ('fps', 'num_frames', 'height', 'width', 'smoothed_over'):
        content[key] = str(content[key])
    for segment in content['segments']:
        for key, value in segment.items():
            segment[key] = None if value is None else str(value)
    for keyframe in content['keyframes']:
        keyframe['frame_idx'] = f'{keyframe["frame_idx"]}.0'
        if keyframe['time_sec'] is not None:
            keyframe['time_sec'] = str(keyframe['time_sec'])
    quoted = tmp_path / 'quoted.json'
    quoted.write_text(json.dumps(content))
    assert read_result(quoted).to_json() == json.loads(path.read_text())
    for name in FORMATS:
        read_result(path).save(tmp_path / 'x.out', name)
        read_result(quoted).save(tmp_path / 'y.out', name)
        written = (tmp_path / 'y.out').read_bytes()
        assert written == (tmp_path / 'x.out').read_bytes(), name


SEGMENT = ('segments', 0)
FIRST = ('keyframes', 0, 'persons', 0)
FAULTS = [
    (('labels',), None, 'has no key labels'),
    (('keyframes',), None, 'has no key keyframes'),
    (('keyframes',), {}, "expected '[', got '{'"),
    (('labels',), 'walk', 'labels'),
    (('labels',), ['a', 'a', 'b'], 'twice'),
    (('exclusive',), [True], '3 names but 1 exclusive'),
    (('exclusive',), [1, 1, 0], 'exclusive must be true or false'),
    (('num_frames',), 0, 'num_frames must be'),
    (('num_frames',), 9, 'frame_idx must be a whole number'),
    (('height',), 'tall', 'height must be'),
    (('fps',), 'fast', 'fps must be'),
    (('fps',), 0, 'fps must be a number from 1e-06 to 1000000, got 0'),
    (('fps',), 1e9, 'fps must be a number from 1e-06'),
    (('video',), 'caf\udce9.mp4', 'video has a character that is not UTF-8'),
    (('labels', 0), 'caf\udce9', 'labels has a character that is not UTF-8'),
    (('smoothed_over',), -1, 'smoothed_over must be'),
    (('segments', 0, 'label'), 'fly', 'fly'),
    (('segments', 0, 'track_id'), 0, 'segments: track_id must be'),
    (('segments', 0, 'score'), None, 'has no key score'),
    (('damage',), [1], 'a.json'),
    (('damage',), dict(lost=[1]), 'lost'),
    (('segments',), 5, 'a.json'),
    ((*SEGMENT, 'label'), None, 'has no key label'),
    ((*SEGMENT, 'label'), 'fly', "unknown action 'fly'"),
    ((*SEGMENT, 'track_id'), 0, 'segments: track_id'),
    ((*SEGMENT, 'last_frame'), -1, 'segments: last_frame'),
    ((*SEGMENT, 'score'), 2, 'segments: score'),
    ((*SEGMENT, 'start_sec'), 'x', 'segments: start_sec must be'),
    ((*SEGMENT, 'end_sec'), -1, 'segments: end_sec must be'),
    ((*SEGMENT, 'end_sec'), None, 'has no key end_sec'),
    (('smoothed_over',), -1, 'smoothed_over must be'),
    (('keyframes', 3), 5, 'keyframes[3]'),
    (('keyframes', 3, 'frame_idx'), 0, 'keyframes[3]: frame_idx'),
    (('keyframes', 3, 'frame_idx'), 'x', 'keyframes[3]: frame_idx'),
    (('keyframes', 3, 'time_sec'), 'x', 'keyframes[3]: time_sec must be'),
    (('keyframes', 3, 'time_sec'), -1, 'keyframes[3]: time_sec must be'),
    (('keyframes', 3, 'persons'), None, "keyframes[3] has no key 'persons'"),
    ((*FIRST, 'bbox'), [1, 2, 3], 'keyframes[0]'),
    ((*FIRST, 'bbox'), [1, 2, 3, 'x'], 'keyframes[0]'),
    ((*FIRST, 'bbox'), [1, 2, 3, float('nan')], 'bbox is not finite'),
    ((*FIRST, 'box_score'), 1.5, 'box_score must be numbers from 0 to 1'),
    ((*FIRST, 'none'), -1, 'none must be numbers from 0 to 1'),
    ((*FIRST, 'none'), None, "keyframes[0] has no key 'none'"),
    ((*FIRST, 'actions'), {'walk': 1}, 'keyframes[0] has no key'),
    ((*FIRST, 'actions', 'walk'), 'x', 'keyframes[0]'),
    ((*FIRST, 'track_id'), 0, 'track_id must be whole numbers from 1'),
    ((*FIRST, 'track_id'), 1, 'each once'),
    ((*FIRST, 'track_id'), None, "keyframes[0] has no key 'track_id'"),
]


@pytest.mark.parametrize('keys, value, words', FAULTS)
def test_what_is_wrong_is_one_line(path, keys, value, words):
    content = json.loads(path.read_text())
    change(content, *keys, to=value)
    path.write_text(json.dumps(content))
    with pytest.raises(UserError) as error:
        read_result(path)
    message = str(error.value)
    assert str(path) in message and words in message and '\n' not in message


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(MissingFileError, match='JSON file of stclip infer'):
        read_result(tmp_path / 'no.json')


def test_repr_is_short(path, followed):
    words = repr(read_result(path))
    assert words == (
        f'VideoActions({followed.video}, 11 keyframes of 43 frames, labels: '
        'walk, stand "up" & go, wave, segments: 2)'
    )
    labels = LabelSpace(tuple('abcde'))
    words = repr(dataclasses.replace(followed, labels=labels))
    assert words.endswith('labels: a, b, c and 2 more, segments: 2)')
