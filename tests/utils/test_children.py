"""Children of a killed process end with it, whatever they are at."""

import os
import select
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from forks import run_python
from other_writer import kill

ROOT = Path(__file__).parents[2]
# At work without an end; the line says who.
WORK = """
import os, signal
def work(*_):
    os.write(1, f'{os.getpid()}\\n'.encode())
    signal.pause()
"""
POOL = """
from endless import work
from stclip.utils.children import worker_pool
if __name__ == '__main__':
    with worker_pool(2) as pool:
        pool.map(work, range(2))
"""
# In a fork, as the packages take seconds; what it and its children say goes
# where we read.
FORKED = """
import os
os.dup2(os.open('said', os.O_WRONLY), 1)
os.write(1, f'{os.getpid()}\\n'.encode())
"""
LOADER = """
from endless import work
from toy_run import toy_runner, ToyDataset
ToyDataset.__getitem__ = work
toy_runner('run', {'train_dataloader.num_workers': 2}).train()
"""
TORCHRUN = """
from torch.distributed.run import main
main(['--standalone', 'rank.py'])
"""
LAUNCHED = """
from endless import work
from toy_run import toy_runner
toy_runner('run', {'launcher': 'pytorch'})
work()
"""
DETECTING = """
from endless import work
from stclip.apis.person_boxes import join_processes
join_processes('cpu')
work()
"""


def test_a_pool_ends_with_a_killed_parent(tmp_path):
    (tmp_path / 'endless.py').write_text(WORK)
    (tmp_path / 'parent.py').write_text(POOL)
    parent = subprocess.Popen(
        [sys.executable, 'parent.py'],
        cwd=tmp_path,
        env=dict(os.environ, PYTHONPATH=str(ROOT)),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with parent:
        lines = numbers(parent.stdout)
        working = [os.pidfd_open(next(lines)) for _ in range(2)]
        kill(parent)
    assert_they_end(working)


@pytest.mark.parametrize(
    'code, rank, children',
    [(LOADER, '', 2), (TORCHRUN, LAUNCHED, 1), (TORCHRUN, DETECTING, 1)],
    ids=['data loader', 'torchrun', 'torchrun of detection'],
)
def test_children_end_with_a_killed_parent(tmp_path, code, rank, children):
    (tmp_path / 'endless.py').write_text(WORK)
    (tmp_path / 'rank.py').write_text(rank)
    os.mkfifo(tmp_path / 'said')
    with ThreadPoolExecutor(1) as threads:
        parent = threads.submit(
            run_python, FORKED + code, folder=tmp_path, path=[tmp_path]
        )
        with (tmp_path / 'said').open() as said:
            lines = numbers(said)
            ours = next(lines)
            working = [os.pidfd_open(next(lines)) for _ in range(children)]
            os.kill(ours, signal.SIGKILL)
    assert parent.result().returncode == -signal.SIGKILL
    assert_they_end(working)


def numbers(lines):
    return (int(line) for line in lines if line.strip().isdigit())


def assert_they_end(processes):
    for child in processes:
        # Readable once the process has ended.
        assert select.select([child], [], [], 60)[0]
        os.close(child)
