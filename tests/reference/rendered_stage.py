"""ZS-Stage in its tiny size, rendered once for all processes of a test run."""

import fcntl
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Rendered:
    """A ZS-Stage folder, to be read only, and what was said meanwhile."""

    root: Path
    output: str


def rendered_once(factory: pytest.TempPathFactory) -> Rendered:
    """Make all tracks as a user does, unless another process has done so."""
    base = factory.getbasetemp()
    if 'PYTEST_XDIST_WORKER' in os.environ:
        base = base.parent  # which all workers share
    root, told = base / 'tiny_stage', base / 'tiny_stage.txt'
    with (base / 'tiny_stage.lock').open('w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.is_file():
            told.write_text(_render(root))
    return Rendered(root, told.read_text())


def _render(root: Path) -> str:
    tool = ROOT / 'tools' / 'make_zs_stage.py'
    command = [sys.executable, str(tool), '--out', str(root)]
    command += ['--size', 'tiny', '--workers', '1']
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=300, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
