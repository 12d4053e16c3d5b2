"""Configs of this project, read once in a process.

Each costs some 30 ms with its bases, and tests ask for them thousands of
times.
"""

import copy
import functools
from pathlib import Path

import pytest
from mmengine.config import Config

CONFIGS = Path(__file__).parents[2] / 'configs'


def read_configs_once(patch: pytest.MonkeyPatch) -> None:
    """Until it is undone MMEngine is handed copies of what it read before."""
    read = Config._file2dict
    kept = functools.cache(read)

    def read_once(filename, *words, **named):
        path = Path(filename).absolute()
        if not path.is_relative_to(CONFIGS):
            return read(filename, *words, **named)
        return copy.deepcopy(kept(str(path), *words, **named))

    patch.setattr(Config, '_file2dict', staticmethod(read_once))
