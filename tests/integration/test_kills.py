"""Commands that are killed at random moments lose nothing.

A few kills of the quick ones; all, twenty times each, are killed by hand:
docs/how_to/train_and_test.md.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
KILLS = 2


def test_killed_commands_go_on(tmp_path):
    jobs = ['prepare jhmdb', 'detect-persons', 'attributes']
    done = subprocess.run(
        [
            *(sys.executable, ROOT / 'tests' / 'reference' / 'kill_trial.py'),
            *('--kills', str(KILLS), '--jobs', *jobs),
        ],
        env=dict(os.environ, TMPDIR=str(tmp_path), PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line.split(' | ') for line in done.stdout.splitlines()[2:]]
    assert [row[0].strip('| `') for row in rows] == jobs
    assert all(row[2:] == [f'{KILLS}', f'{KILLS} |'] for row in rows)
