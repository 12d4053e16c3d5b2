"""Annotations that cannot be converted: one line each, nothing is written.

Each row is the name of the file, its content, words that the line must have,
and perhaps more options.
"""

import numpy as np
import pytest
from bad_inputs import assert_one_line, assert_refused, everything, put
from synthetic_media import write_frames, write_video

HEAD = 'video,frame,x1,y1,x2,y2,label\n'
GOOD = f'{HEAD}v,0,1,2,20,30,sit\n'
TRACK = '<annotations><track label="person">{}</track></annotations>'
BOX = '<box frame="{}" outside="0" xtl="{}" ytl="2" xbr="20" ybr="30"/>'
TURNED = BOX.format(0, 1).replace('/>', ' rotation="{}"/>')
META = (
    '<meta><task><name>v</name><stop_frame>{}</stop_frame><labels><label>'
    '<name>person</name><attributes><attribute><name>action</name>'
    '<input_type>select</input_type><values>sit\nnone</values></attribute>'
    '</attributes></label></labels></task></meta>'
)


def cvat(boxes, label='person', stop=3):
    return (
        f'<annotations>{META.format(stop)}\n<track label="{label}">\n{boxes}'
        '</track></annotations>'
    )


def answered(value):
    attribute = f'<attribute name="action">{value}</attribute></box>'
    return BOX.format(0, 1).replace('/>', f'>{attribute}')


BOMB = (
    '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    '<annotations>&b;</annotations>'
)
FILE = (
    '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    '<annotations>&a;</annotations>'
)


def coco(**changes):
    """A sound file, but for what is given."""
    return {
        **dict(
            videos=[dict(id=1, name='v')],
            images=[dict(id=1, video_id=1, frame_id=0)],
            categories=[dict(id=1, name='sit')],
            annotations=[
                dict(id=7, image_id=1, category_id=1, bbox=[1, 2, 9, 9])
            ],
        ),
        **changes,
    }


def person(**changes):
    sound = coco()['annotations'][0]
    return coco(annotations=[{**sound, **changes}])


AVA_LIST = 'label { name: "sit" label_id: 1 label_type: PERSON_MOVEMENT }'
CASES = [
    # CVAT
    ('a.xml', BOMB, 'a.xml, line 1: has a document type'),
    ('a.xml', FILE, 'a.xml, line 1: has a document type'),
    ('a.xml', '', 'a.xml, line 1: no XML (no element found)'),
    ('a.xml', 'text', 'no XML (syntax error)'),
    ('a.xml', '<annotations>\n<track>', 'a.xml, line 2: no XML'),
    ('a.xml', b'\x00\xff\x00', 'no XML'),
    ('a.xml', '<svg/>', 'expected <annotations>, got <svg>'),
    ('a.xml', '<annotations><image/></annotations>', 'for video 1.1'),
    ('a.xml', '<annotations/>', 'a.xml holds no annotated person'),
    ('a.xml', TRACK.format(''), 'a track without a box'),
    ('a.xml', cvat(BOX.format(0, 1), 'ship'), "label 'ship' is not among"),
    ('a.xml', cvat(answered('sitt')), "line 4: 'sitt' is no value"),
    ('a.xml', cvat(BOX.format('x', 1)), 'frame must be a number'),
    ('a.xml', cvat(BOX.format(-1, 1)), 'frame must be a whole number'),
    ('a.xml', cvat(BOX.format(0, 'nan')), 'line 4: xtl is not finite'),
    ('a.xml', cvat(BOX.format(0, 25)), 'line 4: box'),
    ('a.xml', cvat(BOX.format(1, 1) + BOX.format(1, 1)), 'sort the boxes'),
    ('a.xml', cvat(BOX.format(4, 1)), 'frame 4 is beyond the end'),
    ('a.xml', cvat(BOX.format(0, 1), stop=10**9), 'frame 4 is beyond'),
    ('a.xml', cvat(BOX.format(0, 1), stop='x'), 'stop_frame must be'),
    ('a.xml', cvat(TURNED.format('nan')), 'line 4: rotation is not finite'),
    ('a.xml', cvat(TURNED.format('x')), 'line 4: rotation must be a number'),
    (
        'a.xml',
        cvat(BOX.replace('"0"', '"yes"', 1).format(0, 1)),
        'outside must',
    ),
    ('a.xml', TRACK.replace('person', '').format(''), 'without a label'),
    (
        'a.xml',
        '<?xml version="1.0" encoding="ansi"?>' + cvat(BOX.format(0, 1)),
        "a.xml, line 1: declares the encoding 'ansi', which is not known",
    ),
    (
        'a.xml',
        cvat(BOX.format(0, 1)),
        "the attribute 'acton'",
        '--attributes acton',
    ),
    # CSV
    ('a.csv', '', 'a.csv holds no annotated person', '--from csv'),
    ('a.csv', HEAD, 'a.csv holds no annotated person'),
    ('a.csv', 'video,frame,x1,y1\nv,0,1,2\n', 'line 1: the headings lack x2'),
    ('a.csv', HEAD.replace('frame,', ''), 'lack frame (or time_sec)'),
    ('a.csv', HEAD.replace('y1', 'x1'), 'two columns of one name'),
    ('a.csv', GOOD + 'v,0,1,2\n', 'line 3: 4 cells'),
    ('a.csv', GOOD.replace(',', ';'), 'semicolons'),
    ('a.csv', GOOD + 'v,0,1,2,nan,9,sit\n', 'line 3: x2 is not finite'),
    ('a.csv', GOOD + 'v,0,9,2,1,9,sit\n', 'a.csv, line 3: box'),
    ('a.csv', GOOD + 'v,0,99,2,120,9,sit\n', 'a.csv, line 3: box'),
    ('a.csv', GOOD + 'v,0,.1,.2,.3,.4,sit\n', 'smaller than a pixel'),
    ('a.csv', GOOD + 'v,1.5,1,2,9,9,sit\n', 'line 3: frame must be a whole'),
    ('a.csv', GOOD + 'v,4,1,2,9,9,sit\n', 'line 3: frame 4 is beyond the'),
    ('a.csv', GOOD + 'v,0,1,2,20,30,run\n', 'which exclude each other'),
    ('a.csv', GOOD + 'w,0,1,2,9,9,sit\n', 'videos are missing'),
    ('a.csv', GOOD + '../../x,0,1,2,9,9,sit\n', "'../../x' is no name of a"),
    ('a.csv', GOOD + '/etc/x,0,1,2,9,9,sit\n', "'/etc/x' is no name of a"),
    ('a.csv', GOOD + ',0,1,2,9,9,sit\n', 'line 3: video must be a name'),
    ('a.csv', f'{HEAD}v,0,1,2,9,9,\n', 'no person has a label'),
    ('a.csv', GOOD.replace('frame', 'time_sec'), "'--fps'", '--fps 0'),
    (
        'a.csv',
        GOOD.replace('frame', 'time_sec') + 'f,1,1,2,9,9,sit\n',
        'line 3: gives seconds, but videos/f is a folder of frames',
    ),
    ('a.csv', GOOD, "--unseen 'run' is no label", '--unseen run'),
    ('a.csv', GOOD, '--unseen names all labels', '--unseen sit'),
    ('a.csv', GOOD, "--independent 'run' is no", '--independent run'),
    ('a.csv', GOOD, '--config no.py does not exist', '--config no.py'),
    ('a.csv', GOOD, "'--stride'", '--stride 0'),
    ('a.txt', GOOD, 'a.txt: its name does not tell the form'),
    # AVA
    ('a.csv', 'v,0,.1,.2,.3,.4,1\n', 'has numbers for actions: put the'),
    # COCO for video
    ('a.json', '', 'a.json is not valid JSON'),
    ('a.json', '[1, ', 'a.json is not valid JSON'),
    ('a.json', '[]', "lacks 'videos'"),
    ('a.json', coco(images=3), 'images must be a list'),
    ('a.json', coco(videos=[3]), 'videos[0] must be an object'),
    ('a.json', coco(videos=[dict(id=1)]), 'name of its video must be'),
    ('a.json', coco(videos=[dict(id=1, name='../v')]), "'../v' is no name"),
    ('a.json', coco(images=[dict(id=1, video_id=1)]), 'id 1: frame_id must'),
    ('a.json', coco(images=[dict(id=1, video_id=2)]), 'video_id 2 is not in'),
    ('a.json', coco(annotations=[]), 'a.json holds no annotated person'),
    ('a.json', person(category_id=2), 'id 7: category_id 2 is not in'),
    ('a.json', person(image_id=2), 'annotations, id 7: image_id 2'),
    ('a.json', person(bbox=[1, 2, 3]), 'id 7: bbox needs 4 numbers'),
    ('a.json', person(bbox=[1, 2, -9, 3]), 'annotations, id 7: box'),
    ('a.json', person(attributes=dict(actions=['run'])), "'run' is no name"),
    ('a.json', person(attributes=dict(rotation='x')), 'rotation must be a nu'),
    ('a.json', person(iscrowd=2), 'id 7: iscrowd must be 0 or 1, got 2'),
    ('a.json', person(iscrowd=1), 'a.json holds no annotated person'),
]


@pytest.fixture
def folder(folder):
    """A video and a folder of frames."""
    frames = np.zeros((4, 64, 64, 3), np.uint8)
    write_video(folder / 'videos/v.mp4', frames)
    write_frames(folder / 'videos/f', frames[:1])
    return folder


@pytest.mark.parametrize('case', CASES, ids=lambda case: case[2])
def test_one_line(folder, capfd, case):
    name, content, words, *options = case
    more = ' '.join(options)
    line = f'convert-data in/{name} --videos videos --out out {more}'
    assert_refused(folder, {f'in/{name}': content}, line, words, capfd)


@pytest.mark.parametrize(
    'action, words',
    [
        ('2', 'a.csv, line 1 (v,0,.1,.2,.3,.4,2): in/a.pbtxt has no action 2'),
        ('x', 'action_id must be a number'),
    ],
)
def test_numbers_of_ava(folder, capfd, action, words):
    put(folder / 'in/a.pbtxt', AVA_LIST)
    put(folder / 'in/a.csv', f'v,0,.1,.2,.3,.4,{action}\n')
    line = 'convert-data in/a.csv --videos videos --out out'
    assert_one_line(line, words, capfd)


@pytest.mark.parametrize(
    'line, words',
    [
        ('no.xml --videos videos', 'no.xml'),
        ('empty --videos videos', 'empty holds no annotations'),
        ('a.csv --videos no', 'the folder of the videos, no, does not'),
        ('a.csv', "'--videos'"),
        ('a.csv --videos videos', 'out/annotations.json is there already'),
        ('a.csv --videos videos --from voc', "'--from'"),
    ],
)
def test_files_that_are_or_are_not_there(folder, capfd, line, words):
    put(folder / 'a.csv', GOOD)
    (folder / 'empty').mkdir()
    put(folder / 'out/annotations.json', 'mine')
    before = everything(folder)
    if '--videos no' in line:
        line = f'{line} --overwrite'
    assert_one_line(f'convert-data {line} --out out', words, capfd)
    assert everything(folder) == before
