"""Our own commands, begun with everything imported.

A table is made of hundreds of short runs, and imports are a third of each of
them: one process imports what a run needs and is forked for every run.
"""

import multiprocessing
import os
import runpy
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

_MODULE = 'stclip.cli.main'
#: How ``stclip WORDS`` begins where one process runs it.
PYTHON = (sys.executable, '-m', _MODULE)
_IMPORTED = 'stclip.benchmarking.accuracy.imported'


def can_fork(command: Sequence[str]) -> bool:
    """Whether :class:`ForkedCommand` can run a command.

    A GPU that has been asked for before a fork does not work after it, and
    importing mmengine asks.

    Args:
        command: Program and arguments.
    """
    if sys.platform != 'linux' or tuple(command[: len(PYTHON)]) != PYTHON:
        return False
    import torch  # costs seconds, and other commands have no need of it

    return not torch.cuda.is_available()


class ForkedCommand:
    """``stclip WORDS`` in a group of its own, as ``subprocess.Popen`` is used.

    Args:
        command: That :func:`can_fork` approves.
        log: File that its output is written to the end of.
    """

    def __init__(self, command: Sequence[str], log: Path) -> None:
        context = multiprocessing.get_context('forkserver')
        context.set_forkserver_preload([_IMPORTED])
        words = [*command[len(PYTHON) :]]
        self._process = context.Process(target=_run, args=(words, log))
        self._process.start()
        self.pid = self._process.pid

    @property
    def returncode(self) -> int | None:
        """Its exit code; ``None`` as long as it runs."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """See whether it has ended; its exit code if so."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end.

        Raises:
            subprocess.TimeoutExpired: If that takes longer, in s.
        """
        self._process.join(timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired('stclip', timeout)
        return self.returncode


def _run(words: Sequence[str], log: Path) -> None:
    os.setsid()
    output = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(output, stream.fileno())
        stream.reconfigure(line_buffering=True)
    os.close(output)
    sys.argv[1:] = words
    runpy.run_module(_MODULE, run_name='__main__', alter_sys=True)
