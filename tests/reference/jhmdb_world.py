"""A folder with J-HMDB in small, a tiny CLIP and the config of a test file.

The file states its config as ``CONFIG``.
"""

import json
import shutil

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope
from tiny_model import ARCH


@pytest.fixture(scope='module')
def world(small_jhmdb, tmp_path_factory, request):
    folder = tmp_path_factory.mktemp('world')
    shutil.copytree(small_jhmdb, folder / 'jhmdb')
    (folder / 'arch.json').write_text(json.dumps(dict(model_cfg=ARCH)))
    (folder / 'config.py').write_text(request.module.CONFIG)
    (folder / 'data').symlink_to(request.config.rootpath / 'data')
    return folder


@pytest.fixture(scope='module')
def here(world):
    """That folder, while commands run in it."""
    with (
        pytest.MonkeyPatch.context() as patch,
        DefaultScope.overwrite_default_scope('stclip'),
    ):
        patch.chdir(world)
        yield world


def read_config():
    torch.manual_seed(0)  # of the CLIP without weights
    return Config.fromfile('config.py')
