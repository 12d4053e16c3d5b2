"""Temporary folders: private, gone after, also of killed processes."""

import errno
import os
import shutil
import subprocess
import sys

import pytest

from stclip.utils import private_folder as module
from stclip.utils.private_folder import private_folder, remove_left_behind

KIND = 'stclip-kind-'

KILLED = """
import os, sys, pathlib
from stclip.utils.private_folder import private_folder
with private_folder('stclip-kind-', pathlib.Path(sys.argv[1])) as folder:
    (folder / 'upload.mp4').write_bytes(b'secret')
    os.kill(os.getpid(), 9)
"""


def test_nobody_else_may_look(tmp_path):
    with private_folder(KIND, tmp_path) as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
        (folder / 'a').mkdir()
        (folder / 'a' / 'upload.mp4').touch()
        # Another process starts meanwhile.
        with private_folder(KIND, tmp_path) as other:
            assert folder.exists() and other != folder
        assert not other.exists()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left(tmp_path):
    run = [sys.executable, '-c', KILLED, str(tmp_path)]
    assert subprocess.run(run).returncode == -9
    (left,) = tmp_path.iterdir()
    assert (left / 'upload.mp4').exists()
    with private_folder(KIND, tmp_path):
        assert not left.exists()


def test_what_another_user_left(tmp_path, monkeypatch):
    (tmp_path / 'stclip-kind-1').mkdir()
    (tmp_path / 'stclip-kind-1' / '.lock').touch()
    with monkeypatch.context() as patch:
        patch.setattr(os, 'getuid', lambda: 2**31)
        remove_left_behind(KIND, tmp_path)
    assert os.listdir(tmp_path) == ['stclip-kind-1']
    remove_left_behind(KIND, tmp_path)
    assert os.listdir(tmp_path) == []


def test_what_is_none_of_ours(tmp_path):
    mine = tmp_path / 'mine'
    (mine / '.lock').parent.mkdir()
    (mine / '.lock').touch()
    (tmp_path / 'stclip-kind-link').symlink_to(mine)
    unlocked = tmp_path / 'stclip-kind-new'
    unlocked.mkdir()
    trap = tmp_path / 'stclip-kind-trap'
    trap.mkdir()
    (trap / '.lock').symlink_to(mine / '.lock')
    remove_left_behind(KIND, tmp_path)
    assert sorted(os.listdir(tmp_path)) == [
        'mine',
        'stclip-kind-link',
        'stclip-kind-new',
        'stclip-kind-trap',
    ]


def test_a_folder_taken_for_a_left_one_is_made_anew(tmp_path, monkeypatch):
    """Another process may lock a new folder first, and remove it."""
    usual, taken = module.lock_file, []

    def late(handle, wait):
        if not taken:
            taken.extend(tmp_path.iterdir())
            shutil.rmtree(taken[0])
        return usual(handle, wait)

    monkeypatch.setattr(module, 'lock_file', late)
    with private_folder(KIND, tmp_path) as folder:
        assert len(taken) == 1 and folder not in taken
        assert list(folder.iterdir()) == [folder / '.lock']
        # It is locked, so nobody takes it.
        remove_left_behind(KIND, tmp_path)
        assert folder.exists()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_goes_while_it_is_looked_at(tmp_path, monkeypatch):
    """Two processes that start together find the same left ones."""
    for name in ('1', '2'):
        (tmp_path / f'{KIND}{name}').mkdir()
        (tmp_path / f'{KIND}{name}' / '.lock').touch()
    usual = os.getuid

    def slow():
        shutil.rmtree(tmp_path / f'{KIND}1', ignore_errors=True)
        shutil.rmtree(tmp_path / f'{KIND}2', ignore_errors=True)
        return usual()

    monkeypatch.setattr(os, 'getuid', slow)
    remove_left_behind(KIND, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_locked_does_not_stay(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, 'No space left on device')

    with monkeypatch.context() as patch:
        patch.setattr(os, 'open', full)
        with (
            pytest.raises(OSError, match='No space'),
            private_folder(KIND, tmp_path),
        ):
            pass
    assert list(tmp_path.iterdir()) == []
