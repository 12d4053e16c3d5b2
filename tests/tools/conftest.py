import sys
from pathlib import Path

import pytest
from official_layouts import lay_out_ava, lay_out_jhmdb, lay_out_ucf

from stclip.preparation import media_check
from tools.data import prepare


@pytest.fixture
def root(tmp_path):
    return tmp_path / 'data'


@pytest.fixture
def run(root):
    """Prepare in this process; what is written below annotations/."""

    def run(data_set, *options):
        command = [data_set, '--root', str(root), '--workers', '1']
        prepare.main([*command, *options])
        return {
            path.name: path.read_text()
            for path in (root / 'annotations').iterdir()
            if path.suffix in ('.json', '.txt')
        }

    return run


@pytest.fixture
def jhmdb(root):
    lay_out_jhmdb(root)
    return root


@pytest.fixture
def ucf(root):
    lay_out_ucf(root)
    return root


@pytest.fixture
def ava(root):
    lay_out_ava(root)
    return root


@pytest.fixture
def looked_at(monkeypatch):
    """Names of the videos that are looked into from now on."""
    names, look_into = [], media_check.look_into

    def look(path):
        names.append(path.stem)
        return look_into(path)

    monkeypatch.setattr(media_check, 'look_into', look)
    return names


@pytest.fixture
def tools_on_path(monkeypatch):
    """Tools find one another, as where they are run from."""
    # At the end of the path: tools/test.py must not hide Python's `test`.
    folder = Path(__file__).parents[2] / 'tools'
    monkeypatch.setattr(sys, 'path', [*sys.path, str(folder)])
