"""Labels, models and detectors that are asked for wrongly: one line each."""

import pytest
from bad_inputs import assert_one_line, assert_refused, ids, put

from stclip.apis.model_index import OWN_INDEX
from stclip.utils.downloads import OFFLINE

pytestmark = pytest.mark.usefixtures('film')
VIDEO = 'v.mp4'
INFER = f'infer {VIDEO} --out out --model stage --labels'
ASK = f'infer {VIDEO} --out out --labels "walk, run"'
QUESTIONS = [
    ('walk\n', 'with the key labels'),
    ('{}\n', 'with the key labels'),
    ('labels: walk\n', 'labels wants a list'),
    ('labels: [1, 2]\n', 'labels: 1 is no text'),
    ('labels: [walk, walk]\n', "twice: ['walk']"),
    ('labels: [walk, ""]\n', "'' is no text"),
    ('labels: {walk: []}\n', "'walk' needs a text"),
    ('labels: {walk: [5]}\n', 'labels, walk: 5 is no text'),
    ('labels: {walk: {a: b}}\n', 'labels, walk wants a list'),
    ('labels: [walk]\nlabel: [run]\n', 'unknown key label'),
    ('labels: [walk]\nlabels: [run]\n', 'line 2'),
    ('labels: [walk\n', 'q.yaml'),
    ('labels: [walk]\ngroups: [walk]\n', 'groups wants a list'),
    ('labels: [walk]\ngroups: [[run]]\n', "groups: 'run' is none of"),
    ('labels: [walk]\ngroups: [[walk], [walk]]\n', 'in two groups'),
    ('labels: [walk]\nindependent: [run]\n', "'run' is none of"),
    ('labels: [walk]\nindependent: 3\n', 'independent wants a list'),
    ('labels: [walk]\nbackground: [walk]\n', "twice: ['walk']"),
    ('labels: [walk]\ntemplates: [a photo]\n', 'one {}'),
    ('labels: [walk]\ntemplates: ["{} {}"]\n', 'one {}'),
]
INDEXES = [
    ('[]\n', 'wanted are action_models'),
    ('action_models: {a: 5}\n', 'action_models.a needs a config'),
    ('action_models: {a: {config: c.py, b: 1}}\n', 'unknown key b'),
    (
        'action_models: {a: {config: c.py, weights: {sha256: ab}}}\n',
        'a.weights wants a url or a file',
    ),
    (
        'action_models: {a: {config: c.py, weights: {link: ab}}}\n',
        'a.weights wants the keys',
    ),
]
BOXES = [
    ('b.csv', 'frame,x1,y1,x2\n', 'lacks y2'),
    ('b.csv', '', 'lacks frame'),
    ('b.csv', 'frame,x1,y1,x2,y2\n0,1,2,3\n', 'line 2: 4 cells under 5'),
    ('b.csv', 'frame,x1,y1,x2,y2\n0,1,2,3,nan\n', 'line 2'),
    ('b.csv', 'frame,x1,y1,x2,y2\n0,5,2,3,4\n', 'no area'),
    ('b.csv', 'frame,x1,y1,x2,y2\n-1,1,2,3,4\n', 'frame must be'),
    ('b.csv', 'frame,x1,y1,x2,y2\n.5,1,2,3,4\n', 'frame must be'),
    ('b.csv', 'frame,x1,y1,x2,y2,score\n0,1,2,3,4,x\n', 'score must be'),
    (
        'b.csv',
        'frame,x1,y1,x2,y2,score\n0,1,2,3,4,87.5\n',
        'b.csv, line 2: score must be from 0 to 1, got 87.5; divide',
    ),
    ('b.csv', 'frame,x1,y1,x2,y2,score\n0,1,2,3,4,-1\n', 'got -1; divide'),
    ('b.csv', 'frame,x1,y1,x2,y2\n', 'b.csv holds no boxes'),
    (
        'b.csv',
        'frame,x1,y1,x2,y2\n0,.1,.2,.5,.9\n8,0,0,1,1\n',
        'b.csv: persons under a pixel: all 2 boxes, such as '
        '[0.1, 0.2, 0.5, 0.9], seem to be fractions',
    ),
    (
        'b.csv',
        'frame,x1,y1,x2,y2\n0,1,2,9,9\n8,500,500,600,700\n',
        'b.csv, frame 8 (from 0): box [500.0, 500.0, 600.0, 700.0] (x1, y1, '
        'x2, y2) lies outside the frame of 32 x 32; give the boxes of this',
    ),
    ('b.txt', '', 'b.txt holds no boxes'),
    ('b.txt', '1,1,5,5,9\n', 'MOT has 7 columns'),
    ('b.txt', '0,1,5,5,9,9,1\n', 'frame must be'),
    ('b.txt', '1,1,5,5,9,9,-0.5\n', 'line 1: score must be from 0 to 1'),
    ('b.txt', '1,1,.1,.1,.4,.4,1\n', 'b.txt: persons under a pixel'),
    ('b.json', '{"keyframes": []}\n', 'b.json holds no boxes'),
    ('b.json', '{"keyframes": [5]}\n', 'keyframes[0]: got 5; wanted is'),
    (
        'b.json',
        '{"keyframes": [{"frame_idx": 0, "persons": null}]}\n',
        'keyframes[0]: persons must be a list, got None',
    ),
    (
        'b.json',
        '{"keyframes": [{"frame_idx": 0, "persons": [{"bbox": null, '
        '"box_score": 1}]}]}\n',
        'keyframes[0]: box needs 4 numbers, [x1, y1, x2, y2], got None',
    ),
    ('b.json', '[]\n', 'has no keyframes'),
    ('b.json', '{"keyframes": [{}]}\n', "keyframes[0] lacks 'frame_idx'"),
    (
        'b.json',
        '{"keyframes": [{"frame_idx": 0, "persons": [{"bbox": [1]}]}]}\n',
        "lacks 'box_score'",
    ),
]
CASES = [
    *(
        (f'{INFER} q.yaml', {'q.yaml': content}, words)
        for content, words in QUESTIONS
    ),
    (f'{INFER} no.yaml', {}, 'no.yaml does not exist'),
    (f'{INFER} q.yaml --independent', {'q.yaml': 'labels: [a]'}, 'into it'),
    (f'{INFER} walk --background walk', {}, "twice: ['walk']"),
    (f'{INFER} walk --background no.txt', {}, 'no.txt does not exist'),
    (f'{INFER} walk --templates photo', {}, 'one {}'),
    (
        f'{INFER} walk --background out/v.csv --format csv --overwrite',
        {'out/v.csv': 'stand\n'},
        'out/v.csv would be written over out/v.csv, which is read',
    ),
    (
        f'{INFER} " out/v.csv" --format csv --overwrite',
        {'out/v.csv': 'stand\n'},
        'out/v.csv would be written over out/v.csv, which is read',
    ),
    (f'{ASK} --model clip-b17', {}, "did you mean 'clip-b16'?"),
    (f'{ASK} --model stage --clip a:b', {}, 'leave out --checkpoint'),
    (f'{ASK} --offline', {}, 'Rendered scenes need no download'),
    (f'{ASK} --offline --model stage --detector person-coco', {}, 'OFFLINE'),
    (f'{ASK} --model stage --detector no', {}, 'Known by name: person-coco'),
    (f'{ASK} --model stage --detector c.py', {'c.py': ''}, 'its checkpoint'),
    (
        f'{ASK} --model stage --detector c.jsonl',
        {'c.jsonl': ''},
        'files of boxes are .csv, .txt, .json',
    ),
    (
        f'{ASK} --model stage --detector stage --detector-checkpoint v.mp4',
        {},
        'leave out its checkpoint',
    ),
    (f'{ASK} --model stage --detector torchvision:no', {}, 'no detector'),
    (f'{ASK} --model stage --detector rfdetr', {}, "'stclip[rfdetr]'"),
    *(
        (f'{ASK} --model stage --detector {name}', {name: content}, words)
        for name, content, words in BOXES
    ),
]


@pytest.fixture(autouse=True)
def online(monkeypatch):
    """A command may set otherwise, for its children."""
    monkeypatch.setenv(OFFLINE, '0')


@pytest.mark.parametrize('line, files, words', CASES, ids=ids(CASES))
def test_one_line(folder, capfd, line, files, words):
    assert_refused(folder, files, line, words, capfd)


@pytest.mark.parametrize('content, words', INDEXES)
def test_indexes(folder, capfd, monkeypatch, content, words):
    put(folder / 'mine.yaml', content)
    monkeypatch.setenv(OWN_INDEX, 'mine.yaml')
    assert_one_line(f'{ASK} --model a', words, capfd, 'mine.yaml')
