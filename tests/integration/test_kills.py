"""Commands that are killed at random moments lose nothing.

A few kills of the quick ones; all, twenty times each, are killed by hand:
docs/how_to/train_and_test.md.
"""

from pathlib import Path

from forks import run_processes

TRIAL = Path(__file__).parents[1] / 'reference' / 'kill_trial.py'
KILLS = 2
# As `python kill_trial.py` does, in the folder for temporary files it is told.
RUN = """
import runpy, sys, tempfile
tempfile.tempdir = None
del sys.argv[0]
runpy.run_path(sys.argv[0], run_name='__main__')
"""


def test_killed_commands_go_on(tmp_path):
    jobs = ['prepare jhmdb', 'detect-persons', 'attributes']
    words = TRIAL, '--kills', KILLS, '--jobs', *jobs
    (done,) = run_processes(RUN, *words, environs=[dict(TMPDIR=str(tmp_path))])
    assert done.returncode == 0, done.output
    lines = done.output.splitlines()
    rows = [line.split(' | ') for line in lines if line.startswith('| `')]
    assert [row[0].strip('| `') for row in rows] == jobs
    assert all(row[2:] == [f'{KILLS}', f'{KILLS} |'] for row in rows)
