"""VIA's annotations that cannot be converted: one line each, nothing written.

Each row is the content of the file, words that the line must have, and perhaps
more options and another name.
"""

import numpy as np
import pytest
import via_files as via
from bad_inputs import assert_one_line, everything, put
from synthetic_media import make_frames, write_frames, write_video

NAN = float('nan')
HEAD = ','.join(via.HEADINGS)
SIT = via.region(action='sit')
TEXT = {'note': via.ASKED['note']}


def shape(**changes):
    return via.project_2(via.region(dict(via.RECT, **changes), action='sit'))


def moment(*xy, **changes):
    return via.project_3(via.entry(*(xy or (2, 1, 2, 9, 9)), **changes))


def pictures(content):
    return via.project_2() | dict(_via_img_metadata=content)


def without(key):
    return {k: v for k, v in moment().items() if k != key}


def asked_2(options):
    asked = dict(action=dict(type='dropdown', options=options))
    return via.project_2(SIT, asked=asked)


def asked_3(options):
    return moment() | dict(attribute={'2': via.asked_3('action', 4, options)})


CASES = [
    # What is asked of regions.
    (
        via.project_2(SIT),
        "regions have no attribute 'acton' (--attributes); did you mean "
        "'action'?; they have action, also, note",
        '--attributes acton',
    ),
    (via.images(SIT), "no attribute 'acton'", '--attributes acton'),
    (moment(), "no attribute 'segment'", '--attributes segment'),
    (via.project_2(SIT, asked=TEXT), 'with --attributes: note'),
    (via.project_2(SIT, asked={}), 'regions have no attribute; define one'),
    (via.images(via.region()), 'regions have no attribute; define one'),
    (
        via.project_2(via.region(action='st')),
        "f/00001.png, region 0: 'st' is no option of the attribute 'action'",
    ),
    (via.project_2(via.region(action=3)), 'action must be a text, got 3'),
    (via.project_2(SIT, asked=['action']), 'region attributes must be an obj'),
    (via.project_2(SIT, asked=dict(action=5)), "'action' must be an object"),
    (asked_2(['sit']), "attribute 'action': options must be an object"),
    (asked_2({'sit': 5}), "option 'sit' must be a text, got 5"),
    (asked_3(['sit']), "options must be an object, got ['sit']"),
    (asked_3({'0': None}), "option '0' must be a text, got None"),
    (
        via.project_2(via.region(also={'phone': 'false'})),
        "also: phone must be true or false, got 'false'",
    ),
    (moment(a2='7'), "metadata 1_0: '7' is no option of the attribute"),
    (via.images(via.region(action='')), 'no person has a label'),
    # Shapes.
    (shape(x=NAN), 'f/00001.png, region 0: x is not finite'),
    (shape(width='wide'), "width must be a number, got 'wide'"),
    (shape(width=-4), 'region 0: width must be a number from 0'),
    (shape(width=None), 'width must be a number, got None'),
    (shape(height=0), 'region 0: box'),
    (shape(x=400), 'region 0: box'),
    (shape(name='polygon'), 'all_points_x must be a list, got None'),
    (
        shape(name='polygon', all_points_x=[1], all_points_y=[]),
        'a polygon of 1 x and 0 y',
    ),
    (shape(name='point'), 'enclose nothing are left out (1 point); draw'),
    (moment(2, 1, NAN, 9, 9), 'metadata 1_0: y is not finite'),
    (moment(2, 1, 2), 'xy of a rect needs x, y, width, height'),
    (moment('rect', 1), "xy has the unknown shape 'rect'"),
    (moment(12, 1), 'xy has the unknown shape 12'),
    # Videos, pictures and moments.
    (via.project_2(SIT, name='g/1.png'), 'videos are missing under videos'),
    (via.project_2(SIT, name='../f/1.png'), "'../f' is no name of a"),
    (via.project_2(SIT, name='f/00007.png'), 'videos/f has no such picture'),
    (via.project_2(SIT, name='v/00001.png'), 'v.mp4 is no folder of frames'),
    (
        via.project_2(SIT, name='00001.png'),
        "no folder, so of the video 'a'",
    ),
    (via.project_2(SIT, name=7), 'filename must be a name, got 7'),
    (moment(z=(99.0,)), 'metadata 1_0: second 99 is beyond the end of'),
    (moment(z=(NAN,)), 'metadata 1_0: z is not finite'),
    (moment(z=(-1.0,)), 'z must be a number from 0'),
    (moment(z=()), 'z must hold the time of one frame'),
    (moment(z=(0.0, 1.0)), 'z must hold the time of one frame'),
    (moment() | dict(view={}), 'its file (vid) is not in the project'),
    (
        via.project_3(via.entry(2, 1, 2, 9, 9), kind=8),
        "'v.mp4' is neither video nor picture",
    ),
    (via.project_3(via.entry(2, 1, 2, 9, 9), name='w'), 'videos are missing'),
    # Files.
    (without('file'), 'file must be an object, got None'),
    (without('attribute'), 'attribute must be an object'),
    (moment() | dict(metadata={'1': 3}), 'metadata 1 must be an object'),
    (
        via.project_2() | dict(_via_img_metadata=[]),
        'expected a project or annotations of VIA',
    ),
    (
        via.project_2() | dict(_via_img_metadata={'k': {}}),
        "a.json, k: lacks 'filename'",
    ),
    (via.project_2(3), 'region 0: must be an object'),
    (pictures({'k': dict(filename='f/1.png', regions=5)}), 'must be a list'),
    (via.images(dict(shape_attributes=3)), 'shape_attributes must be an'),
    ('{"_via_img_metadata": {', 'a.json is not valid JSON'),
    (f'{HEAD}\nf/00001.png,1', 'line 2: 2 cells are too few', '', 'a.csv'),
    (
        f'{HEAD}\nf/00001.png,1,{{}},1,0,{{x,{{}}',
        'line 2: region_shape_attributes is no JSON',
        '',
        'a.csv',
    ),
    (
        f'{HEAD}\nf/00001.png,1,{{}},1,0,{"[" * 100_000},{{}}',
        'line 2: region_shape_attributes is no JSON',
        '',
        'a.csv',
    ),
    (
        '# Exported using VGG Image Annotator\n# CSV_HEADER = metadata_id,z',
        'line 1: the headings lack filename, region_shape_attributes, regio',
        '',
        'a.csv',
    ),
    (f'{HEAD}\n', 'a.csv: regions have no attribute', '', 'a.csv'),
]


@pytest.fixture
def folder(folder):
    """A video, and a folder of frames that count from 1."""
    write_video(folder / 'videos/v.mp4', make_frames(4, 64, 64))
    write_frames(folder / 'videos/f', np.zeros((2, 64, 64, 3), np.uint8))
    return folder


@pytest.mark.parametrize('case', CASES, ids=lambda case: case[1])
def test_one_line(folder, capfd, case):
    usual = '', 'a.json'
    content, words, options, name = (*case, *usual[len(case) - 2 :])
    put(folder / 'in' / name, content)
    before = everything(folder)
    line = f'convert-data in/{name} --videos videos --out out {options}'
    assert_one_line(line, words, capfd, 'in/a.')
    assert everything(folder) == before
