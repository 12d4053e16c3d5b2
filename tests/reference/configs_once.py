"""Configs of this project, read once in a process.

Each costs some 30 ms with its bases, and tests ask for them thousands of
times.
"""

import copy
import functools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from mmengine.config import Config

CONFIGS = Path(__file__).parents[2] / 'configs'


@contextmanager
def configs_read_once() -> Iterator[None]:
    """Inside the block MMEngine is handed copies of what it read before."""
    read = Config._file2dict
    kept = functools.cache(read)

    def read_once(filename, *words, **named):
        path = Path(filename).absolute()
        if not path.is_relative_to(CONFIGS):
            return read(filename, *words, **named)
        return copy.deepcopy(kept(str(path), *words, **named))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Config, '_file2dict', staticmethod(read_once))
        yield
