"""Configs of this project, read once for all processes of a test run.

Each costs some 30 ms with its bases, and tests ask for them thousands of
times.
"""

import copy
import fcntl
import functools
import hashlib
import os
import pickle
from pathlib import Path

import pytest
from mmengine.config import Config

CONFIGS = Path(__file__).parents[2] / 'configs'


def read_configs_once(patch: pytest.MonkeyPatch, base: Path) -> None:
    """Until it is undone MMEngine is handed copies of what it read before.

    Args:
        patch: Undoes it.
        base: Folder for temporary files of this process.
    """
    if 'PYTEST_XDIST_WORKER' in os.environ:
        base = base.parent  # which all workers share
    read = Config._file2dict

    @functools.cache
    def kept(*words, **named):
        told = repr((words, sorted(named.items()))).encode()
        file = base / f'config_{hashlib.sha256(told).hexdigest()}.pickle'
        with file.open('a+b') as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not file.stat().st_size:
                lock.write(pickle.dumps(read(*words, **named)))
                lock.flush()
            return pickle.loads(file.read_bytes())

    def read_once(filename, *words, **named):
        path = Path(filename).absolute()
        if not path.is_relative_to(CONFIGS):
            return read(filename, *words, **named)
        return copy.deepcopy(kept(str(path), *words, **named))

    patch.setattr(Config, '_file2dict', staticmethod(read_once))
