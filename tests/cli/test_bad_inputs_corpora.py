"""Corpora that are asked for wrongly: one line each, and nothing is built."""

import json
import sys

import pytest
from bad_inputs import assert_one_line, assert_refused, ids, put
from other_writer import WAIT, other_process

pytestmark = pytest.mark.usefixtures('film')
ANNOTATE = 'annotate-corpus v.mp4 --model stage --out out --labels'
LIST = 'annotate-corpus --model stage --labels walk,run --out out --list l.txt'
SCORE = 'score-corpus store --labels walk,run --out out'
ABOUT = dict(request=dict(track=True), models={}, features=None)
CASES = [
    (LIST, {}, 'l.txt does not exist'),
    (LIST, {'l.txt': ''}, 'l.txt is empty'),
    (LIST, {'l.txt': '\n \n'}, 'l.txt is empty'),
    (LIST, {'l.txt': b'\xff\xfe\xfd'}, 'l.txt is'),
    (LIST, {'l.txt': 'rtsp://host/a'}, 'rtsp:// cannot be read'),
    (LIST.split(' --list')[0], {}, 'there is no video: give PATHS, or --list'),
    (f'{LIST} no.mp4', {'l.txt': 'v.mp4'}, 'no.mp4 does not exist'),
    (f'{LIST} "*.avi"', {'l.txt': 'v.mp4'}, '*.avi matches no video'),
    (f'{LIST} e', {'l.txt': 'v.mp4', 'e/a.txt': ''}, 'e holds no video'),
    (f'{ANNOTATE} no.txt', {}, 'no.txt does not exist'),
    (f'{ANNOTATE} "walk, walk"', {}, "twice: ['walk']"),
    (f'{ANNOTATE} walk', {'out': 'a file'}, "'out' is a file"),
    *(
        (
            f'annotate-corpus f --model stage --out {out} --labels walk,run',
            {'f/1.png': 'a picture'},
            f'{written} would be written into ',
        )
        for out, written in (('f', 'f/corpus.json'), ('f/out', 'f/out'))
    ),
    (f'{ANNOTATE} walk --engine spark', {}, "'spark' is not one of"),
    (f'{ANNOTATE} walk --actors 0', {}, '0 is not in the range'),
    (f'{ANNOTATE} walk --to 0', {}, '--to must be after'),
    (f'{ANNOTATE} walk', {'out/corpus.json': '{}'}, 'corpus.json lacks'),
    (f'{ANNOTATE} walk', {'out/corpus.json': '{'}, 'is not valid JSON'),
    (
        'annotate-corpus v.mp4 --keep-features --labels walk --out out '
        '--checkpoint c.pth',
        {'c.pth': ''},
        'features of a STCLIP depend on the labels',
    ),
    (SCORE, {}, 'store is no corpus: corpus.json is missing'),
    (SCORE, {'store/corpus.json': []}, 'corpus.json lacks'),
    (SCORE, {'store/corpus.json': ABOUT}, 'store holds no features'),
    (
        SCORE.replace('--out out', '--out store'),
        {'store/corpus.json': ABOUT},
        'would be written into store',
    ),
    (f'{SCORE} --config a.py', {}, '--config needs the --checkpoint'),
]


@pytest.mark.parametrize('line, files, words', CASES, ids=ids(CASES))
def test_corpora(folder, capfd, line, files, words):
    assert_refused(folder, files, line, words, capfd)


@pytest.mark.parametrize(
    'package, words',
    [
        ('ray', "Ray is not installed: pip install 'stclip[ray]'"),
        ('pyarrow', "pyarrow is not installed: pip install 'stclip[corpus]'"),
    ],
)
def test_extras_that_are_not_installed(
    folder, capfd, monkeypatch, package, words
):
    monkeypatch.setitem(sys.modules, package, None)
    assert_one_line(f'{ANNOTATE} walk --engine ray', words, capfd)
    assert not (folder / 'out').exists()


def test_a_folder_that_is_in_use(folder, capfd):
    out = folder / 'out'
    body = f"with outputs.own_folder(Path({str(out)!r}), '--out'): {WAIT}"
    with other_process(body):
        words = 'out is being written by process'
        assert_one_line(f'{ANNOTATE} walk', words, capfd)


def test_features_of_another_model(folder, capfd):
    features = dict(model='another', preprocessing=[], checkpoint=None)
    about = dict(ABOUT, features=features, models=dict(model='stage'))
    put(folder / 'store/corpus.json', json.dumps(about))
    words = 'made by another model, preprocessing'
    assert_one_line(SCORE, words, capfd)
