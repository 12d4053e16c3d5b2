import json
import sys
from pathlib import Path

import pytest
from fake_runs import FakeTools


@pytest.fixture
def tools_on_path(monkeypatch):
    """Tools find one another, as where they are run from."""
    # At the end of the path: tools/test.py must not hide Python's `test`.
    folder = Path(__file__).parents[2] / 'tools'
    monkeypatch.setattr(sys, 'path', [*sys.path, str(folder)])


@pytest.fixture
def run_fake(tools_on_path, monkeypatch, tmp_path):
    """Run a benchmark with fake tools; the table, the raw values, the tools.

    With ``failing`` runs it must say how many.
    """
    import experiments

    from tools import run_benchmark

    def run(*words, failing=None, **fake):
        tools = FakeTools(**fake)
        monkeypatch.setattr(experiments, 'call', tools)
        name, *words = words
        words = ['tool', name, '--out', str(tmp_path), *words]
        monkeypatch.setattr('sys.argv', words)
        if failing:
            with pytest.raises(SystemExit, match=f'^{failing} runs failed'):
                run_benchmark.main()
        else:
            run_benchmark.main()
        raw = json.loads((tmp_path / f'{name}.json').read_text())
        return (tmp_path / f'{name}.md').read_text(), raw, tools

    return run
