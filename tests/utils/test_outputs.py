import tempfile

import pytest

from stclip.utils.outputs import (
    require_writable_file,
    require_writable_folder,
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
