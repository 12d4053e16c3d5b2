"""Children of a killed process end with it, whatever they are at."""

import os
import select
import subprocess
import sys
from pathlib import Path

import pytest
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
LOADER = """
from endless import work
from toy_run import toy_runner, ToyDataset
ToyDataset.__getitem__ = work
toy_runner('run', {'train_dataloader.num_workers': 2}).train()
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
TORCHRUN = ('-m', 'torch.distributed.run', '--standalone')


@pytest.mark.parametrize(
    'code, launcher, children',
    [
        (POOL, (), 2),
        (LOADER, (), 2),
        (LAUNCHED, TORCHRUN, 1),
        (DETECTING, TORCHRUN, 1),
    ],
    ids=['pool', 'data loader', 'torchrun', 'torchrun of detection'],
)
def test_children_end_with_a_killed_parent(tmp_path, code, launcher, children):
    (tmp_path / 'endless.py').write_text(WORK)
    (tmp_path / 'parent.py').write_text(code)
    folders = map(str, (ROOT, ROOT / 'tests' / 'reference', tmp_path))
    parent = subprocess.Popen(
        [sys.executable, *launcher, 'parent.py'],
        cwd=tmp_path,
        env=dict(
            os.environ,
            PYTHONPATH=os.pathsep.join(folders),
            CUDA_VISIBLE_DEVICES='',
        ),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with parent:
        lines = (line for line in parent.stdout if line.strip().isdigit())
        working = [os.pidfd_open(int(next(lines))) for _ in range(children)]
        kill(parent)
    for child in working:
        # Readable once the process has ended.
        assert select.select([child], [], [], 60)[0]
        os.close(child)
