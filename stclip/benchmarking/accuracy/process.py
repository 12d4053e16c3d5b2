"""Child processes with a log, a bar, and the reason where one fails."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tqdm import tqdm

import stclip
from stclip.benchmarking.accuracy import forks, watcher
from stclip.benchmarking.accuracy.watcher import GRACE_SEC
from stclip.utils.errors import UserError

# Of a bar.
_REFRESH_SEC = 0.5
_LAYOUT = '{desc:36} {percentage:3.0f}% |{bar:24}| {elapsed}<{remaining}'
# A traceback ends in its error; our commands and click begin with this word.
_ERROR_WORDS = ('Error', 'Exception', 'Interrupt')
_TAIL_LINES = 8

#: One that has been started.
Process = subprocess.Popen | forks.ForkedCommand


class FailedStep(UserError):
    """A child process that failed: why, and the end of its log.

    Args:
        title: What it did.
        log: Its log.
    """

    def __init__(self, title: str, log: Path) -> None:
        lines = log.read_text(encoding='utf-8', errors='replace').splitlines()
        self.tail = [line for line in lines if line.strip()][-_TAIL_LINES:]
        super().__init__(f'{title} failed: {reason(lines)}; see {log}')


def reason(lines: Sequence[str]) -> str:
    """First line of a log that names an error, or else the last one."""
    for line in lines:
        name, colon, _ = line.partition(':')
        if line.startswith('error: '):
            return line.removeprefix('error: ')
        kind = name.rpartition('.')[2]
        if name.strip() == name and kind.endswith(_ERROR_WORDS):
            return line if colon else name
    return next((line for line in reversed(lines) if line.strip()), 'silently')


def stclip_command(words: Sequence[str], num_gpus: int = 1) -> tuple[str, ...]:
    """What runs ``stclip WORDS``, here or in an installed package.

    Args:
        words: Subcommand and arguments.
        num_gpus: Processes that share the work.
    """
    program, *module = forks.PYTHON
    if num_gpus == 1:
        return (program, *module, *words)
    launch = ('-m', 'torch.distributed.run', '--standalone')
    launch += (f'--nproc_per_node={num_gpus}', *module, *words)
    return (program, *launch, '--launcher', 'pytorch')


def call(
    command: Sequence[str],
    log: Path,
    title: str,
    progress: Path | None = None,
) -> None:
    """Run a command; it ends when this process is interrupted.

    Args:
        command: Program and arguments.
        log: Where its output goes.
        title: What the bar says.
        progress: Lines of ``ProgressHook`` that the command writes; without
            them the bar knows no percentage.

    Raises:
        FailedStep: If the command fails.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    if progress:
        progress.unlink(missing_ok=True)
    bar = tqdm(desc=title, bar_format=_LAYOUT, total=None)
    with bar, logged(command, log) as process:
        while not ended(process):
            show(bar, progress)
        show(bar, progress)
        if process.returncode == 0:
            bar.total = bar.total or 1
            bar.update(bar.total - bar.n)
            bar.refresh()
    if process.returncode:
        raise FailedStep(title, log)


@contextmanager
def logged(command: Sequence[str], log: Path) -> Iterator[Process]:
    """Start a process that writes a log; it ends with this block.

    Args:
        command: Program and arguments; a fork runs one of our own.
        log: Written anew.
    """
    with log.open('wb') as file:
        if forks.can_fork(command):
            started = forked(command, log)
        else:
            started = running(command, file)
        with started as process:
            yield process


@contextmanager
def forked(command: Sequence[str], log: Path) -> Iterator[Process]:
    """Fork a command of our own; it ends with this block, see ``running``."""
    with terminate_as_interrupt():
        process = forks.ForkedCommand(command, log)
        with until_its_end(process):
            yield process


def ended(process: Process) -> bool:
    """Wait a moment for the end of a process."""
    try:
        process.wait(_REFRESH_SEC)
    except subprocess.TimeoutExpired:
        return False
    return True


def show(bar: tqdm, progress: Path | None) -> None:
    """Move a bar to the last whole line of a progress file.

    Where it is no terminal that is written to, a line is written for every
    move, not for every moment.
    """
    before = bar.n
    if progress and progress.is_file():
        *lines, _ = progress.read_text(encoding='utf-8').split('\n')
        if lines:
            last = json.loads(lines[-1])
            bar.total = last['total']
            bar.update(last['done'] - bar.n)
    if bar.n != before or bar.fp.isatty():
        bar.refresh()


@contextmanager
def running(
    command: Sequence[str],
    output: object,
    folder: Path | None = None,
    variables: Mapping[str, str] = os.environ,
) -> Iterator[subprocess.Popen]:
    """Start a process; it and its children end with this block.

    Also if this process is killed.

    Args:
        command: Program and arguments.
        output: File of what it prints.
        folder: Where it runs; ``None`` for here.
        variables: Its environment.
    """
    # The child imports the package that this process has imported.
    paths = (str(Path(stclip.__file__).parents[1]), os.getenv('PYTHONPATH'))
    environment = dict(
        variables,
        PYTHONPATH=os.pathsep.join(filter(None, paths)),
        PYTHONUNBUFFERED='1',
    )
    with terminate_as_interrupt():
        process = subprocess.Popen(
            [*command],
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=environment,
            cwd=folder,
            start_new_session=True,
        )
        with until_its_end(process):
            yield process


@contextmanager
def until_its_end(process: Process) -> Iterator[Process]:
    """End a process and its group with this block, or if this is killed.

    Args:
        process: In a group of its own.
    """
    try:
        with watched(process.pid):
            yield process
    finally:
        if process.poll() is None:
            end(process)


@contextmanager
def watched(group: int) -> Iterator[None]:
    """Let a group of processes end if this one is killed inside the block."""
    process = subprocess.Popen(
        (sys.executable, '-I', '-S', watcher.__file__, str(group)),
        stdin=subprocess.PIPE,
        # Who reads what this process prints does not wait for its grace.
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # Signals to this process and its group are not meant for it.
        start_new_session=True,
    )
    try:
        yield
    finally:
        process.communicate(b'.')


def end(process: Process) -> None:
    """End a process and all of its group."""
    # A fork is not at the head of its group from the first moment.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(GRACE_SEC)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def terminate_as_interrupt() -> Iterator[None]:
    """Let SIGTERM unwind the stack as Ctrl-C does, in the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(signum: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
