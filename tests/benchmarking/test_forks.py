"""Our own commands in forks of a process that has imported everything."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from unittest import mock

import torch
from forks import run_python

from stclip.benchmarking.accuracy import forks, process

ROOT = Path(__file__).parents[2]


def run_script(folder, text):
    file = folder / 'script.py'
    file.write_text(textwrap.dedent(text))
    return subprocess.run(
        [sys.executable, str(file)],
        cwd=folder,
        env=dict(os.environ, PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
    )


def test_only_our_own_commands_fork_and_only_without_a_gpu(monkeypatch):
    ours = process.stclip_command(('test', 'a.py'))
    assert forks.can_fork(ours)
    assert not forks.can_fork(process.stclip_command(('test',), num_gpus=2))
    assert not forks.can_fork((sys.executable, 'tool.py'))
    monkeypatch.setattr(torch.cuda, 'is_available', lambda: True)
    assert not forks.can_fork(ours)


def test_the_collector_passes_over_what_is_imported():
    """It takes a third of a second each time, and copies in every fork."""
    ended = run_python(
        'import gc\n'
        'gc.unfreeze()\n'
        f'import {forks._IMPORTED}\n'
        'print(gc.get_freeze_count(), len(gc.get_objects()))'
    )
    frozen, others = map(int, ended.output.splitlines()[-1].split())
    assert frozen > 100_000 > 10 * others


def test_runs_log_their_output_and_tell_how_they_ended(tmp_path):
    ended = run_script(
        tmp_path,
        """
        from pathlib import Path
        from stclip.benchmarking.accuracy import forks, process

        if __name__ == '__main__':
            forks._IMPORTED = 'stclip'  # quicker than all
            log = Path('logs', 'run.log')
            for words in (['infer', '--help'], ['train', 'none.py']):
                command = process.stclip_command(words)
                try:
                    process.call(command, log, words[0])
                except process.FailedStep as error:
                    print(error)
                print(log.read_text().splitlines()[0])
        """,
    )
    help_line, failure, error_line = ended.stdout.splitlines()
    assert help_line.startswith('Usage: stclip infer')
    assert failure.startswith('train failed: none.py does not exist')
    assert failure.endswith('see logs/run.log')
    assert error_line.startswith('error: none.py does not exist')


def test_a_run_that_is_left_ends(tmp_path):
    """Its group gets the signal; Ctrl-C leaves the block in the same way."""
    ended = run_script(
        tmp_path,
        """
        import os
        import signal
        from pathlib import Path
        from stclip.benchmarking.accuracy import forks, process

        def wait(words, log):
            os.setsid()
            log.touch()
            signal.pause()

        if __name__ == '__main__':
            forks._run, forks._IMPORTED = wait, 'stclip'
            there = Path('there')
            fork = forks.ForkedCommand(process.stclip_command([]), there)
            try:
                with process.until_its_end(fork):
                    while not there.exists():
                        os.sched_yield()
                    assert fork.poll() is None
                    raise KeyboardInterrupt
            except KeyboardInterrupt:
                print(fork.returncode)
        """,
    )
    assert ended.stdout == f'{-signal.SIGTERM}\n', ended.stderr


def test_a_group_that_is_not_there_yet_is_no_error():
    """The run gets the second signal, once it leads its group."""
    none_has = 2**22 + 1
    starting = mock.Mock(pid=none_has)
    process.end(starting)
    starting.wait.assert_called_once_with(process.GRACE_SEC)
