"""Our own tools run one after the other, each with a log and a bar.

Shared by tools/run_benchmark.py and tools/demo_zs_stage.py.
"""

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from stclip.utils.io import require_file, write_json

ROOT = Path(__file__).parents[1]
# How far a tool is, in what it prints: '[ 20/400]', '12/640 videos', or the
# bar of MMEngine, ']  12/640'.
_PROGRESS = re.compile(r'(?:\[ *|\] *|: )(\d+)/(\d+)\b')
# Last lines of a log that are shown when a step failed.
_SHOWN_LINES = 8


@dataclass(frozen=True)
class Step:
    """Something to do before the runs.

    Args:
        title: What the bar says.
        command: Tool and arguments.
        makes: File that is there when it is done; the step is skipped then.
            ``None`` for a tool that sees for itself what is left to do.
    """

    title: str
    command: tuple[str, ...]
    makes: str | None = None


@dataclass(frozen=True)
class SecondTest:
    """Another test of a run, with other weights or options.

    Args:
        name: Its folder below the run's.
        weights: File of the run, or '' for its last checkpoint.
        options: Values that differ from those of the run's own test.
    """

    name: str
    weights: str = ''
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Method:
    """One row of a table.

    Args:
        name: As the table shows it.
        config: File in configs/.
        trained: Whether there is something to train, once per seed.
        options: Values that differ from the config's, as for --cfg-options.
        test: What this row tests of the run of an earlier row, which has the
            same config.
    """

    name: str
    config: str
    trained: bool = True
    options: tuple[str, ...] = ()
    test: SecondTest | None = None


def zs_stage_steps(*tracks: str) -> tuple[Step, ...]:
    """What ZS-Stage's runs need: videos, annotations and person boxes."""
    data = 'data/zs_stage'
    # The clips are those of the single-action track, whole.
    rendered = dict.fromkeys(
        'single' if t in ('clips', 'stdd') else t for t in tracks
    )
    steps = [
        Step(
            'rendering ZS-Stage',
            ('tools/make_zs_stage.py', '--out', data, '--tracks', *rendered),
        )
    ]
    for track, suffix in (('single', 'json'), ('multi', 'csv')):
        if track not in tracks:
            continue
        out = f'{data}/{track}/detections/test.{suffix}'
        command = (
            'tools/detect_persons.py',
            'configs/person_detector/zs_stage_tiny.py',
            '--checkpoint',
            'data/pretrained/tiny_person_detector/tiny_person_detector.pth',
            '--annotations',
            f'{data}/{track}/annotations/test.{suffix}',
            '--videos',
            f'{data}/{track}/frames',
            '--out',
            out,
            *(('--fps', '8', '--start-sec', '0') if track == 'multi' else ()),
        )
        steps.append(Step(f'detecting persons, {track}', command, makes=out))
    return tuple(steps)


def prepare(steps: tuple[Step, ...], folder: Path) -> None:
    """Do what is not done yet; logs go to ``folder``.

    Raises:
        SystemExit: If a step fails, with the end of its log.
    """
    for step in steps:
        if step.makes and (ROOT / step.makes).is_file():
            continue
        log = folder / f'{step.title.replace(" ", "_").replace(",", "")}.log'
        if not call(step.command, log, step.title):
            lines = log.read_text(encoding='utf-8').splitlines()
            sys.exit(
                '\n'.join(
                    [f'{step.title} failed, {log}:', *lines[-_SHOWN_LINES:]]
                )
            )


def run(method: Method, seed: int, folder: Path) -> bool:
    """Train, unless there is nothing to train, and test.

    Returns:
        Whether it worked; ``folder`` then holds ``metrics.json``.
    """
    if method.test:
        return run_again(method, method.test, seed, folder)
    config = f'configs/{method.config}.py'
    options = tool_options(folder, seed, method.options)
    test = ('tools/test.py', config)
    if method.trained:
        command = ('tools/train.py', config, '--resume', *options)
        if not call(command, folder / 'train.log', f'training {method.name}'):
            return False
        test += (last_checkpoint(folder),)
    command = (*test, *options)
    if not call(command, folder / 'test.log', f'testing {method.name}'):
        return False
    keep_metrics(folder)
    return True


def run_again(
    method: Method, test: SecondTest, seed: int, folder: Path
) -> bool:
    """Test what an earlier row has trained, in a folder below its own."""
    trained = folder.parent
    if not (trained / 'metrics.json').is_file():
        return False
    weights = (
        str(require_file(trained / test.weights, 'Train it with the hook.'))
        if test.weights
        else last_checkpoint(trained)
    )
    command = ('tools/test.py', f'configs/{method.config}.py', weights)
    options = tool_options(folder, seed, method.options + test.options)
    log = folder / 'test.log'
    if not call((*command, *options), log, f'testing {method.name}'):
        return False
    keep_metrics(folder)
    return True


def tool_options(
    folder: Path, seed: int, options: Sequence[str]
) -> tuple[str, ...]:
    """Options of our training and testing tools."""
    words = ('--work-dir', str(folder), '--seed', str(seed))
    return (*words, '--cfg-options', *options) if options else words


def keep_metrics(folder: Path) -> None:
    """Copy a test run's metrics to ``metrics.json``.

    MMEngine leaves them in a folder by its time.
    """
    newest = max(
        folder.glob('*/*.json'), key=lambda file: file.stat().st_mtime
    )
    write_json(folder / 'metrics.json', json.loads(newest.read_text()))


def last_checkpoint(folder: Path) -> str:
    """Path of the newest checkpoint of a training run.

    Raises:
        FileNotFoundError: If nothing was trained there.
    """
    pointer = require_file(
        folder / 'last_checkpoint', 'Give the work dir of a tools/train.py.'
    )
    return pointer.read_text(encoding='utf-8').strip()


def call(command: tuple[str, ...], log: Path, title: str) -> bool:
    """Run one of our tools, its output into a log, its progress as a bar."""
    log.parent.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, '-u', *command],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding='utf-8',
        errors='replace',
    )
    layout = '{desc:36} {percentage:3.0f}% |{bar:24}| {elapsed}<{remaining}'
    with (
        log.open('w', encoding='utf-8') as file,
        tqdm(desc=title, bar_format=layout, total=1) as bar,
    ):
        # Universal newlines: what overwrites its line counts as a line.
        for line in process.stdout:
            file.write(line)
            if found := _PROGRESS.search(line):
                bar.total = int(found[2])
                bar.update(int(found[1]) - bar.n)
        done = process.wait() == 0
        if done:
            bar.update(bar.total - bar.n)
    return done
