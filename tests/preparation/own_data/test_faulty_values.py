"""Whatever one value of a file is: read and readable, or one clear line."""

import copy
import functools
import json
import re

import numpy as np
import pytest
import via_files as via
from synthetic_media import write_frames, write_video

from stclip.datasets.keyframe_file import read_keyframe_file
from stclip.preparation import own_data
from stclip.utils.errors import UserError

VALUES, NUMBERS = (None, 5, 'x', [], {}), (-1, 1e300, True)
TEXTS = ('x', '', '-1', 'nan', '1e300')
TRIANGLE = dict(name='polygon', all_points_x=[1, 9, 5], all_points_y=[2, 2, 8])
COCO = dict(
    videos=[dict(id=1, name='v')],
    images=[dict(id=1, video_id=1, frame_id=0, height=64, width=64)],
    categories=[dict(id=1, name='sit')],
    annotations=[
        dict(
            id=7,
            image_id=1,
            category_id=1,
            bbox=[1, 2, 9, 9],
            iscrowd=0,
            attributes=dict(actions=['sit'], rotation=0),
        )
    ],
)
FORMS = dict(
    coco=COCO,
    via_2=via.project_2(
        via.region(action='s', also={'phone': True}),
        via.region(TRIANGLE),
        via.region(dict(name='ellipse', cx=9, cy=9, rx=5, ry=5, theta=1)),
    ),
    via_images=via.images(via.region(action='sit', also={'phone': True})),
    via_3=via.project_3(
        via.entry(2, 1, 2, 9, 9, a2='1', a3='0,1'),
        via.entry(7, 9, 50, 30, 8, a2='2'),
    ),
)
CVAT = """<annotations><meta><task><name>v</name><source>v.mp4</source>
<stop_frame>3</stop_frame><original_size><width>64</width><height>64</height>
</original_size><labels><label><name>person</name><attributes><attribute>
<name>action</name><input_type>select</input_type><values>sit</values>
</attribute></attributes></label></labels></task></meta>
<track id="1" label="person" source="auto"><box frame="0" keyframe="1"
outside="0" occluded="0" xtl="1" ytl="2" xbr="20" ybr="30" rotation="5">
<attribute name="action">sit</attribute></box><box frame="2" keyframe="1"
outside="1" occluded="0" xtl="1" ytl="2" xbr="20" ybr="30" rotation="5">
</box></track></annotations>"""


def faults(value, *way):
    """The way to each value of a JSON, and what may stand there instead."""
    is_number = isinstance(value, (int, float))
    for other in VALUES + NUMBERS * is_number:
        yield way, other
    if isinstance(value, (dict, list)):
        keys = list(value) if isinstance(value, dict) else range(len(value))
        for key in keys:
            yield from faults(value[key], *way, key)


def changed(value, way, other):
    """A copy in which one value is another."""
    if not way:
        return other
    value = copy.deepcopy(value)
    inner = value
    for key in way[:-1]:
        inner = inner[key]
    inner[way[-1]] = other
    return value


@pytest.fixture(scope='module')
def videos(tmp_path_factory):
    """A video, and a folder of frames that count from 1."""
    folder = tmp_path_factory.mktemp('videos')
    frames = np.zeros((4, 64, 64, 3), np.uint8)
    write_video(folder / 'v.mp4', frames)
    write_frames(folder / 'f', frames[:2])
    return folder


@pytest.fixture
def is_read(tmp_path, videos, monkeypatch):
    """Convert a file, and read what becomes of it; else look at the fault."""
    out = tmp_path / 'out'
    # Each video is opened once.
    opened = functools.cache(own_data.OwnVideo)
    monkeypatch.setattr(own_data, 'OwnVideo', opened)

    def is_read(name, text):
        source = tmp_path / name
        source.write_text(text)
        try:
            own_data.Conversion(source, videos, out, overwrite=True).run()
        except UserError as error:
            told = str(error)
            assert name in told, told
            assert '\n' not in told
            return False
        read_keyframe_file(out / 'annotations.json')
        return True

    return is_read


@pytest.mark.parametrize('form', FORMS)
def test_each_value_of_a_json(is_read, form):
    sound = FORMS[form]
    assert is_read('a.json', json.dumps(sound))
    for way, other in faults(sound):
        is_read('a.json', json.dumps(changed(sound, way, other)))


def test_each_value_of_cvat(is_read):
    assert is_read('a.xml', CVAT)
    found = list(re.finditer('(?<==")[^"]*(?=")|(?<=>)[^<>\n]+', CVAT))
    assert len(found) == 32
    for each in found:
        for other in TEXTS:
            text = CVAT[: each.start()] + other + CVAT[each.end() :]
            is_read('a.xml', text)
