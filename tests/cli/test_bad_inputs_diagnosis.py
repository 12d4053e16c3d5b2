"""Files that cannot be diagnosed: one line each, nothing written.

Each row is what the file of ground truth or of predictions holds, and words
that the line must have.
"""

import copy

import pytest
from bad_inputs import FOLDER, assert_refused, put

NAN = float('nan')
PLACE = dict(image_id='v,0001', movie='v', timestamp=1)
TRUTH = dict(
    labels=['run', 'walk'], gt=[dict(**PLACE, box=[1, 2, 30, 40], label=0)]
)
FOUND = dict(
    detections=[dict(**PLACE, boxes=[[1, 2, 30, 40]], scores=[[0.9, 0.1]])]
)
CHECK = 'check-data gt.json --predictions pred.json --json out.json'


def changed(content, entries, **values):
    """The content with other values in its one entry."""
    content = copy.deepcopy(content)
    content[entries][0].update(values)
    return content


def truth(**values):
    return 'gt.json', changed(TRUTH, 'gt', **values)


def found(**values):
    return 'pred.json', changed(FOUND, 'detections', **values)


CASES = [
    ('gt.json', 'text', 'gt.json'),
    ('gt.json', '', 'gt.json'),
    ('gt.json', FOLDER, 'gt.json'),
    ('gt.json', '[]', 'gt.json must hold a JSON object'),
    ('gt.json', '{}', "gt.json must hold a list under the key 'labels'"),
    ('gt.json', dict(TRUTH, gt=[]), 'gt and labels must not be empty'),
    ('gt.json', dict(TRUTH, labels=[1, 2]), 'labels must be a list of diff'),
    ('gt.json', dict(TRUTH, eval_labels=['sit']), "not ['sit']"),
    ('gt.json', dict(TRUTH, gt=[3]), 'gt[0] must be an object'),
    (*truth(box=[1, 2, 3]), 'gt[0].box must be numbers of shape (4,)'),
    (*truth(box=[1, 2, 3, NAN]), 'gt[0].box must be finite'),
    (*truth(label='run'), 'gt[0].label must be an index into labels'),
    (*truth(image_id=None), 'gt[0].image_id must be an integer or a string'),
    ('pred.json', 'a,b,c', 'pred.json'),
    ('pred.json', TRUTH, 'pred.json must hold a list under the key'),
    (*found(scores=[[0.9]]), 'scores are of 1 classes'),
    (*found(scores=[[NAN, 0.1]]), 'detections[0].scores must be finite'),
    (*found(scores=[]), 'detections[0].scores must be numbers of shape'),
    (*found(boxes=3), 'detections[0].boxes must be a list'),
    (*found(boxes=[[1, 2, 3, '4']]), 'detections[0].boxes must be numbers'),
]


@pytest.fixture
def folder(folder):
    """Good files."""
    put(folder / 'gt.json', TRUTH)
    put(folder / 'pred.json', FOUND)
    return folder


@pytest.mark.parametrize('name, content, words', CASES)
def test_one_line(folder, capfd, name, content, words):
    assert_refused(folder, {name: content}, CHECK, words, capfd)


@pytest.mark.parametrize(
    'line, words',
    [
        ('check-data nothing.json', 'nothing.json'),
        ('check-data gt.json --predictions nothing.json', 'nothing.json'),
        ('check-data gt.json --json gt.json', 'gt.json'),
        ('check-data gt.json --iou-thr 0', "'--iou-thr'"),
        (f'{CHECK} --iou-thr 0.1', '(--iou-thr) must be above 0.1'),
        (f'{CHECK} --iou-thr 0.05', 'got 0.05'),
        ('check-data nothing.json --iou-thr 0.1', '(--iou-thr) must be'),
        ('check-data gt.json', "under the key 'detections'"),
    ],
)
def test_other_lines(folder, capfd, line, words):
    assert_refused(folder, {}, line, words, capfd)
