"""Bad input to the data commands, each ending in one line.

Each row is a command line, what the files named in it hold (the other ones
are good), and words that the line must have. No model is built on the way.
"""

import os

import pytest
import torch
from bad_inputs import (
    ANY,
    BINARY,
    FOLDER,
    LATIN,
    MARK,
    NO_CHECKPOINTS,
    PICKLED,
    WIDE,
    assert_one_line,
    each,
    ids,
    put,
)
from small_annotations import (
    ANN,
    BOX,
    GOOD,
    NAN,
    PRED,
    box,
    found,
    image,
    other,
    person,
    tube,
)

CONFIG = 'configs/person_detector/zs_stage_tiny.py'
WEIGHTS = 'data/pretrained/tiny_person_detector/tiny_person_detector.pth'
DETECT = (
    f'detect-persons {CONFIG} --checkpoint {WEIGHTS} --videos videos '
    '--out out.json '
)
BY_FRAME = f'{DETECT} --annotations ann.json '
BY_TIME = f'{DETECT} --annotations ann.csv --out out.csv '
FRAME_MAP = 'eval frame-map --gt pred.json --pred pred.json '
VIDEO_MAP = 'eval video-map --tubes tubes.json --pred pred.json '
RECALL = 'eval person-boxes --annotations ann.json --boxes boxes.json '


def checkpoint(**content):
    return lambda path: torch.save(content, path)


def pipe(path):
    """In place of /dev/null, which a failing test would replace."""
    os.mkfifo(path)


CLASSES = dict(dataset_meta=dict(classes=['dog', 'cat']))
SCALAR = torch.zeros(())
OTHER_SEPARATORS = ['a;901', 'a\t901', 'sep=;\na;901', 'sep=,\na,901']
ANY_CSV = [
    *('', BINARY, MARK + b'a,901', LATIN, WIDE, 'text', FOLDER),
    *OTHER_SEPARATORS,
]


CASES = [
    (
        DETECT,
        {'videos/caf\udce9.mp4': ''},
        r'caf\xe9: this name is not UTF-8, in which results are written',
    ),
    # Persons: arguments.
    (f'{DETECT} --batch-size 0', {}, "'--batch-size': 0"),
    (f'{DETECT} --batch-size many', {}, "'--batch-size': 'many'"),
    (f'{DETECT} --fps 0', {}, "'--fps': 0"),
    (f'{DETECT} --fps -3', {}, "'--fps': -3"),
    (f'{DETECT} --fps nan', {}, "'--fps': nan"),
    (f'{DETECT} --fps inf', {}, "'--fps': inf"),
    (f'{DETECT} --start-sec nan', {}, "'--start-sec': nan"),
    (f'{DETECT} --start-sec -1', {}, "'--start-sec': -1"),
    (f'{DETECT} --score-threshold 1.5', {}, "'--score-threshold': 1.5"),
    (f'{DETECT} --score-threshold -1', {}, "'--score-threshold': -1"),
    (f'{DETECT} --score-threshold nan', {}, "'--score-threshold': nan"),
    (f'{DETECT} --device gpu', {}, "device 'gpu' is not here"),
    (f'{DETECT} --device cuda:99', {}, "device 'cuda:99' is not here"),
    (f'{DETECT} --annotation ann.json', {}, "'--annotation'"),
    (f'detect-persons {CONFIG} --videos videos', {}, "'--out'"),
    (f'detect-persons {CONFIG} --out out.json', {}, "'--videos'"),
    ('detect-persons --videos videos --out out.json', {}, "'CONFIG'"),
    (f'{BY_FRAME} --out out.csv', {}, 'must both be .json or .csv'),
    (f'{DETECT} --out out.txt', {}, 'out.txt'),
    (f'{DETECT} --out folder.json', {'folder.json': FOLDER}, 'is a folder'),
    (f'{DETECT} --out file/out.json', {}, 'file is a file'),
    (f'{DETECT} --out /proc/no/out.json', {}, '/proc cannot be written'),
    (DETECT, {'out.json.parts': 'text'}, 'out.json.parts is a file'),
    (f'{BY_FRAME} --out ann.json', {}, 'ann.json would be written over'),
    (
        f'{BY_FRAME} --out ./videos/../ann.json --overwrite',
        {},
        'ann.json would be written over ann.json',
    ),
    (BY_FRAME, {'out.json': []}, 'out.json is there already; --overwrite'),
    (BY_TIME, {'out.csv': 'old'}, 'out.csv is there already; --overwrite'),
    # Persons: files.
    (f'{DETECT} --videos nowhere', {}, 'nowhere, does not exist'),
    (f'{DETECT} --videos file', {}, 'file, does not exist or is a file'),
    (f'{DETECT} --checkpoint no.pth', {}, 'no.pth does not exist'),
    (f'{DETECT} --checkpoint videos', {}, 'videos is a folder'),
    (
        f'{DETECT} --checkpoint file',
        {},
        'file is a text file',
    ),
    (f'{DETECT} --checkpoint a.pth', {'a.pth': ''}, 'a.pth is empty'),
    (
        f'{DETECT} --checkpoint a.pth',
        {'a.pth': BINARY},
        'a.pth is cut off',
    ),
    (
        f'{DETECT} --checkpoint a.pth',
        {'a.pth': checkpoint(state_dict='text')},
        'a.pth holds no weights in its state_dict',
    ),
    (
        f'{DETECT} --checkpoint a.pth',
        {'a.pth': lambda path: torch.save([1, 2], path)},
        'a.pth holds a list, not a checkpoint',
    ),
    (
        f'{DETECT} --checkpoint a.pth',
        {'a.pth': checkpoint(state_dict=dict(w=SCALAR), meta=CLASSES)},
        "no class 'person', only dog, cat",
    ),
    (
        f'detect-persons {CONFIG} --videos videos --out out.json',
        {},
        'names no weights: --checkpoint',
    ),
    *(
        (DETECT.replace(CONFIG, name), {name: content}, words)
        for name, content, words in [
            ('no.py', None, 'no.py does not exist'),
            ('a.py', FOLDER, 'a.py is a folder'),
            ('a.py', 'model = (', 'a.py, line 1'),
            ('a.py', BINARY, 'a.py is not a text file in UTF-8'),
            ('a.py', LATIN, 'a.py is not a text file in UTF-8'),
            ('a.py', '\ufeffa = 1'.encode(), 'a.py starts with a byte order'),
            ('a.py', 'a = 1'.encode('utf-16'), 'a.py starts with a byte ord'),
            ('a.py', '_base_ = "gone.py"', 'a.py, or a base of it'),
            ('a.py', '1 / 0', 'a.py, line 1'),
            ('a.txt', 'text', 'a.txt: OSError'),
            ('a.json', '[1]', 'a.json: '),
            ('a.py', '', 'a.py is no config of a detector of mmdet'),
            ('a.py', 'model = 5', 'a.py is no config of a detector'),
            ('a.py', 'model = dict(type="Nobody")', "its model is 'Nobody'"),
            ('a.py', 'model = dict(type="ResNet")', "its model is 'ResNet'"),
            ('a.py', 'model = dict(type="FasterRCNN")', 'test_dataloader'),
            (
                'a.py',
                'model = dict(type="FasterRCNN")\n'
                'test_dataloader = dict(dataset=dict(pipeline=[]))',
                'needs test_dataloader.dataset.pipeline',
            ),
            (
                'a.py',
                'model = dict(type="FasterRCNN")\ntest_dataloader = '
                'dict(dataset=dict(pipeline=[dict(type="Resize")]))',
                'must start with LoadImageFromFile, got Resize',
            ),
        ]
    ),
    (DETECT.replace(CONFIG, 'configs/zs_stage_single.py'), {}, 'STCLIP'),
    # Persons: data.
    (f'{DETECT} --videos empty', {'empty': FOLDER}, 'empty holds no video'),
    *each(BY_FRAME, 'ann.json'),
    *each(BY_TIME, 'ann.csv', [None, *ANY_CSV]),
    (BY_TIME, {'ann.csv': 'a,899'}, 'line 1'),
    (BY_TIME, {'ann.csv': 'a,901\na,inf'}, 'line 2'),
    (BY_TIME, {'ann.csv': 'a,901\n\na,nan'}, 'line 3'),
    (BY_TIME, {'ann.csv': 'gone,901'}, '1 of 1 videos are missing'),
    (BY_FRAME, image(movie='gone'), '1 of 1 videos are missing'),
    (BY_FRAME, image(movie=7), 'image 1: movie must be a name, got 7'),
    (BY_FRAME, image(movie=''), 'image 1: movie must be a name'),
    (BY_FRAME, image(timestamp='noon'), 'must be a number, got'),
    (BY_FRAME, image(seconds=NAN), 'seconds (since the first frame) is n'),
    (BY_FRAME, image(seconds=-2), 'must be a number from 0 to 1e+10'),
    (BY_FRAME, image(height=0), 'height must be a whole number from 1'),
    (BY_FRAME, image(height=float('inf')), 'ann.json'),
    (BY_FRAME, image(id=[1]), 'ann.json'),
    (BY_FRAME, {'ann.json': other(ANN, images=[])}, 'name the image 1'),
    (
        BY_FRAME,
        {'ann.json': other(ANN, images=[], annotations=[])},
        'lists no frame',
    ),
    (BY_FRAME, {'ann.json': other(ANN, images='all')}, 'images must be a li'),
    (BY_FRAME, {'ann.json': other(ANN, images=[5])}, 'images must be a list'),
    (
        BY_FRAME,
        {'ann.json': other(ANN, action_categories=[dict(id=1, name=5)])},
        'action_categories[0] name must be a name, got 5',
    ),
    (BY_FRAME, person(bbox=[1, 2, NAN, 3]), 'is not finite'),
    (BY_FRAME, person(bbox=[1, 2, 3]), 'bbox needs 4 numbers'),
    (BY_FRAME, person(bbox=None), 'annotation at 0'),
    (BY_FRAME, person(action_ids=[9]), 'action id 9 is unknown'),
    (BY_FRAME, person(action_ids=[float('inf')]), 'ann.json'),
    *each(
        DETECT,
        'out.json.parts/a.jsonl',
        ['text\n', b'\xff\xfe\n', '{"config": "other"}\n', '[]\n'],
    ),
    # Persons: names.
    *(
        (f'{DETECT} --checkpoint {address}', {}, words)
        for address, words in NO_CHECKPOINTS
    ),
    (
        f'{DETECT} --videos v',
        {'v/a.mp4': '', 'v/a.MOV': ''},
        'v/a.mp4 have the same name',
    ),
    (
        f'{DETECT} --videos v',
        {'v/x/a.mp4': '', 'v/y/a.mp4': ''},
        'have the same name',
    ),
    (
        f'{BY_FRAME} --videos v',
        {'v/a.mp4': '', 'v/a.ts': ''},
        "'a' may be v/a.mp4 or v/a.ts: rename one",
    ),
    (
        f'{BY_FRAME} --videos v',
        {'v/x/a.mp4': '', 'v/y/a.mp4': ''},
        "'a' may be v/x/a.mp4 or v/y/a.mp4: rename one",
    ),
    (
        f'{DETECT} --videos v',
        {'v/._a.mp4': '', 'v/.DS_Store': ''},
        'v holds no video',
    ),
    (f'{DETECT} --videos v', {'v/a.xyz': ''}, 'a.xyz, whose suffix is none'),
    (f'{BY_FRAME} --videos v', {'v/a.xyz': ''}, 'a.xyz, whose suffix is none'),
    *(
        (BY_FRAME, image(movie=name), f"'{name}' is no name of a video below")
        for name in ('../videos/a', '/etc/passwd', 'a/..', '.', 'a/../../a')
    ),
    # Recall of a box file.
    *each(RECALL, 'ann.json'),
    *each(RECALL, 'boxes.json', [c for c in ANY if c != '{}']),
    *each(RECALL.replace('boxes.json', 'boxes.csv'), 'boxes.csv', ANY_CSV[1:]),
    *each(
        RECALL.replace('boxes.json', 'boxes.pkl'),
        'boxes.pkl',
        ['', 'text', BINARY, PICKLED],
    ),
    (f'{RECALL} --iou-thr 0', {}, "'--iou-thr': 0"),
    (f'{RECALL} --iou-thr 2', {}, "'--iou-thr': 2"),
    (f'{RECALL} --iou-thr nan', {}, "'--iou-thr': nan"),
    (f'{RECALL} --det-thr -0.1', {}, "'--det-thr': -0.1"),
    (f'{RECALL} --det-thr nan', {}, "'--det-thr': nan"),
    (f'{RECALL} --json file/out', {}, 'file is a file'),
    (f'{RECALL} --json videos', {}, 'videos is a folder'),
    (f'{RECALL} --json ann.json', {}, 'ann.json would be written over'),
    (f'{RECALL} --json ./boxes.json --overwrite', {}, 'over boxes.json'),
    (
        f'{RECALL} --label-file a.txt --json a.txt --overwrite',
        {'a.txt': 'run'},
        'a.txt would be written over a.txt',
    ),
    (f'{RECALL} --json file', {}, 'file is there already; --overwrite'),
    (f'{RECALL} --json pipe', {'pipe': pipe}, 'pipe is no ordinary file'),
    (f'{RECALL} --label-file gone.txt', {}, 'gone.txt does not exist'),
    (f'{RECALL} --label-file a.txt', {'a.txt': ''}, 'ann.json'),
    (f'{RECALL} --label-file a.txt', {'a.txt': LATIN}, 'a.txt is not a text'),
    (f'{RECALL} --label-file a.txt', {'a.txt': 'run\nrun'}, 'twice'),
    *each(
        f'{RECALL} --label-file a.txt',
        'a.txt',
        [WIDE, MARK + b'run', 'run\n\x1a', '["run", "sit"]', '# run\nsit'],
    ),
    *each(
        RECALL, 'ann.json', ['{"images": [], "images": []}', '{"a": "\ufeff"}']
    ),
    (RECALL, {'ann.json': other(ANN, annotations=[])}, 'no annotated person'),
    (RECALL, box(image_id=5), 'boxes of 1 images, such as 5, but of none'),
    (RECALL, box(image_id=[5]), 'entry 0'),
    (RECALL, box(bbox=[1, 2, 3]), 'entry 0'),
    (RECALL, box(bbox=[1, 2, NAN, 3]), 'entry 0 bbox[2] is not finite'),
    (RECALL, box(score='high'), 'entry 0'),
    (RECALL, box(score=NAN), 'entry 0 score is not finite'),
    (RECALL, {'boxes.json': {'a,901': 5}}, 'expected a list of boxes'),
    (RECALL, {'boxes.json': {'a,901': [5]}}, 'expected a list of boxes'),
    (RECALL, {'boxes.json': {'a': [BOX]}}, "'a': expected "),
    (
        RECALL.replace('boxes.json', 'boxes.csv'),
        {'boxes.csv': 'a,1,0,0,1,1,1'} | image(timestamp='x', seconds=1),
        'must be a number',
    ),
    # Frame mAP and video mAP; more rows: test_detection_file.py.
    *each(FRAME_MAP, 'pred.json'),
    *each(VIDEO_MAP, 'pred.json'),
    *each(VIDEO_MAP, 'tubes.json'),
    (f'{FRAME_MAP} --iou-thr 0', {}, "'--iou-thr': 0"),
    (f'{FRAME_MAP} --iou-thr 50', {}, "'--iou-thr': 50"),
    (f'{FRAME_MAP} --iou-thr nan', {}, "'--iou-thr': nan"),
    (f'{FRAME_MAP} --json file/out', {}, 'file is a file'),
    (f'{FRAME_MAP} --json pred.json', {}, 'pred.json would be written over'),
    (f'{VIDEO_MAP} --json tubes.json', {}, 'tubes.json would be written ov'),
    (f'{VIDEO_MAP} --json file', {}, 'file is there already; --overwrite'),
    ('eval frame-map --gt pred.json', {}, "'--pred'"),
    ('eval', {}, 'Missing command'),
    ('eval frame-mAP', {}, "No such command 'frame-mAP'"),
    (
        FRAME_MAP,
        {'pred.json': other(PRED, gt=[], detections=[])},
        'hold no keyframe',
    ),
    (
        FRAME_MAP,
        {'pred.json': other(PRED, image_ids=[['a']])},
        'image_ids[0] must be an integer',
    ),
    (FRAME_MAP, found(boxes=[[1, 2, NAN, 4]]), 'must be finite'),
    (FRAME_MAP, found(boxes=[[1, 2, 3]]), 'must be numbers of shape (1, 4)'),
    (VIDEO_MAP, found(timestamp='noon'), "got 'noon'"),
    (VIDEO_MAP, found(timestamp=None), 'got None'),
    (VIDEO_MAP, tube(action='fly'), 'no annotated tube of run, sit'),
    (VIDEO_MAP, tube(action=['fly']), 'tubes.json, tube 0'),
    (VIDEO_MAP, tube(boxes=[BOX, [1, NAN, 3, 4]]), 'tube 0'),
    (VIDEO_MAP, tube(frames=['a', 'b']), 'tube 0'),
    (VIDEO_MAP, tube(frames=[2, 1]), 'must ascend'),
    (f'{VIDEO_MAP} --top-k 0', {}, "'--top-k': 0"),
    (f'{VIDEO_MAP} --min-length 0', {}, "'--min-length': 0"),
    (f'{VIDEO_MAP} --nms-iou nan', {}, "'--nms-iou': nan"),
    (f'{VIDEO_MAP} --link-iou 2', {}, "'--link-iou': 2"),
]


@pytest.mark.parametrize('line, files, words', CASES, ids=ids(CASES))
def test_one_line(folder, frames_of_a, line, files, words, capfd):
    for name, content in (GOOD | files).items():
        put(folder / name, content)
    assert_one_line(line, words, capfd)
