"""Annotations, boxes and results of another form than wanted: one line each.

Each row is a command line, what the file named in it holds, and words that
the line must have: the key, line or entry and the field.
"""

import copy
import pickle

import numpy as np
import pytest
from bad_inputs import assert_one_line, ids, put
from small_annotations import (
    ANN,
    BOX,
    BOXES,
    GOOD,
    IMAGE,
    NAN,
    PERSON,
    PRED,
    TRUTH,
    box,
    found,
    image,
    other,
    person,
    tube,
)

INF = float('inf')
CONFIG = 'configs/person_detector/zs_stage_tiny.py'
WEIGHTS = 'data/pretrained/tiny_person_detector/tiny_person_detector.pth'
DETECT = (
    f'detect-persons {CONFIG} --checkpoint {WEIGHTS} --videos videos '
    '--annotations ann.'
)
BY_FRAME = f'{DETECT}json --out out.json'
BY_TIME = f'{DETECT}csv --out out.csv'
FRAME_MAP = 'eval frame-map --gt pred.json --pred pred.json'
VOTED = f'{FRAME_MAP} --soft-voting'
VIDEO_MAP = 'eval video-map --tubes tubes.json --pred pred.json'
RECALL = 'eval person-boxes --annotations ann.json --boxes boxes.'
FRACTIONS = [0.1, 0.25, 0.5, 0.75]
IN_SECONDS = dict(id=1, movie='a', timestamp='901', seconds=1)


def actions(*entries):
    return {'ann.json': other(ANN, action_categories=list(entries))}


def images(*entries):
    return {'ann.json': other(ANN, images=list(entries))}


def truth(**values):
    return {'pred.json': other(PRED, gt=[other(TRUTH, **values)])}


def result(**values):
    return {'pred.json': other(PRED, **values)}


def without(good, key):
    return {k: v for k, v in good.items() if k != key}


def by_seconds(bbox):
    """An image without height and width, so boxes are fractions."""
    return {
        'ann.json': other(
            ANN,
            images=[IN_SECONDS],
            annotations=[other(PERSON, bbox=bbox)],
        )
    }


def pickled(content):
    return {'boxes.pkl': pickle.dumps(content)}


RUN, SIT = (copy.deepcopy(action) for action in ANN['action_categories'])
HUGE = 2**70
ANNOTATIONS = [
    # Frames, times and sizes.
    (image(timestamp=0), 'image 1: timestamp (frames count from 1)'),
    (image(timestamp=-3), 'image 1: timestamp'),
    (image(timestamp=1.5), 'must be a whole number from 1 to 2147483647'),
    (image(timestamp='1.5'), "got '1.5'"),
    (image(timestamp=True), 'timestamp (frames count from 1) must be a numb'),
    (image(timestamp=None), 'got None'),
    (image(timestamp=[1]), 'got [1]'),
    (image(timestamp=HUGE), 'from 1 to 2147483647'),
    (image(timestamp='1_0'), "must be a number, got '1_0'"),
    (image(timestamp=NAN), 'timestamp (frames count from 1) is not finite'),
    (
        images(without(IMAGE, 'timestamp')),
        "image 1 lacks 'timestamp'",
    ),
    (image(seconds=None), 'seconds (since the first frame) must be a number'),
    (image(seconds=True), 'got True'),
    (image(seconds='soon'), "got 'soon'"),
    (image(seconds=INF), 'is not finite'),
    (image(seconds=1e300), 'from 0 to 1e+10, got 1e+300'),
    (image(seconds=1, timestamp=None), 'image 1: timestamp must be a number'),
    (image(height=24.5), 'height must be a whole number from 1 to 100000'),
    (image(height=True), 'image 1: height must be a number, got True'),
    (image(height=HUGE), 'height must be a whole number from 1 to 100000'),
    (image(width=-32), 'image 1: width must be a whole number'),
    (image(width=None), 'image 1: width must be a number, got None'),
    (image(width=[32]), 'got [32]'),
    (
        images(without(other(IMAGE, file_name='a/1.jpg'), 'movie')),
        "of COCO's kind have file_name instead of movie",
    ),
    (
        images(without(without(IMAGE, 'movie'), 'id') | {'file_name': 'a'}),
        'docs/formats.md#annotations has the form',
    ),
    (
        {
            'ann.json': other(
                ANN,
                categories=[dict(id=1, name='person')],
                annotations=[
                    dict(image_id=1, bbox=[4, 6, 8, 9], category_id=1, id=1)
                ],
            )
        },
        'category_id instead of action_ids, categories instead of action_',
    ),
    (
        {'ann.json': dict(images=[IMAGE], annotations=[PERSON])},
        "its keys are ['images', 'annotations']",
    ),
    (
        {'ann.json': dict(metadata={}, file={})},
        'no action_categories: set label_file, or write annotations as',
    ),
    (images(without(IMAGE, 'width')), "image 1 lacks 'width'"),
    # Names and ids.
    (image(movie=None), 'image 1: movie must be a name, got None'),
    (image(movie=['a']), "got ['a']"),
    (image(movie=' '), "movie must be a name, got ' '"),
    (images(without(IMAGE, 'movie')), "image 1 lacks 'movie'"),
    (image(id=None), 'image id must be an integer or a string, got None'),
    (image(id={}), 'got {}'),
    (image(id=1.5), 'got 1.5'),
    (image(id=True), 'got True'),
    (image(id=''), "got ''"),
    (images(without(IMAGE, 'id')), "images[0] lacks 'id'"),
    (
        images(IMAGE, other(IMAGE, id='1', movie='b')),
        'image ids 1 and "1" differ in their quotes alone',
    ),
    (person(image_id='1'), "the image '1', which is not among"),
    (person(image_id=[1]), 'image_id must be an integer or a string'),
    (person(image_id=None), 'annotation at 0: image_id'),
    # Boxes.
    (person(bbox='1234'), "bbox needs 4 numbers, [x1, y1, x2, y2], got '1234"),
    (person(bbox=dict(x=1, y=2, w=3, h=4)), 'bbox needs 4 numbers'),
    (person(bbox=[BOX]), 'bbox needs 4 numbers'),
    (person(bbox=[*BOX, 0.9]), 'bbox needs 4 numbers'),
    (person(bbox=[]), 'bbox needs 4 numbers'),
    (person(bbox=[4, 6, 16, None]), 'bbox[3] must be a number, got None'),
    (person(bbox=[4, 6, 16, True]), 'bbox[3] must be a number, got True'),
    (person(bbox=[4, 6, 16, 'x']), "bbox[3] must be a number, got 'x'"),
    (person(bbox=[4, 6, INF, 18]), 'bbox[2] is not finite'),
    (person(bbox=[4, 6, 1e300, 18]), 'bbox[2] must be a number from -1'),
    (person(bbox=[4, 6, HUGE, 18]), 'bbox[2] must be a number from -1'),
    (person(bbox=[20, 6, 8, 9]), 'is inverted'),
    (person(bbox=FRACTIONS), 'persons under a pixel: all 1 boxes'),
    (person(bbox=[0, 0, 1, 0.5]), 'seem to be fractions of the frame'),
    (by_seconds(BOX), 'image 1: box [4.0, 6.0, 16.0, 18.0] seems to be in px'),
    (by_seconds([0, 0, 300, 200]), 'fractions of the frame here, 0 to 1'),
    (by_seconds([-40, -30, 0.5, 0.5]), 'seems to be in px'),
    # Actions.
    (person(action_ids='12'), "action_ids must be a list, got '12'"),
    (person(action_ids=1), 'action_ids must be a list, got 1'),
    (person(action_ids=None), 'action_ids must be a list, got None'),
    (person(action_ids={'1': 1}), 'action_ids must be a list'),
    (person(action_ids=[1.5]), 'action_ids must be a whole number'),
    (person(action_ids=[True]), 'action_ids must be a number, got True'),
    (person(action_ids=[[1]]), 'action_ids must be a number, got [1]'),
    (person(action_ids=[0]), 'action id 0 is unknown; there are 2 actions, '),
    (person(action_ids=[HUGE]), 'action_ids must be a whole number'),
    (actions(RUN, other(SIT, id=2.5)), 'action_categories[1] id must be a w'),
    (actions(RUN, other(SIT, id=None)), 'action_categories[1] id must be a n'),
    (actions(RUN, other(SIT, id=[2])), 'action_categories[1] id'),
    (actions(RUN, other(SIT, id='two')), "got 'two'"),
    (actions(RUN, other(SIT, name=None)), 'action_categories[1] name'),
    (actions(RUN, other(SIT, name='')), 'action_categories[1] name'),
    (actions(other(RUN, exclusive='false')), 'exclusive must be true or fal'),
    (actions(other(RUN, exclusive=0)), 'exclusive must be true or false, wi'),
    (actions(other(RUN, exclusive=None)), 'exclusive must be true or false'),
    (actions(without(RUN, 'id'), SIT), "action_categories[0] lacks 'id'"),
    (actions(without(RUN, 'name'), SIT), "action_categories[0] lacks 'name'"),
    ({'ann.json': without(ANN, 'images')}, "lacks 'images'"),
    ({'ann.json': other(ANN, annotations=None)}, 'annotations must be a list'),
]
ROWS = [
    ('a,-1', 'timestamp must be a second from 0'),
    ('a,1e300', 'timestamp must be a second from 0 to 1e+10'),
    (',901', "video must be a name, got ''"),
    ('a', 'timestamp is missing'),
    ('a;901;0;0;1;1;1', 'semicolons'),
    ('a,901\nvideo,timestamp', 'line 2 (video,timestamp): expected video,t'),
    (',video,timestamp,x1\n0,a,901,0', 'index=False'),
    ('Unnamed: 0,video,timestamp\n0,a,901', 'index=False'),
    ('timestamp,video,time\n901,a,1', "the second is 'video'"),
    ('video,x1,timestamp\na,0,901', "the second is 'x1'"),
    ('video,timestamp,x1,x2,y1,y2\na,901,0,1,0,1', 'x2 is column 4'),
    ('0,a,901,0,0,1,1', "timestamp must be a number, got 'a'"),
]
BOX_ROWS = [
    ('', 'boxes.csv is empty'),
    ('a,901,0,0,300,200,0.9', 'line 1 (a,901,0,0,300,200,0.9): box [0.0, '),
    ('a,901,0,0,1,1', 'score is missing'),
    ('a,901,0,0,1,1,high', "score must be a number, got 'high'"),
    ('a,901,0,0,1,1,inf', 'score is not finite'),
    ('a,901,0,,1,1,0.9', "y1 must be a number, got ''"),
    ('a,901,0,0,1,True,0.9', "y2 must be a number, got 'True'"),
    ('a,-901,0,0,1,1,0.9', 'timestamp must be a second from 0'),
    ('a,901,.5,.5,.4,.9,0.9', 'is inverted, or x, y, width and height'),
    ('v,time,ymin,xmin,ymax,xmax,score', 'but ymin is column 3'),
    ('v,sec,x1,y1,x2,y2,id\na,901,0,0,1,1,9', 'no column is called score'),
]
ENTRIES = [
    (
        box(bbox='1234'),
        'entry 0 bbox needs 4 numbers, [x1, y1, x2, y2], got',
    ),
    (box(bbox=[BOX]), 'entry 0 bbox needs 4 numbers'),
    (box(bbox=[*BOX, 0.5]), 'entry 0 bbox needs 4 numbers'),
    (box(bbox=dict(x1=1)), 'entry 0 bbox needs 4 numbers'),
    (box(bbox=[4, 6, 16, False]), 'entry 0 bbox[3] must be a number, got F'),
    (box(score=None), 'entry 0 score must be a number, got None'),
    (box(score=True), 'entry 0 score must be a number, got True'),
    (box(score=[0.5]), 'entry 0 score must be a number, got [0.5]'),
    (box(image_id=None), 'entry 0 image_id must be an integer or a string'),
    (box(image_id=1.5), 'entry 0 image_id'),
    (box(image_id={}), 'entry 0 image_id'),
    ({'boxes.json': [without(BOXES, 'score')]}, "entry 0 lacks 'score'"),
    ({'boxes.json': [5]}, 'entry 0 must be an object, got 5'),
    (box(bbox=FRACTIONS), 'persons under a pixel'),
    (
        box(bbox=[20, 6, 8, 9]),
        'entry 0, image 1: box [20.0, 6.0, 8.0, 9.0] (x1, y1, x2, y2) is inv',
    ),
    (by_seconds(FRACTIONS), 'image 1: box [4.0, 6.0, 16.0, 18.0] seems to b'),
    ({'boxes.json': {'a,901': [BOX]}}, "'a,901', box 0: expected [x1, y1, x"),
    ({'boxes.json': {'a,now': [[0, 0, 1, 1, 1]]}}, "got 'now'"),
    ({'boxes.json': {'a,901': [[0, 0, 30, 20, 1]]}}, 'seems to be in px'),
    ({'boxes.json': {'a,901': ['12345']}}, "got ['12345']"),
]
PICKLES = [
    ({('a', 901): [FRACTIONS]}, "('a', 901), box 0: expected [x1, y1, x2,"),
    ({('a', 901): np.zeros((1, 6))}, "('a', 901), box 0: expected [x1, y1"),
    ({('a',): [[*FRACTIONS, 1]]}, "('a',): expected"),
    ({901: [[*FRACTIONS, 1]]}, '901: expected "video,timestamp" or (video'),
    ({('a', 'b'): [[*FRACTIONS, 1]]}, "timestamp must be a number, got 'b'"),
    ({('a', True): [[*FRACTIONS, 1]]}, 'timestamp must be a number, got True'),
    ({(None, 901): [[*FRACTIONS, 1]]}, 'video must be a name, got None'),
    ({'a,901': np.full((1, 5), NAN)}, 'is not finite'),
    ({'a,901': np.ones(5)}, 'expected a list of boxes'),
]
RESULTS = [
    (FRAME_MAP, found(scores=[[NAN, 0.1]]), 'detections[0].scores'),
    (FRAME_MAP, found(scores=[['0.8', '0.1']]), 'must be numbers of shape'),
    (FRAME_MAP, found(scores=[[True, 0.1]]), 'must be numbers of shape'),
    (FRAME_MAP, found(scores=[[0.8, 0.1, 0.1]]), 'shape (1, 2)'),
    (FRAME_MAP, found(boxes=['1234']), 'must be numbers of shape (1, 4)'),
    (FRAME_MAP, found(boxes=[[4, 6, HUGE, 18]]), 'must be numbers of shape'),
    (FRAME_MAP, found(boxes=[FRACTIONS]), 'in fractions of the frame, such a'),
    (FRAME_MAP, truth(box=FRACTIONS), 'write both in one unit'),
    (
        FRAME_MAP,
        truth(label=2),
        'label must be an index into the 2 labels, f',
    ),
    (FRAME_MAP, truth(label=-1), 'gt[0].label must be an index into the 2'),
    (FRAME_MAP, truth(label=0.5), 'gt[0].label must be an index'),
    (FRAME_MAP, truth(label='run'), "got 'run'"),
    (FRAME_MAP, truth(image_id=None), 'gt[0].image_id must be an integer'),
    (FRAME_MAP, truth(image_id=['a/1']), 'gt[0].image_id must be an integer'),
    (FRAME_MAP, truth(box='1234'), 'gt[0].box'),
    (FRAME_MAP, truth(movie=None), 'gt[0].movie must be'),
    (FRAME_MAP, found(timestamp=[1]), 'detections[0].timestamp must be'),
    (FRAME_MAP, result(image_ids=[None]), 'image_ids[0] must be an integer'),
    (FRAME_MAP, result(image_ids=[1, '1', 'a/1']), 'image_id 1 and "1"'),
    (FRAME_MAP, result(labels=['run', None]), 'labels must be a list of diff'),
    (FRAME_MAP, found(image_id='x'), 'of no keyframe in pred.json'),
    (VOTED, found(det_scores=[NAN]), 'detections[0].det_scores'),
    (VOTED, found(movie=None), 'detections[0].movie must be'),
    (VIDEO_MAP, found(timestamp=1.5), 'got 1.5'),
    (VIDEO_MAP, found(timestamp='0'), "counts from 1, got '0'"),
    (VIDEO_MAP, tube(frames=[0, 1]), 'frames (which count from 1)'),
    (VIDEO_MAP, tube(frames=[1.5, 2]), 'frames (which count from 1)'),
    (VIDEO_MAP, tube(frames=[True, 2]), 'frames (which count from 1)'),
    (VIDEO_MAP, tube(frames='12'), "frames must be a list, got '12'"),
    (VIDEO_MAP, tube(frames=[1, HUGE]), 'frames (which count from 1)'),
    (VIDEO_MAP, tube(frames=[], boxes=[]), 'tube 0'),
    (VIDEO_MAP, tube(boxes=[BOX, BOX[::-1]]), 'one is inverted'),
    (VIDEO_MAP, tube(boxes=['1234', '1234']), 'boxes must be numbers'),
    (VIDEO_MAP, tube(boxes=None), 'boxes must be numbers'),
    (VIDEO_MAP, tube(action=None), 'action must be a name'),
    (VIDEO_MAP, tube(movie=''), 'movie must be a name'),
]
CASES = [
    *((BY_FRAME, files, words) for files, words in ANNOTATIONS),
    *((BY_TIME, {'ann.csv': rows}, words) for rows, words in ROWS),
    *(
        (f'{RECALL}csv', {'boxes.csv': rows}, words)
        for rows, words in BOX_ROWS
    ),
    *((f'{RECALL}json', files, words) for files, words in ENTRIES),
    *((f'{RECALL}pkl', pickled(rows), words) for rows, words in PICKLES),
    *RESULTS,
]


@pytest.mark.parametrize('line, files, words', CASES, ids=ids(CASES))
def test_one_line(folder, frames_of_a, line, files, words, capfd):
    for name, content in (GOOD | files).items():
        put(folder / name, content)
    assert_one_line(line, words, capfd, next(iter(files)))
