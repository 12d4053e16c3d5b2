"""Options of measures on ZS-Stage that make no sense: one line each.

Each row is the rest of a command and words that the line must have.
"""

import pytest
from bad_inputs import FOLDER, assert_one_line, assert_refused, put

pytestmark = pytest.mark.usefixtures('film')
INFER = 'infer v.mp4 --labels "walk, run" --out out --model stage'
BENCHMARK = 'benchmark tracks'
RECORD = 'rendered/single/records/jump_test_00.json'
FRAMES = 'rendered/single/frames/jump_test_00'
CASES = [
    (f'{INFER} --detect-every 0', "'--detect-every'"),
    (f'{INFER} --detect-every 1.5', "'--detect-every'"),
    (f'{INFER} --detect-every many', "'--detect-every'"),
    (f'{INFER} --smooth -1', "'--smooth'"),
    (f'{INFER} --smooth nan', 'nan is no finite number'),
    (f'{INFER} --smooth inf', 'inf is no finite number'),
    (f'{INFER} --smooth long', "'--smooth'"),
    (f'{INFER} --threshold 0', "'--threshold'"),
    (f'{INFER} --threshold 1.01', "'--threshold'"),
    (f'{INFER} --threshold nan', 'nan is no finite number'),
    (f'{INFER} --no-track --smooth 1', 'leave out --no-track'),
    (f'{INFER} --no-track --detect-every 2', 'leave out --no-track'),
    (f'{INFER} --track=yes', "'--track' does not take a value"),
    (f'{BENCHMARK} nothing', 'nothing/single has no test videos'),
    (f'{BENCHMARK} v.mp4', 'v.mp4/single has no test videos'),
    (f'{BENCHMARK} nothing --tracks multi', 'nothing/multi has no test'),
    (f'{BENCHMARK} nothing --tracks clips', "'--tracks'"),
    ('benchmark zs_stage_pairs --videos 4', "'--videos'"),
    *(
        (
            f'benchmark {name} --write-docs',
            'docs/zs_stage.md does not exist. Run this in a checkout.',
        )
        for name in ('zs_stage_pairs', 'tiny_clip')
    ),
]
RECORDS = [
    'text',
    '[]',
    '{}',
    dict(labels=[]),
    dict(labels=[], boxes=3),
    dict(labels=3, boxes=[]),
    dict(labels=[['jump']], boxes=[[[1, 2]]]),
    dict(labels=[['jump']], boxes=[[[1, 2, 'x', 30]]]),
    FOLDER,
]


@pytest.mark.parametrize('line, words', CASES)
def test_one_line(folder, capfd, line, words):
    assert_refused(folder, {}, line, words, capfd)


@pytest.mark.parametrize('content', RECORDS)
def test_records(folder, capfd, content):
    (folder / FRAMES).mkdir(parents=True)
    put(folder / RECORD, content)
    assert_one_line(f'{BENCHMARK} rendered --tracks single', RECORD, capfd)


def test_frames_that_are_missing(folder, capfd):
    put(folder / RECORD, dict(labels=[], boxes=[]))
    assert_one_line(f'{BENCHMARK} rendered --tracks single', FRAMES, capfd)


def test_a_checkpoint_that_is_missing(folder, capfd):
    (folder / FRAMES).mkdir(parents=True)
    put(folder / RECORD, dict(labels=[], boxes=[]))
    line = f'{BENCHMARK} rendered --tracks single --checkpoint no.pth'
    assert_one_line(line, 'no.pth does not exist', capfd)
