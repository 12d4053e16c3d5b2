"""Rules of all tests: seed, no network, nothing skipped unnoticed."""

import gc
import importlib
import logging
import os
import random
import socket
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from configs_once import read_configs_once
from mmengine.logging import MMLogger
from mmengine.registry import DefaultScope
from rendered_stage import Rendered, rendered_once
from token_tables import draw_tables_once

import stclip  # noqa: F401 installs the mends before any test's imports
from stclip.cli.prepare import group as prepare

SHARED = os.environ.get('STCLIP_SHARED')

# Weights come from files or from nowhere; inherited by tools under test.
os.environ['HF_HUB_OFFLINE'] = '1'


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """From here on, as tests are named after configs when collected."""
    patch = pytest.MonkeyPatch()
    read_configs_once(patch, config._tmp_path_factory.getbasetemp())
    config.add_cleanup(patch.undo)


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Leave out what needs STCLIP_SHARED where that is not set."""
    if SHARED:
        return
    needing = [item for item in items if item.get_closest_marker('shared')]
    if needing:
        config.hook.pytest_deselected(items=needing)
        items[:] = [item for item in items if item not in needing]


@pytest.fixture(autouse=True, scope='module')
def _settled() -> None:
    """Let the collector of garbage pass over what was there before.

    MMEngine calls it for every data set, and it looks at every object: a
    third of a second each time with all packages imported, and as much again
    after models were compiled.
    """
    gc.collect()
    gc.freeze()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """With STCLIP_SHARED set nothing is missing, so nothing may skip."""
    reporter = session.config.pluginmanager.get_plugin('terminalreporter')
    if not SHARED or reporter is None:
        return
    skipped = reporter.stats.get('skipped', [])
    if skipped and session.exitstatus == pytest.ExitCode.OK:
        reporter.write_line('')
        reporter.write_line(f'{len(skipped)} skipped: counted as failure')
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope='session')
def shared_dir() -> Path:
    """Folder of reference numbers; for tests marked ``shared``."""
    if not SHARED:
        pytest.fail('tests that use shared_dir must be marked `shared`')
    folder = Path(SHARED)
    if not folder.is_dir():
        pytest.fail(f'STCLIP_SHARED names no folder: {folder}')
    return folder


@pytest.fixture(scope='session')
def tiny_stage(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """All tracks of ZS-Stage in their tiny size; not to be changed."""
    return rendered_once(tmp_path_factory)


@pytest.fixture(scope='session')
def small_jhmdb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """J-HMDB in small, prepared; not to be changed.

    Training: run, clap; testing: clap, run. `clap` is unseen in split 1.
    """
    # Here, as its packages take a quarter of a second and few tests need them.
    from official_layouts import lay_out_jhmdb

    root = tmp_path_factory.mktemp('jhmdb')
    lay_out_jhmdb(root)
    words = ['jhmdb', f'--root={root}', '--workers=1']
    prepare.main(words, standalone_mode=False)
    return root


@pytest.fixture
def log_lines() -> Iterator[list[str]]:
    """What MMEngine's logger says during a test."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())
    logger = MMLogger.get_current_instance()
    logger.addHandler(handler)
    yield lines
    logger.removeHandler(handler)


@pytest.fixture
def in_root(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Paths and plain names of configs mean what they mean in a run."""
    monkeypatch.chdir(Path(__file__).parents[1])
    with DefaultScope.overwrite_default_scope('stclip'):
        yield


@pytest.fixture(autouse=True)
def _seed() -> None:
    random.seed(0)
    np.random.seed(0)
    torch.manual_seed(0)


@pytest.fixture(autouse=True, scope='session')
def _plain_configs() -> Iterator[None]:
    """Setting a config in fine type takes longer than a small training."""
    with pytest.MonkeyPatch.context() as patch:
        module = importlib.import_module('mmengine.config.config')
        patch.setattr(module, 'FormatCode', lambda text, **_: (text, False))
        yield


@pytest.fixture(autouse=True, scope='session')
def _tables_drawn_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        draw_tables_once(patch)
        yield


@pytest.fixture(autouse=True, scope='session')
def _no_network() -> Iterator[None]:
    """Let sockets reach this machine only."""
    connect = socket.socket.connect

    def connect_here(self: socket.socket, address: object) -> None:
        here = ('127.0.0.1', '::1', 'localhost')
        if isinstance(address, tuple) and address[0] not in here:
            raise ConnectionError(f'tests use no network: {address}')
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, 'connect', connect_here)
        yield
