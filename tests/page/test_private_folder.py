"""The folder of uploads: private, gone after, also of killed servers."""

import os
import subprocess
import sys

from stclip.page.private_folder import private_folder, remove_left_behind

KILLED = """
import os, sys, pathlib
from stclip.page.private_folder import private_folder
with private_folder(pathlib.Path(sys.argv[1])) as folder:
    (folder / 'upload.mp4').write_bytes(b'secret')
    os.kill(os.getpid(), 9)
"""


def test_nobody_else_may_look(tmp_path):
    with private_folder(tmp_path) as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
        (folder / 'a').mkdir()
        (folder / 'a' / 'upload.mp4').touch()
        # Another server starts meanwhile.
        with private_folder(tmp_path) as other:
            assert folder.exists() and other != folder
        assert not other.exists()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_server_left(tmp_path):
    run = [sys.executable, '-c', KILLED, str(tmp_path)]
    assert subprocess.run(run).returncode == -9
    (left,) = tmp_path.iterdir()
    assert (left / 'upload.mp4').exists()
    with private_folder(tmp_path):
        assert not left.exists()


def test_what_another_user_left(tmp_path, monkeypatch):
    (tmp_path / 'stclip-serve-1').mkdir()
    (tmp_path / 'stclip-serve-1' / '.lock').touch()
    with monkeypatch.context() as patch:
        patch.setattr(os, 'getuid', lambda: 2**31)
        remove_left_behind(tmp_path)
    assert os.listdir(tmp_path) == ['stclip-serve-1']
    remove_left_behind(tmp_path)
    assert os.listdir(tmp_path) == []


def test_what_is_none_of_ours(tmp_path):
    mine = tmp_path / 'mine'
    (mine / '.lock').parent.mkdir()
    (mine / '.lock').touch()
    (tmp_path / 'stclip-serve-link').symlink_to(mine)
    unlocked = tmp_path / 'stclip-serve-new'
    unlocked.mkdir()
    trap = tmp_path / 'stclip-serve-trap'
    trap.mkdir()
    (trap / '.lock').symlink_to(mine / '.lock')
    remove_left_behind(tmp_path)
    assert sorted(os.listdir(tmp_path)) == [
        'mine',
        'stclip-serve-link',
        'stclip-serve-new',
        'stclip-serve-trap',
    ]
