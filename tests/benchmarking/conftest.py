import copy
import functools
import json

import pytest
from fake_runs import FakeTools

from stclip.benchmarking.accuracy import process, runs, schedules
from stclip.cli.benchmark import group
from stclip.utils.errors import UserError


@pytest.fixture(autouse=True)
def quick_configs(monkeypatch):
    """Configs are read once in all tests, and written plainly."""
    monkeypatch.setattr(runs, 'read_config', _read_config)


_read_once = functools.cache(runs.read_config)


def _read_config(name):
    return copy.deepcopy(_read_once(name))


@pytest.fixture(autouse=True)
def no_choices(monkeypatch, tmp_path_factory):
    """Nothing has been searched, whatever is shipped; the choices' file."""
    path = tmp_path_factory.mktemp('choices') / 'chosen.yaml'
    path.write_text('{}')
    monkeypatch.setattr(schedules, 'CHOSEN', path)
    return path


@pytest.fixture
def run_fake(monkeypatch, tmp_path):
    """Run a benchmark with fake tools; the tables, the raw values, the tools.

    With ``failing`` runs it must say how many.
    """

    def run(name, *words, failing=None, out=tmp_path, **fake):
        tools = FakeTools(**fake)
        monkeypatch.setattr(process, 'call', tools)
        words = [name, *words, '--out', str(out)]
        if failing:
            with pytest.raises(UserError, match=f'^{failing} runs failed'):
                group.main(words, standalone_mode=False)
        else:
            group.main(words, standalone_mode=False)
        if '--search' in words:
            name = 'search'
        pages = (out / f'{name}.md', out / 'table.md')
        (page,) = [page for page in pages if page.is_file()]
        raw = json.loads((out / f'{name}.json').read_text())
        return page.read_text(), raw, tools

    return run
