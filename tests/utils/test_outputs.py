import os
import tempfile
from pathlib import Path

import pytest
from other_writer import holding, kill, other_process

from stclip.utils.errors import UserError
from stclip.utils.outputs import (
    new_results,
    require_apart,
    require_own,
    require_writable_file,
    require_writable_folder,
    stem_of_video,
)


def test_asking_leaves_nothing_behind(tmp_path):
    path = tmp_path / 'new' / 'deep' / 'a.json'
    assert require_writable_file(path) == path
    assert require_writable_folder(path.parent) == path.parent
    assert list(tmp_path.iterdir()) == []


def test_relative_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert str(require_writable_file('a.json')) == 'a.json'


def test_files_and_folders_that_are_the_other(tmp_path):
    (tmp_path / 'file').touch()
    with pytest.raises(ValueError, match='is a folder; give a file'):
        require_writable_file(tmp_path)
    os.mkfifo(tmp_path / 'pipe')
    with pytest.raises(ValueError, match='pipe is no ordinary file'):
        require_writable_file(tmp_path / 'pipe')
    for path in ('file/a.json', 'file/deep/a.json'):
        with pytest.raises(ValueError, match=r'file is a file; nothing'):
            require_writable_file(tmp_path / path)
    with pytest.raises(ValueError, match=r'file is a file; nothing'):
        require_writable_folder(tmp_path / 'file')


def test_file_system_that_refuses(tmp_path, monkeypatch):
    def refuse(dir):
        raise OSError(30, 'Read-only file system', str(dir))

    monkeypatch.setattr(tempfile, 'TemporaryFile', refuse)
    message = r'cannot be written to \(Read-only file system\)'
    with pytest.raises(ValueError, match=message):
        require_writable_file(tmp_path / 'a.json')


@pytest.fixture
def clip(tmp_path, monkeypatch):
    """A file by many names, in the working folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'clip.mp4').touch()
    (tmp_path / 'deep').mkdir()
    (tmp_path / 'soft.mp4').symlink_to('clip.mp4')
    (tmp_path / 'hard.mp4').hardlink_to('clip.mp4')
    (tmp_path / 'linked').symlink_to('.')
    return tmp_path / 'clip.mp4'


NAMES = [
    'clip.mp4',
    './clip.mp4',
    'deep/../clip.mp4',
    'soft.mp4',
    'hard.mp4',
    'linked/clip.mp4',
]


@pytest.mark.parametrize('output', NAMES)
@pytest.mark.parametrize('given', NAMES)
def test_one_file_by_any_two_names(clip, output, given):
    message = f'{Path(output)} would be written over {given}, which is read'
    with pytest.raises(UserError, match=message):
        require_apart([Path(output)], [given])
    with (
        pytest.raises(UserError, match=message),
        new_results([Path(output)], ['deep', given], True),
    ):
        pass


def test_other_case_on_file_systems_without_it(clip, monkeypatch):
    """macOS and Windows take two such names for one file; told so by stat."""
    stat = os.stat
    monkeypatch.setattr(os, 'stat', lambda path: stat(str(path).lower()))
    with pytest.raises(UserError, match=r'Clip\.MP4 would be written over'):
        require_apart([Path('Clip.MP4')], ['clip.mp4'])


def test_among_frames(clip):
    for output in ('deep/a.png', 'linked/deep/a.png', 'deep/../deep/a.png'):
        with pytest.raises(UserError, match='would be written into deep'):
            require_apart([Path(output)], ['deep'])


def test_apart(clip):
    inputs = ['clip.mp4', 'deep', None, '', 'walk, run', 'x' * 5000, 'a\0b']
    outputs = ['clip.json', 'deep/deeper/a.png', 'other/clip.mp4', 'deep.png']
    require_apart([Path(name) for name in outputs], inputs)


def test_earlier_results_are_kept_unless_asked(tmp_path):
    files = [tmp_path / name for name in ('a.json', 'a.png')]
    files[1].write_text('old')
    message = r'a\.png is there already; --overwrite replaces it'
    with pytest.raises(UserError, match=message), new_results(files, []):
        pass
    assert os.listdir(tmp_path) == ['a.png']
    with new_results(files, [], overwrite=True):
        files[1].write_text('new')
    assert os.listdir(tmp_path) == ['a.png']


def test_two_processes_and_one_result(tmp_path):
    files = [tmp_path / name for name in ('a.json', 'a.png')]
    with other_process(holding(files[1])) as other:
        message = f'a.png is being written by process {other.pid} .*; wait'
        with (
            pytest.raises(UserError, match=message),
            new_results(files, [], overwrite=True),
        ):
            pass
        with new_results([tmp_path / 'b.png'], []):
            pass  # another result in the same folder
    with new_results(files, []):
        pass
    assert os.listdir(tmp_path) == []


def test_what_a_killed_run_has_left_is_replaced(tmp_path):
    path = tmp_path / 'a.json'
    with other_process(holding(path)) as process:
        path.write_text('from the run that is killed')
        kill(process)
    with new_results([path], []):
        path.write_text('new')
    with (
        pytest.raises(UserError, match='there already'),
        new_results([path], []),
    ):
        pass


def test_files_without_the_record_of_the_command(tmp_path):
    page, record = tmp_path / 'table.md', tmp_path / 'b.json'
    require_own([page], record, 'do this')
    page.touch()
    with pytest.raises(UserError, match=r'table\.md is .* b\.json .*do this'):
        require_own([page], record, 'do this')
    record.touch()
    require_own([page], record, 'do this')


def test_names_of_results(tmp_path, monkeypatch):
    folder = tmp_path / 'walk.v1'
    folder.mkdir()
    (tmp_path / 'walk.v2.mp4').touch()
    monkeypatch.chdir(folder)
    given = ('.', '../walk.v1/', str(folder), '../walk.v2.mp4', '..')
    assert [stem_of_video(path) for path in given] == [
        *['walk.v1'] * 3,
        'walk.v2',
        tmp_path.name,
    ]


def test_a_link_to_nowhere_is_no_folder(tmp_path):
    (tmp_path / 'out').symlink_to('gone')
    for path in (tmp_path / 'out', tmp_path / 'out' / 'deeper'):
        with pytest.raises(ValueError, match='out is a link to gone, which'):
            require_writable_folder(path)
