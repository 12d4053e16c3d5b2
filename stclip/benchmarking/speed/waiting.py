"""Commands beside other processes, by how OpenMP's threads wait.

Each command runs as a user starts it, with the waiting that
:mod:`stclip.utils.cores` chooses and with the two fixed choices: libgomp's
own (busy) and ``OMP_WAIT_POLICY=PASSIVE``; in turn, on a machine that is idle
otherwise and beside processes that never wait. There the busy choice may take
twenty times as long: it is ended when it can no longer be the better one.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain
from math import inf
from pathlib import Path

from tqdm import tqdm

from stclip.benchmarking.accuracy.process import running, watched
from stclip.utils.errors import UserError
from stclip.utils.resources import shipped

# What libgomp does where nothing is said, in its own words.
CHOICES: dict[str, dict[str, str]] = {
    'ours': {},
    'passive': {'OMP_WAIT_POLICY': 'PASSIVE'},
    'busy': {'GOMP_SPINCOUNT': '300000'},
}
# A choice is ended after this many times the slowest of those before it.
_ENOUGH = 1.5
_DETECTOR = 'data/pretrained/tiny_person_detector/tiny_person_detector.pth'
_STAGE = 'data/zs_stage/single'
_ITERS = 40
_HEAD = '| command | beside | ours s | passive s | busy s | ours / better |'
#: Name -> words of ``stclip``, in a folder with ZS-Stage below ``data``.
COMMANDS: dict[str, tuple[str, ...]] = {
    'prepare': ('prepare', 'zs-stage', '--out=rendered', '--size=tiny'),
    'detect-persons': (
        *('detect-persons', 'person_detector/zs_stage_tiny.py'),
        *('--checkpoint', str(shipped(_DETECTOR))),
        *('--annotations', f'{_STAGE}/annotations/test.json'),
        *('--videos', f'{_STAGE}/frames', '--overwrite'),
        *('--out', f'{_STAGE}/detections/test.json'),
    ),
    'train': (
        *('train', 'zs_stage_single.py', '--work-dir=run', '--seed=0'),
        *('--cfg-options', f'train_cfg.max_iters={_ITERS}'),
    ),
    'test': ('test', 'zs_stage_single.py', f'run/iter_{_ITERS}.pth'),
    'infer': (
        *('infer', f'{_STAGE}/frames/jump_test_00', '--labels=jump,run'),
        *('--fps=8', '--stride=1', '--out=found'),
    ),
}
# What a command leaves that the next run would take up.
_LEFT = {'prepare': 'rendered', 'train': 'run', 'infer': 'found'}


@dataclass(frozen=True)
class Options:
    """What is measured.

    Args:
        commands: Names of :data:`COMMANDS`; each needs those before it.
        beside: Numbers of processes that never wait.
        repeats: Runs of each, whose median counts.
    """

    commands: Sequence[str]
    beside: Sequence[int]
    repeats: int


def run(options: Options) -> None:
    """Measure and print the table."""
    rounds = len(options.beside) * options.repeats * len(CHOICES)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        with tqdm(total=len(options.commands) * rounds, unit='run') as bar:
            prepare(folder, options.commands)
            print(_HEAD, flush=True)
            print('|---' * 6 + '|', flush=True)
            for name in options.commands:
                for beside in options.beside:
                    times = measure(folder, name, beside, options.repeats, bar)
                    print(row(name, beside, times), flush=True)


def row(name: str, beside: int, times: Mapping[str, float]) -> str:
    """A line of the table; its ratio is to the better fixed choice."""
    ratio = times['ours'] / min(times['busy'], times['passive'])
    cells = ' | '.join(f'{times[choice]:.1f}' for choice in CHOICES)
    return f'| {name} | {beside} | {cells} | {ratio:.2f} |'


def prepare(folder: Path, names: Sequence[str]) -> None:
    """Render ZS-Stage, and run what comes before the commands once."""
    words = ('prepare', 'zs-stage', '--out=data/zs_stage', '--size=tiny')
    seconds(folder, words, {})
    known = list(COMMANDS)
    for name in known[: 1 + max(map(known.index, names))]:
        seconds(folder, COMMANDS[name], {})


def measure(
    folder: Path, name: str, beside: int, repeats: int, bar: tqdm
) -> dict[str, float]:
    """Seconds of a command by choice, measured in turn."""
    times: dict[str, list[float]] = {choice: [] for choice in CHOICES}
    with busy_processes(beside):
        for _ in range(repeats):
            for choice, environment in CHOICES.items():
                if name in _LEFT:
                    shutil.rmtree(folder / _LEFT[name], ignore_errors=True)
                bar.set_description(f'{name} beside {beside}, {choice}')
                slowest = max(chain.from_iterable(times.values()), default=inf)
                limit = _ENOUGH * slowest
                taken = seconds(folder, COMMANDS[name], environment, limit)
                times[choice].append(taken)
                bar.update()
    return {name: statistics.median(values) for name, values in times.items()}


def seconds(
    folder: Path,
    words: Sequence[str],
    environment: Mapping[str, str],
    limit: float = inf,
) -> float:
    """Time a command of ``stclip``.

    Args:
        folder: Where it runs.
        words: Of the command line.
        environment: What is said to OpenMP.
        limit: Seconds after which it is ended, which are its time then.

    Raises:
        UserError: If it fails; with the end of what it printed.
    """
    told = ('OMP_WAIT_POLICY', 'GOMP_SPINCOUNT', 'OMP_NUM_THREADS')
    variables = {k: v for k, v in os.environ.items() if k not in told}
    log = folder / 'log.txt'
    start = time.perf_counter()
    with log.open('wb') as output:
        command = (sys.executable, '-m', 'stclip', *words)
        with running(command, output, folder, variables | environment) as job:
            try:
                job.wait(None if limit == inf else limit)
            except subprocess.TimeoutExpired:
                return limit
    taken = time.perf_counter() - start
    if job.returncode:
        last = log.read_text(errors='replace').strip().rpartition('\n')[2]
        raise UserError(f'stclip {words[0]} failed: {last}')
    return taken


@contextmanager
def busy_processes(number: int) -> Iterator[None]:
    """Processes that keep a core busy each, inside the block."""
    command = (sys.executable, '-I', '-S', '-c', 'while True: pass')
    with ExitStack() as stack:
        for _ in range(number):
            process = subprocess.Popen(command, start_new_session=True)
            stack.callback(process.wait)
            stack.callback(process.kill)
            stack.enter_context(watched(process.pid))
        yield
