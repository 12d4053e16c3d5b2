"""Configs, CSV files and folders that cannot be checked or drawn."""

import json

import pytest
from bad_inputs import FOLDER, assert_refused, put
from small_data_set import annotations, make_data_set

from stclip.cli.command import run
from stclip.cli.main import group

ROW = 'test0,1,0.1,0.2,0.5,0.7'
PLACE = dict(image_id='v,1', movie='v', timestamp=1)
GT = dict(
    labels=['run', 'walk'],
    gt=[dict(**PLACE, box=[0.1, 0.2, 0.5, 0.7], label=0)],
    detections=[],
)
RECOGNITION = """
default_scope = 'stclip'
test_dataloader = dict(dataset=dict(type='ListedVideoDataset', ann_file='a'))
"""
CSV = 'check-data gt.json --predictions pred.csv --json out.json'
WITH_CONFIG = 'check-data config.py --predictions pred.csv --json out.json'
CASES = [
    (CSV, {'pred.csv': f'{ROW},1,0.9\n{ROW},1\n'}, 'pred.csv, line 2'),
    (CSV, {'pred.csv': f'{ROW},x,0.9\n'}, 'action_id must be a number'),
    (CSV, {'pred.csv': f'{ROW},3,0.9\n'}, 'action id 3 is unknown'),
    (CSV, {'pred.csv': f'{ROW},1,high\n'}, 'score must be a number'),
    (CSV, {'pred.csv': f'{ROW},1,nan\n'}, 'score is not finite'),
    (CSV, {'pred.csv': f'{ROW},1,0.9,7\n'}, 'a score of at most'),
    (CSV, {'pred.csv': 'test0,1,9,9,50,70,1,1\n'}, 'seems to be in px'),
    (CSV, {'pred.csv': f'{ROW},1,1\n{ROW},1,1\n'}, 'repeats an earlier'),
    (CSV, {'pred.csv': f'{ROW};1;1\n'.replace(',', ';')}, 'semicolons'),
    (CSV, {'pred.csv': FOLDER}, 'pred.csv is a folder'),
    (
        CSV,
        {'gt.json': dict(GT, gt=[dict(**PLACE, box=[1, 2, 30, 40], label=0)])},
        'give the config of the data in place of gt.json',
    ),
    (WITH_CONFIG, {'pred.csv': f'{ROW},9,0.9\n'}, 'action id 9 is unknown'),
    ('check-data none.py', {}, 'none.py'),
    ('check-data config.py', {'config.py': 'a ='}, 'config.py'),
    ('check-data config.py', {'config.py': RECOGNITION}, 'ListedVideoDataset'),
    ('check-data config.py', {'config.py': 'a = 1'}, 'no data set at all'),
    (
        'check-data config.py --cfg-options train_dataloader.dataset.'
        'data_root=no test_dataloader.dataset.data_root=no',
        {},
        'the data of config.py is not there: no/train.json',
    ),
    ('check-data config.py --report out', {}, '--predictions FILE'),
    ('check-data gt.json --cfg-options a=1', {}, 'gt.json is none'),
    ('check-data gt.json --report pred.csv', {}, 'pred.csv is a file'),
    (
        'check-data gt.json --report out',
        {'out/report.html': 'mine'},
        '--overwrite replaces it',
    ),
    ('test config.py --report', {'config.py': RECOGNITION}, 'FrameMAP'),
    (
        'test config.py --report',
        {'config.py': "test_evaluator = dict(type='FrameMAP', iou_thr=0.05)"},
        'must be above 0.1',
    ),
]


@pytest.fixture
def folder(folder):
    """Good files."""
    make_data_set(folder)
    put(folder / 'gt.json', GT)
    put(folder / 'pred.csv', f'{ROW},1,0.9\n')
    return folder


@pytest.mark.parametrize('line, files, words', CASES)
def test_one_line(folder, capfd, line, files, words):
    assert_refused(folder, files, line, words, capfd)


def finish(words, folder):
    with pytest.raises(SystemExit) as stop:
        run(group, [*words, '--json', str(folder / 'out.json')], 'stclip')
    assert stop.value.code == 1
    return json.loads((folder / 'out.json').read_text())


def test_every_label_is_wrong(folder, capfd):
    """Annotations of one action, under the names of others."""
    content = annotations('test', ['run', 'sit'])
    put(folder / 'data/test.json', content)
    values = finish(['check-data', 'config.py'], folder)
    (fault,) = values['sets'][1]['faults']
    assert fault['kind'] == 'unusable annotations'
    assert 'holds no keyframe for subset' in fault['places'][0]
    assert 'kinds of faults: 1' in capfd.readouterr().err


def test_predictions_of_another_data_set(folder, capfd):
    (folder / 'data/boxes.json').unlink()
    put(folder / 'pred.csv', 'film,9,0.1,0.2,0.5,0.7,3,0.9\n')
    words = ['check-data', 'config.py', '--predictions', 'pred.csv']
    values = finish(words, folder)
    assert values['causes'][0]['name'] == 'other_data_set'
    assert values['mAP'] == 0
