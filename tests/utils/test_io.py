import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from other_writer import kill, other_process, writing

from stclip.utils.io import (
    atomic_write,
    read_json,
    require_file,
    write_json,
    write_long_json,
)


def test_written_value_is_read_back(tmp_path):
    path = tmp_path / 'deep' / 'a.json'
    value = {'name': 'é', 'scores': [0.1, 1e-300], 'none': None}
    write_json(path, value)
    assert read_json(path) == value


def test_failed_write_leaves_the_old_file_and_no_other(tmp_path):
    path = tmp_path / 'a.txt'
    path.write_text('old')
    with pytest.raises(RuntimeError), atomic_write(path) as file:
        file.write('half of the n')
        raise RuntimeError
    assert path.read_text() == 'old'
    assert os.listdir(tmp_path) == ['a.txt']


def test_file_appears_only_when_whole(tmp_path):
    path = tmp_path / 'a.bin'
    with atomic_write(path, 'wb') as file:
        file.write(b'\x00\xff')
        assert not path.exists()
    assert path.read_bytes() == b'\x00\xff'


def test_mode_is_that_of_an_ordinary_file(tmp_path):
    (tmp_path / 'plain').touch()
    write_json(tmp_path / 'a.json', 1)
    modes = [os.stat(tmp_path / name).st_mode for name in ('plain', 'a.json')]
    assert modes[0] == modes[1]


def test_append_mode_is_refused(tmp_path):
    with (
        pytest.raises(ValueError, match="'w' or 'wb'"),
        atomic_write(tmp_path / 'a', 'a'),
    ):
        pass


@pytest.mark.parametrize('value', [float('nan'), float('inf')])
def test_numbers_json_does_not_know(tmp_path, value):
    with pytest.raises(ValueError):
        write_json(tmp_path / 'a.json', [value])
    assert not os.listdir(tmp_path)


def test_missing_file_names_file_and_mend(tmp_path):
    with pytest.raises(FileNotFoundError, match=r'a\.json .*Do this\.'):
        read_json(tmp_path / 'a.json', 'Do this.')
    with pytest.raises(FileNotFoundError, match='Do that'):
        require_file(tmp_path, 'Do that.')


@pytest.mark.parametrize('content', [b'{"a": 1,\n "b" 2}', b'"\xff"'])
def test_broken_json_names_file(tmp_path, content):
    path = tmp_path / 'a.json'
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r'a\.json is not valid JSON'):
        read_json(path)


@pytest.mark.parametrize('items', [[], [1], [{'a': [1, {'b': 'x\ny'}]}, []]])
@pytest.mark.parametrize('value', [{}, {'a': 1, 'b': {'c': 'é'}}])
def test_a_list_written_piece_by_piece(tmp_path, value, items):
    write_long_json(tmp_path / 'a.json', value, 'list', iter(items))
    write_json(tmp_path / 'b.json', {**value, 'list': items}, indent=1)
    text = (tmp_path / 'a.json').read_text()
    assert text == (tmp_path / 'b.json').read_text()


def test_next_write_removes_what_a_killed_one_began(tmp_path):
    path = tmp_path / 'a.txt'
    with other_process(writing(path)) as process:
        kill(process)
    (left,) = tmp_path.iterdir()
    assert left.name.endswith('.part') and left.read_text() == 'half'
    with atomic_write(path) as file:
        file.write('whole')
    assert os.listdir(tmp_path) == ['a.txt']


def test_next_write_leaves_others_alone(tmp_path):
    path = tmp_path / 'a.txt'
    names = ('b.txt.part', '.b.txt.x.part', 'a.txt.part', '.a.txt.x')
    for name in names:
        (tmp_path / name).touch()
    with other_process(writing(path)) as process:
        with atomic_write(path) as file:
            file.write('ours')
        assert len(os.listdir(tmp_path)) == 2 + len(names)
        process.communicate('')
        assert process.returncode == 0
    # Its own writing was not disturbed, and came later.
    assert path.read_text() == 'half'
    assert sorted(os.listdir(tmp_path)) == sorted(('a.txt', *names))


@pytest.mark.parametrize('name', ['x' * 250, 'é' * 125, '[*]?'])
def test_names_of_any_length_and_signs(tmp_path, name):
    path = tmp_path / name
    with other_process(writing(path)) as process:
        kill(process)
    with atomic_write(path) as file:
        file.write('whole')
    assert os.listdir(tmp_path) == [name]


def test_full_disk_is_one_line_that_names_the_file(tmp_path):
    code = (
        'import resource, sys\n'
        'from stclip.utils.io import atomic_write\n'
        'resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n'
        'with atomic_write(sys.argv[1]) as file: file.write("x" * 100000)'
    )
    path = tmp_path / 'a.txt'
    path.write_text('old')
    command = [sys.executable, '-c', code, path]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    assert done.returncode not in (0, -signal.SIGXFSZ)
    last = done.stderr.splitlines()[-1]
    assert last.startswith('stclip.utils.errors.UserError: ')
    assert f'{path} cannot be written (File too large); make room' in last
    assert os.listdir(tmp_path) == ['a.txt'] and path.read_text() == 'old'


def test_what_lasts_is_on_the_disk_before_it_has_its_name(
    tmp_path, monkeypatch
):
    """Else a machine that goes down leaves the name and half the content."""
    usual, synced = os.fsync, []

    def fsync(handle):
        (part,) = tmp_path.iterdir()
        synced.append((part.suffix, part.read_text()))
        usual(handle)

    monkeypatch.setattr(os, 'fsync', fsync)
    with atomic_write(tmp_path / 'a.txt', lasting=True) as file:
        file.write('found')
    assert synced == [('.part', 'found')]
    (tmp_path / 'a.txt').unlink()
    with atomic_write(tmp_path / 'a.txt') as file:
        file.write('quickly made again')
    (tmp_path / 'a.txt').unlink()
    write_long_json(tmp_path / 'a.json', {}, 'list', [1])
    assert [json.loads(each[1]) for each in synced[1:]] == [{'list': [1]}]
