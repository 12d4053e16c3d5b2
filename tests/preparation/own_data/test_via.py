"""Files in VIA's forms become keyframes."""

import json
import math

import numpy as np
import pytest
import via_files as via
from followed_persons import HEIGHT, LABELS, NUM_FRAMES, WIDTH
from synthetic_media import write_frames, write_video

from stclip.datasets.keyframe_file import read_keyframe_file
from stclip.preparation.annotation_forms.person_rows import Reading
from stclip.preparation.own_data import Conversion
from stclip.results.exports.persons import persons_on

ELLIPSE = dict(name='ellipse', cx=30, cy=40, rx=10, ry=20)


@pytest.fixture(scope='module')
def videos(tmp_path_factory):
    """A folder of frames that count from 1, and a video."""
    folder = tmp_path_factory.mktemp('videos')
    frames = np.zeros((NUM_FRAMES, HEIGHT, WIDTH, 3), np.uint8)
    write_video(folder / 'v.mp4', frames, fps=10)
    write_frames(folder / 'f', frames[:3])
    return folder


@pytest.fixture
def convert(tmp_path, videos):
    """Labels, and boxes with what is done, by video and moment."""

    def convert(content, name='a.json', **reading):
        source = tmp_path / name
        if content is not None:
            source.write_text(json.dumps(content))
        out = tmp_path / 'out'
        options = dict(reading=Reading(**reading), overwrite=True)
        Conversion(source, videos, out, **options).run()
        labels, keyframes = read_keyframe_file(out / 'annotations.json')
        found = {}
        for frame in keyframes:
            moment = frame.seconds
            if moment is None:
                moment = frame.frame_idx
            found[frame.video, moment] = [
                (box, {labels.names[i] for i in np.flatnonzero(row)})
                for box, row in zip(
                    frame.boxes.tolist(), frame.labels, strict=True
                )
            ]
        return labels, found

    return convert


def test_a_project_of_version_2(convert):
    wide = dict(via.RECT, x=40)
    nobody = dict(via.RECT, x=80)
    labels, found = convert(
        via.project_2(
            via.region(action='s', also={'phone': True, 'wave': False}),
            via.region(wide, action='sit', also={'phone': 1, 'wave': 1}),
            via.region(nobody, action='none', note='by the door'),
            name='f/00002.png',
        )
    )
    # What is shown is the label; the key where nothing is.
    assert labels.names == ('sit', 'stand', 'talk on phone', 'wave')
    assert labels.exclusive == (True, True, False, False)
    assert found == {
        ('f', 1): [
            ([4, 6, 24, 36], {'stand', 'talk on phone'}),
            ([40, 6, 60, 36], {'sit', 'talk on phone', 'wave'}),
            ([80, 6, 100, 36], set()),
        ]
    }


def test_the_attribute_that_is_named(convert):
    """A text too; without folder, the file tells the video."""
    content = via.project_2(
        via.region(action='sit', note='jump'),
        via.region(dict(via.RECT, x=40), note=''),
        name='00003.png',
    )
    labels, found = convert(content, 'f.json', attributes=('note',))
    assert labels.names == ('jump',)
    assert found == {
        ('f', 2): [([4, 6, 24, 36], {'jump'}), ([40, 6, 60, 36], set())]
    }


@pytest.mark.parametrize('is_table', [False, True])
def test_exports_of_version_2(convert, tmp_path, is_table):
    """They do not tell what is asked: answers are what they say."""
    regions = (
        via.region(action='sit', also={'phone': True}),
        via.region(dict(via.RECT, x=40), action='none of these'),
    )
    name = 'a.csv' if is_table else 'a.json'
    if is_table:
        via.write_table(tmp_path / name, *regions)
    content = None if is_table else via.images(*regions)
    labels, found = convert(content, name)
    assert labels.names == ('sit', 'phone')
    assert labels.exclusive == (True, False)
    assert found == {
        ('f', 0): [
            ([4, 6, 24, 36], {'sit', 'phone'}),
            ([40, 6, 60, 36], set()),
        ]
    }


def test_regions_in_an_object_as_version_1_has_them(convert):
    content = via.images(via.region(action='sit'))
    (image,) = content.values()
    image['regions'] = {'0': image['regions'][0]}
    _, found = convert(content)
    assert found == {('f', 0): [([4, 6, 24, 36], {'sit'})]}


@pytest.mark.parametrize(
    'shape, box',
    [
        (dict(name='circle', cx=30, cy=40, r=10), [20, 30, 40, 50]),
        (dict(name='ellipse', cx=30, cy=40, rx=10, ry=20), [20, 20, 40, 60]),
        (
            dict(
                name='ellipse', cx=30, cy=40, rx=10, ry=20, theta=math.pi / 2
            ),
            [10, 30, 50, 50],
        ),
        (
            dict(
                name='polygon',
                all_points_x=[9, 30, 20],
                all_points_y=[50, 8, 60],
            ),
            [9, 8, 30, 60],
        ),
    ],
)
def test_the_box_around_other_shapes(convert, shape, box):
    _, found = convert(via.project_2(via.region(shape, action='sit')))
    (((seen, _),),) = found.values()
    np.testing.assert_allclose(seen, box)


def test_what_encloses_nothing_is_left_out_and_told(convert, log_lines):
    point = dict(name='point', cx=3, cy=4)
    line = dict(name='polyline', all_points_x=[1, 2], all_points_y=[1, 2])
    _, found = convert(
        via.project_2(
            via.region(point, action='sit'),
            via.region(line, action='sit'),
            via.region(point, action='sit'),
            via.region(action='sit'),
        )
    )
    assert found == {('f', 0): [([4, 6, 24, 36], {'sit'})]}
    (told,) = [line for line in log_lines if 'left out' in line]
    assert '(2 point, 1 polyline); draw persons as rectangles' in told


def test_a_project_of_version_3(convert):
    """Stretches of time have no box, and are passed over."""
    entry = via.entry
    labels, found = convert(
        via.project_3(
            entry(z=(0.0, 2.5), a1='d'),
            entry(2, 4, 6, 20, 30, z=(1.2,), a2='1', a3='0,1'),
            entry(2, 40, 6, 20, 30, z=(1.2,), a2='2'),
            entry(3, 30, 40, 10, z=(2.0,), a2='0', a4='note'),
            entry(7, 9, 50, 30, 8, 20, 60, z=(3.0,), a3=''),
            entry(8, 9, 50, 30, 8, 20, 60, 25, 9, z=(3.5,)),
        )
    )
    assert labels.names == ('sit', 'stand', 'talk on phone', 'wave')
    assert labels.exclusive == (True, True, False, False)
    assert found == {
        ('v', 1.2): [
            ([4, 6, 24, 36], {'stand', 'talk on phone', 'wave'}),
            ([40, 6, 60, 36], set()),
        ],
        ('v', 2.0): [([20, 30, 40, 50], {'sit'})],
        ('v', 3.0): [([9, 8, 30, 60], set())],
        ('v', 3.5): [([9, 8, 30, 60], set())],
    }


def test_pictures_of_version_3(convert):
    content = via.project_3(
        via.entry(2, 4, 6, 20, 30, z=(), a2='0'), name='f/00003.png', kind=2
    )
    _, found = convert(content)
    assert found == {('f', 2): [([4, 6, 24, 36], {'sit'})]}


def test_everybody_of_a_result(convert, followed):
    """Written by hand as version 3 has it, and read back."""
    wanted, entries = {}, []
    for frame in followed.frames:
        people = persons_on(frame, LABELS)
        wanted['v', frame.time_sec] = sorted(
            (
                [float(side) for side in person.box_xyxy],
                {LABELS.names[i] for i in person.answers},
            )
            for person in people
        )
        for box, names in wanted['v', frame.time_sec]:
            x1, y1, x2, y2 = box
            ticked = [str(LABELS.names.index(name)) for name in names]
            xy = (2, x1, y1, x2 - x1, y2 - y1)
            z = (float(frame.time_sec),)
            entries.append(via.entry(*xy, z=z, a9=','.join(ticked)))
    content = via.project_3(*entries)
    options = {str(i): name for i, name in enumerate(LABELS.names)}
    content['attribute'] = {'9': via.asked_3('action', 2, options)}
    labels, found = convert(content)
    assert labels.names == LABELS.names
    assert {key: sorted(value) for key, value in found.items()} == {
        key: value for key, value in wanted.items() if value
    }
