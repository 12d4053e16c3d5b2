"""Commands beside other processes, by how OpenMP's threads wait.

Each command runs as a user starts it, with the waiting that
:mod:`stclip.utils.cores` chooses and with the two fixed choices: libgomp's
own (busy) and ``OMP_WAIT_POLICY=PASSIVE``; in turn, on a machine that is idle
otherwise and beside processes that never wait.
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
from pathlib import Path

from tqdm import tqdm

from stclip.benchmarking.accuracy.process import watched
from stclip.utils.errors import UserError
from stclip.utils.resources import shipped

# What libgomp does where nothing is said, in its own words.
CHOICES: dict[str, dict[str, str]] = {
    'busy': {'GOMP_SPINCOUNT': '300000'},
    'passive': {'OMP_WAIT_POLICY': 'PASSIVE'},
    'ours': {},
}
_DETECTOR = 'data/pretrained/tiny_person_detector/tiny_person_detector.pth'
_STAGE = 'data/zs_stage/single'
_ITERS = 40
_HEAD = '| command | beside | busy s | passive s | ours s | ours / better |'
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
        *('infer', f'{_STAGE}/frames/golf_test_00', '--labels=golf,sit'),
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
            bar.write('|---' * 6 + '|')
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
                taken = seconds(folder, COMMANDS[name], environment)
                times[choice].append(taken)
                bar.update()
    return {name: statistics.median(values) for name, values in times.items()}


def seconds(
    folder: Path, words: Sequence[str], environment: Mapping[str, str]
) -> float:
    """Run a command of ``stclip``.

    Raises:
        UserError: If it fails; with the end of what it printed.
    """
    told = ('OMP_WAIT_POLICY', 'GOMP_SPINCOUNT', 'OMP_NUM_THREADS')
    variables = {k: v for k, v in os.environ.items() if k not in told}
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, '-m', 'stclip', *words],
        cwd=folder,
        env=variables | dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        last = done.stdout.strip().rpartition('\n')[2]
        raise UserError(f'stclip {words[0]} failed: {last}')
    return time.perf_counter() - start


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
