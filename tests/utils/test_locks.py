"""One writer at a time, among real processes."""

import multiprocessing
import os
import socket

import pytest
from other_writer import WAIT, kill, other_process

from stclip.utils.errors import UserError
from stclip.utils.locks import only_writer


def held(lock):
    return f'with locks.only_writer("it", Path({str(lock)!r}), "wait"): {WAIT}'


def test_second_process_is_refused_and_the_first_is_named(tmp_path):
    lock = tmp_path / 'new' / '.lock'
    with other_process(held(lock)) as first:
        where = f'process {first.pid} on {socket.gethostname()}; wait'
        with (
            pytest.raises(UserError, match=f'it is being written by {where}'),
            only_writer('it', lock, 'wait'),
        ):
            pass
        assert lock.exists()
    # It has left neither the lock nor the folder, and the way is free.
    assert list(tmp_path.iterdir()) == []
    with only_writer('it', lock, 'wait') as killed:
        assert not killed
        assert lock.read_text().startswith(f'{os.getpid()} on')


def test_killed_process_does_not_block_the_next(tmp_path):
    lock = tmp_path / '.lock'
    with other_process(held(lock)) as first:
        kill(first)
    assert lock.exists()
    with only_writer('it', lock, 'wait') as killed:
        assert killed
    assert not lock.exists()


def test_workers_of_a_killed_process_do_not_hold_its_lock(tmp_path):
    lock = tmp_path / '.lock'
    # The child was forked inside the block and outlives its parent.
    forking = (
        f'import os, time\n'
        f'with locks.only_writer("it", Path({str(lock)!r}), "wait"):\n'
        f'    child = os.fork()\n'
        f'    if not child: sys.stdin.read(); os._exit(0)\n'
        f'    print("here", flush=True); time.sleep(600)'
    )
    with other_process(forking) as first:
        kill(first)
        with only_writer('it', lock, 'wait') as killed:
            assert killed


def test_files_of_others_stay_in_the_folder(tmp_path):
    with only_writer('it', tmp_path / 'new' / '.lock', 'wait'):
        (tmp_path / 'new' / 'result').touch()
    assert os.listdir(tmp_path / 'new') == ['result']


def test_failure_frees_the_lock(tmp_path):
    with pytest.raises(RuntimeError), only_writer('it', tmp_path / '.l', ''):
        raise RuntimeError
    with only_writer('it', tmp_path / '.l', '') as killed:
        assert not killed


def _count(folder):
    """Add 1 to a number, many times, as the only writer or else later."""
    done = 0
    while done < 20:
        try:
            with only_writer('it', folder / '.lock', ''):
                number = int((folder / 'number').read_text() or 0)
                (folder / 'number').write_text(str(number + 1))
                done += 1
        except UserError:
            continue


def test_no_two_are_inside_at_once(tmp_path):
    (tmp_path / 'number').touch()
    context = multiprocessing.get_context('fork')
    processes = [
        context.Process(target=_count, args=(tmp_path,)) for _ in range(3)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert (tmp_path / 'number').read_text() == '60'
