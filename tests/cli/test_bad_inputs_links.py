"""Bad input of ``stclip link-persons``: one line, and nothing is written."""

import pytest
from bad_inputs import FOLDER, assert_refused, ids
from small_annotations import ANN, BOXES, GOOD, IMAGE, box, image, other

LINK = 'link-persons --annotations ann.json --out out.csv '
DETECTED = f'{LINK} --boxes boxes.json '
BY_TIME = 'link-persons --annotations ann.csv --out out.csv '
BY_MOMENT = f'{BY_TIME} --boxes boxes.csv '
ROW = 'a,901,0,0,1,1'


def boxes_csv(text):
    return {'boxes.csv': text}


CASES = [
    # Arguments.
    ('link-persons --out out.csv', {}, "'--annotations'"),
    ('link-persons --annotations ann.json', {}, "'--out'"),
    (f'{LINK} --det-thr 2', {}, "'--det-thr': 2"),
    (f'{LINK} --fps 0', {}, "'--fps': 0"),
    (f'{LINK} --start-sec nan', {}, "'--start-sec': nan"),
    (f'{LINK} --out out.json', {}, '--out must be a .csv, got out.json'),
    (f'{BY_TIME} --out ann.csv', {}, 'ann.csv would be written over'),
    (
        f'{BY_TIME} --boxes boxes.csv --out ./boxes.csv --overwrite',
        boxes_csv(f'{ROW},0.9\n'),
        'boxes.csv would be written over',
    ),
    (f'{LINK} --out file/out.csv', {}, 'file is a file'),
    (LINK, {'out.csv': 'old'}, 'out.csv is there already; --overwrite'),
    # Files.
    (LINK, {'ann.json': None}, 'ann.json does not exist'),
    (LINK, {'ann.json': FOLDER}, 'ann.json is a folder'),
    (LINK, {'ann.json': 'text'}, 'ann.json is not valid JSON'),
    (DETECTED, {'boxes.json': None}, 'boxes.json does not exist'),
    (DETECTED, {'boxes.json': 'text'}, 'boxes.json is not valid JSON'),
    (BY_MOMENT, boxes_csv(''), 'boxes.csv is empty'),
    # Entries and lines.
    (LINK, {'ann.json': other(ANN, annotations=[])}, 'ann.json holds no per'),
    (DETECTED, box(bbox=[1, 2]), 'boxes.json, entry 0 bbox needs 4'),
    (DETECTED, box(bbox=[9, 6, 4, 18]), 'image 1: box [9.0, 6.0, 4.0, 18.0]'),
    (DETECTED, box(image_id=5), 'boxes.json has persons of the image 5'),
    (
        DETECTED,
        {'boxes.json': {'z,901': [[0, 0, 1, 1, 0.9]]}},
        "boxes.json has persons of the video 'z', which ann.json does not",
    ),
    (
        LINK,
        image(id=2)
        | {
            'ann.json': other(
                ANN, images=[IMAGE, other(IMAGE, id=2, seconds=3.0)]
            )
        },
        'ann.json places some keyframes by frame and others by seconds',
    ),
    (BY_TIME, {'ann.csv': 'a,901,0,0,1\n'}, 'ann.csv, line 1 (a,901,0,0,1)'),
    (BY_TIME, {'ann.csv': f'{ROW},1,x\n'}, 'person_id must be a number'),
    (
        BY_TIME,
        {'ann.csv': f'{ROW},1,1\nb,901,0,0,1,1,1\n'},
        'ann.csv, line 2 (b,901,0,0,1,1,1): some lines have a person_id',
    ),
    (BY_TIME, {'ann.csv': 'a,3,0,0,1,1,1,1\n'}, 'a,3 is no moment from sec'),
    (BY_TIME, {'ann.csv': 'a,901,1,0,0,1,1,1\n'}, 'a,901: box [1.0, 0.0,'),
    (BY_TIME, {'ann.csv': '\n'}, 'ann.csv holds no person'),
    (BY_MOMENT, boxes_csv('a,901,0,0,1\n'), 'boxes.csv, line 1'),
    (BY_MOMENT, boxes_csv('a,3,0,0,1,1,0.9\n'), 'boxes.csv, a,3 is no mom'),
    (
        BY_MOMENT,
        boxes_csv('z,901,0,0,1,1,0.9\n'),
        "boxes.csv has persons of the video 'z', which ann.csv does not list",
    ),
    (
        f'{BY_TIME} --boxes boxes.json',
        {'boxes.json': [BOXES]},
        'boxes.json has persons of the image 1, which ann.csv does not list',
    ),
]


@pytest.mark.parametrize('line, files, words', CASES, ids=ids(CASES))
def test_one_line(folder, capfd, line, files, words):
    assert_refused(folder, GOOD | files, line, words, capfd)
