"""``stclip export``: results in other forms, and what it refuses."""

import json
import os
import subprocess
import sys

import pytest
from bad_inputs import FOLDER, assert_one_line, each, everything, ids, put
from command_line import call
from followed_persons import make_result
from synthetic_media import make_frames, write_frames, write_video

from stclip.cli.export import command
from stclip.cli.main import group
from stclip.results.exports.formats import FORMATS

EXPORT = 'export r.json --format'
THERE = 'is there already; --overwrite'
CASES = [
    ('export', {}, "Missing argument 'RESULT'"),
    ('export r.json', {}, "'--format'"),
    (f'{EXPORT} xlsx', {}, "format must be one of 'csv'"),
    (f'{EXPORT} csv xlsx', {}, "got 'xlsx'"),
    (f'{EXPORT} json', {}, "got 'json'"),
    ('export no.json --format csv', {}, 'no.json does not exist'),
    *each('export a.json --format csv', 'a.json'),
    (f'{EXPORT} csv', {'r.csv': 'old'}, f'r.csv {THERE}'),
    (f'{EXPORT} cvat', {'r.cvat.labels.json': 'old'}, f'json {THERE}'),
    (f'{EXPORT} csv', {'r.csv': FOLDER}, 'r.csv is a folder'),
    (f'{EXPORT} csv --out /proc/no', {}, '/proc cannot be written'),
    (f'{EXPORT} csv --out names.txt', {'names.txt': 'a'}, 'is a file'),
    (f'{EXPORT} csv --overwrite', {'r.csv': 'link'}, 'would be written over'),
    *(
        (f'export free.json --format {name}', {}, 'nobody was followed')
        for name in (
            *('segments', 'cvat', 'label-studio', 'coco-video', 'mot'),
            'ava-persons',
        )
    ),
    # Infer says it before a model is built.
    *(
        (f'infer {what} --labels a --out out --format {name}', {}, words)
        for what, name, words in (
            ('v.mp4 --no-track', 'mot', 'leave out --no-track'),
            ('v.mp4 --no-track', 'csv cvat', 'leave out --no-track'),
            ('v.mp4', 'xlsx', "format must be one of 'csv'"),
            ('frames', 'ava', 'give --fps'),
            ('frames', 'label-studio', 'give --fps'),
        )
    ),
]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Results with and without ids, a video and a folder of frames."""
    monkeypatch.chdir(tmp_path)
    write_video(tmp_path / 'v.mp4', make_frames(4))
    write_frames(tmp_path / 'frames', make_frames(3))
    make_result(tmp_path / 'v.mp4').save('r.json')
    make_result(tmp_path / 'v.mp4', tracked=False).save('free.json')
    return tmp_path


@pytest.mark.parametrize('line, files, words', CASES, ids=ids(CASES))
def test_one_line(folder, capfd, line, files, words):
    for name, content in files.items():
        put(folder / name, content)
        if content == 'link':
            (folder / name).unlink()
            (folder / name).symlink_to(folder / 'v.mp4')
    before = everything(folder)
    assert_one_line(line, words, capfd)
    assert everything(folder) == before


def test_pictures_that_are_gone(folder, capfd):
    make_result(folder / 'frames').save(folder / 'r.json')
    shown = 'has no frame 4 (counted from 0) any more, it holds 3 pictures'
    before = everything(folder)
    assert_one_line(f'{EXPORT} coco-video', shown, capfd, 'frames')
    assert everything(folder) == before


def test_a_folder_whose_name_is_no_text(folder):
    """On a terminal that shows UTF-8 alone; the table is written there."""
    # A process of its own: pytest catches what is printed.
    done = subprocess.run(
        [
            *(sys.executable, '-m', 'stclip', *EXPORT.split(), 'mot'),
            *('--out', b'caf\xe9'),
        ],
        env={**os.environ, 'PYTHONIOENCODING': 'utf-8:strict'},
        capture_output=True,
    )
    assert (done.returncode, done.stderr) == (0, b'')
    assert done.stdout == b'caf\xe9/r.mot.txt\n'
    assert os.path.isfile(b'caf\xe9/r.mot.txt')


def test_forms_lie_beside_the_result(folder, capsys):
    code, shown, _ = call(
        capsys, command, 'r.json', '--format', 'csv', 'cvat', 'mot'
    )
    assert code == 0
    names = ['r.csv', 'r.cvat.xml', 'r.cvat.labels.json', 'r.mot.txt']
    assert shown.split('\n')[:-1] == names
    for name, form in (('r.csv', 'csv'), ('r.cvat.xml', 'cvat')):
        make_result(folder / 'v.mp4').save(f'expected_{name}', form)
        expected = (folder / f'expected_{name}').read_text()
        assert (folder / name).read_text() == expected


def test_out_is_another_folder(folder, capsys):
    words = ('r.json', '--format', 'jsonl', '--out', 'x/y')
    assert call(capsys, command, *words)[0] == 0
    lines = (folder / 'x/y/r.keyframes.jsonl').read_text().splitlines()
    assert [json.loads(line)['frame_idx'] for line in lines][:3] == [0, 4, 8]
    code, _, error = call(capsys, command, *words)
    assert code == 2 and THERE in error
    assert call(capsys, command, *words, '--overwrite')[0] == 0


@pytest.mark.parametrize('name', ['export', 'infer'])
def test_help_names_every_form(name):
    (option,) = (
        param
        for param in group.get_command(None, name).params
        if param.name == 'formats'
    )
    listed = option.help.partition(': ')[2].rstrip('.').split(', ')
    assert listed == list(FORMATS)
