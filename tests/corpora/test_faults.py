"""What keeps a video from being looked at, and whose fault it is."""

import errno
import os
import signal
import tempfile
from types import SimpleNamespace

import fsspec
import numpy as np
import pytest
import torch
from file_server import FileServer
from forks import run_python

from stclip.corpora import ray_engine
from stclip.corpora.faults import DeviceLostError, Fault
from stclip.corpora.fetching import local_copy
from stclip.corpora.folder import CorpusFolder
from stclip.corpora.ray_engine import Actor
from stclip.corpora.recorder import MOST_LOOKS, Outcome, Recorder
from stclip.corpora.tasks import Task
from stclip.utils import private_folder
from stclip.utils.errors import MissingFileError, UserError

TASK = Task('/videos/a.mp4', 'a-1-2')
CLOSED = 'http://127.0.0.1:9/v.mp4'


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """The folder of temporary files."""
    folder = tmp_path / 'temporary'
    folder.mkdir()
    monkeypatch.setattr(tempfile, 'tempdir', str(folder))
    return folder


def kind_of(path):
    with pytest.raises(UserError) as caught, local_copy(path):
        pass
    return type(caught.value) is Fault


def fault_of(error, tmp_path):
    """What a recorder says of an error of a look."""

    def look(task):
        raise error

    folder = CorpusFolder(tmp_path / type(error).__name__)
    told = Recorder(folder, look)(TASK)
    assert told.status == 'failed'
    assert folder.head_of(TASK.key, 'failed')['corpus']['error']
    return told.fault


def test_servers_fail_and_files_are_absent(temporary, monkeypatch):
    monkeypatch.setenv('no_proxy', '127.0.0.1')
    with FileServer() as server:
        statuses = {404: False, 410: False, 403: True, 503: True}
        for status, is_fault in statuses.items():
            address = server.serve(f'/{status}.mp4', b'', status)
            assert kind_of(address) == is_fault, status
        page = {'Content-Type': 'text/html'}
        assert not kind_of(server.serve('/v.mp4', b'page', headers=page))
        cut = server.serve('/cut.mp4', b'half', length=9)
        assert kind_of(cut)
        with local_copy(server.serve('/whole.mp4', b'whole')) as path:
            assert (path.name, path.read_bytes()) == ('whole.mp4', b'whole')
    assert kind_of(CLOSED)
    assert list(temporary.iterdir()) == []


def test_stores_fail_and_files_are_absent(temporary, monkeypatch):
    assert not kind_of('memory://no/v.mp4')
    files = fsspec.filesystem('memory')
    for error, is_fault in (
        (PermissionError('no key'), True),
        (OSError(errno.ENOSPC, 'No space left on device'), True),
        (RuntimeError('no answer'), True),
        (FileNotFoundError('v.mp4'), False),
    ):

        def fail(*_, error=error, **__):
            raise error

        with monkeypatch.context() as patch:
            patch.setattr(type(files), 'get_file', fail)
            assert kind_of('memory://far/v.mp4') == is_fault, error


def test_names_that_are_too_long_for_this_machine(temporary):
    # No character is cut in two: its name would be no text.
    name = 'memory://far/a' + 90 * '\u5f71' + '.mp4'
    fsspec.filesystem('memory').pipe_file(name, b'long')
    with local_copy(name) as path:
        assert path.name == 'a' + 49 * '\u5f71' + '.mp4'
        assert path.read_bytes() == b'long'


def test_a_full_temporary_folder_is_a_fault(temporary, monkeypatch):
    monkeypatch.setenv('no_proxy', '127.0.0.1')

    def full(*_, **__):
        raise OSError(errno.ENOSPC, 'No space left on device')

    with FileServer() as server:
        address = server.serve('/v.mp4', b'video')
        with monkeypatch.context() as patch:
            patch.setattr('stclip.utils.downloads._fill', full)
            assert kind_of(address)
    monkeypatch.setattr(tempfile, 'mkdtemp', full)
    assert kind_of('memory://far/v.mp4')


def test_errors_that_other_videos_have_too(tmp_path):
    for error in (
        Fault('no network'),
        OSError(errno.ESTALE, 'Stale file handle'),
        ConnectionResetError('reset'),
        RuntimeError('no kernel'),
    ):
        assert str(error) in fault_of(error, tmp_path), error
    for error in (
        UserError('broken'),
        MissingFileError('no file'),
        PermissionError('not yours'),
    ):
        assert fault_of(error, tmp_path) == '', error


def test_what_kills_all_processes_is_a_fault(tmp_path):
    folder = CorpusFolder(tmp_path)
    for _ in range(MOST_LOOKS):
        folder.begin(TASK.key)
    told = Recorder(folder, None)(TASK)
    assert told.fault.startswith('3 processes that looked at it were killed')


def test_a_lost_gpu_ends_its_process(tmp_path, monkeypatch):
    def look(task):
        raise RuntimeError('CUDA error: device-side assert triggered')

    def lost():
        raise RuntimeError('CUDA error: device-side assert triggered')

    folder = CorpusFolder(tmp_path)
    record = Recorder(folder, look)
    monkeypatch.setattr(torch.cuda, 'is_initialized', lambda: True)
    monkeypatch.setattr(torch.cuda, 'synchronize', lost)
    with pytest.raises(DeviceLostError, match=r'device-side.*goes on'):
        record(TASK)
    # It may have been the video's fault: a row, when it has done so thrice.
    assert folder.statuses() == {}
    job = SimpleNamespace(start=lambda: look)
    actor = Actor(job, tmp_path, os.getcwd())
    batch = dict(path=np.array([TASK.path]), key=np.array([TASK.key]))
    with monkeypatch.context() as patch:
        patch.setattr(ray_engine.os, '_exit', pytest.exit)
        for _ in range(MOST_LOOKS - 1):
            with pytest.raises(pytest.exit.Exception):
                actor(batch)
        assert [each[0] for each in actor(batch).values()][:2] == [
            TASK.key,
            'failed',
        ]
    # Want of memory is over at the next video.
    monkeypatch.setattr(torch.cuda, 'synchronize', lambda: None)
    other = Task('/videos/b.mp4', 'b-1-2')
    assert record(other) == Outcome(
        other.key,
        'failed',
        'RuntimeError: CUDA error: device-side assert triggered',
    )


def test_copies_of_killed_processes_go(temporary):
    code = (
        'import os, signal, sys, tempfile; import fsspec;'
        'fsspec.filesystem("memory").pipe_file("/far/v.mp4", b"video");'
        'tempfile.tempdir = sys.argv[1];'
        'from stclip.corpora.fetching import local_copy;'
        'context = local_copy("memory://far/v.mp4"); context.__enter__();'
        'os.kill(os.getpid(), signal.SIGKILL)'
    )
    ended = run_python(code, temporary)
    assert ended.returncode == -signal.SIGKILL, ended.output
    (left,) = temporary.glob('*/v.mp4')
    files = fsspec.filesystem('memory')
    files.pipe_file('/far/w.mp4', b'other')
    with local_copy('memory://far/w.mp4') as path:
        assert not left.exists()
        # Those in use stay.
        with local_copy('memory://far/w.mp4') as second:
            assert path.read_bytes() == second.read_bytes() == b'other'
            assert path.parent != second.parent
        assert path.exists() and not second.exists()
    assert list(temporary.iterdir()) == []


def test_a_copy_taken_for_a_left_one_is_made_anew(temporary, monkeypatch):
    usual, taken = private_folder.lock_file, []

    def late(handle, wait):
        if not taken:
            (folder,) = temporary.iterdir()
            taken.append(folder)
            for path in folder.iterdir():
                path.unlink()
            folder.rmdir()
        return usual(handle, wait)

    monkeypatch.setattr(private_folder, 'lock_file', late)
    fsspec.filesystem('memory').pipe_file('/far/w.mp4', b'other')
    with local_copy('memory://far/w.mp4') as path:
        assert path.parent not in taken
        assert path.read_bytes() == b'other'


def test_what_others_made_under_the_name_of_a_copy_stays(
    temporary, tmp_path, monkeypatch
):
    """A link to a lock, or a whole folder, is no copy that was left."""
    mine = tmp_path / 'mine'
    mine.mkdir()
    (mine / '.lock').touch()
    (temporary / 'stclip-video-link').symlink_to(mine)
    trap = temporary / 'stclip-video-trap'
    trap.mkdir()
    (trap / '.lock').symlink_to(mine / '.lock')
    fsspec.filesystem('memory').pipe_file('/far/w.mp4', b'other')
    with local_copy('memory://far/w.mp4'):
        pass
    assert trap.exists() and (mine / '.lock').exists()
    other = temporary / 'stclip-video-other'
    other.mkdir()
    (other / '.lock').touch()
    with monkeypatch.context() as patch:
        patch.setattr(os, 'getuid', lambda: 2**31)
        with local_copy('memory://far/w.mp4'):
            pass
    assert other.exists()
    with local_copy('memory://far/w.mp4'):
        assert not other.exists()
