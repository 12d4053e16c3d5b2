"""Keyframes by the second: their names, and the boxes that go with them."""

import json

import pytest

from stclip.apis.box_recall import recall_of_files
from stclip.datasets.keyframe_file import read_keyframe_file
from stclip.utils.errors import UserError

HEAD = 'video,frame,time_sec,x1,y1,x2,y2,label'


@pytest.fixture
def keyframes(convert, tmp_path):
    """What becomes of lines of a CSV file."""

    def keyframes(*lines):
        text = '\n'.join((HEAD, *lines))
        (tmp_path / 'a.csv').write_text(text)
        convert(tmp_path / 'a.csv')
        return read_keyframe_file(tmp_path / 'out/annotations.json')[1]

    return keyframes


def test_moments_that_are_close_have_names_of_their_own(keyframes):
    seconds = ('0', '1.0', '2.5', '3.34567', '3.34568', '3.3456800000001')
    seconds += ('1e-7',)
    found = keyframes(
        *(f'"v, 1",,{second},1,2,30,40,sit' for second in seconds)
    )
    assert [k.image_id for k in found] == [
        'v, 1/0s',
        'v, 1/0.0000001s',
        'v, 1/1s',
        'v, 1/2.5s',
        'v, 1/3.34567s',
        'v, 1/3.34568s',
        'v, 1/3.3456800000001s',
    ]
    wanted = sorted(map(float, seconds))
    assert [k.seconds for k in found] == wanted
    assert [k.timestamp for k in found] == wanted


@pytest.mark.parametrize('form', ['json', 'csv'])
def test_person_boxes_go_with_them(keyframes, tmp_path, form):
    """Also where a detector found nobody on one of them."""
    keyframes('"v, 1",,1,1,2,30,40,sit', '"v, 1",,2,5,2,30,40,run')
    boxes = tmp_path / f'boxes.{form}'
    if form == 'json':
        box = dict(image_id='v, 1/1s', bbox=[1, 2, 30, 40], score=0.9)
        boxes.write_text(json.dumps([box]))
    else:
        sides = 1 / 160, 2 / 120, 30 / 160, 40 / 120
        boxes.write_text(f'"v, 1",1,{",".join(map(str, sides))},0.9\n')
    _, recalls = recall_of_files(tmp_path / 'out/annotations.json', boxes)
    assert recalls['sit']['any'] == 1
    assert recalls['run']['any'] == 0


def test_frame_1_is_not_second_1(keyframes):
    with pytest.raises(UserError) as caught:
        keyframes('"v, 1",1,,1,2,30,40,sit', '"v, 1",,1,5,2,30,40,run')
    told = 'a.csv, line 3: a person of v, 1 is placed by seconds, others by'
    assert told in str(caught.value)
