"""Train and test every row of a benchmark and write its table.

python tools/run_benchmark.py zs_stage [--seeds 0 1 2] [--out DIR]

Each run is a process of its own: one that fails does not lose the others, and
a finished one is not run again. The table goes to OUT/table.md and, between
the marks of the benchmark's page in docs/, with --write-docs.
"""

import argparse
import json
import re
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from stclip.utils.io import atomic_write, write_json

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Method:
    """One row of a table.

    Args:
        name: As the table shows it.
        config: File in configs/.
        trained: Whether there is something to train, once per seed.
    """

    name: str
    config: str
    trained: bool = True


@dataclass(frozen=True)
class Track:
    """One table: methods on one data set.

    Args:
        title: Heading of the table.
        methods: Its rows.
        columns: Metric of the test run -> heading.
    """

    title: str
    methods: tuple[Method, ...]
    columns: dict[str, str]


@dataclass(frozen=True)
class Benchmark:
    """Some tables on one page of docs/."""

    tracks: dict[str, Track]
    page: str


_BOXES = {
    'detected/frame_mAP@0.5': 'detected boxes',
    'ground_truth/frame_mAP@0.5': 'ground-truth boxes',
}
_VOTED = {
    'detected/voted/frame_mAP@0.5': 'detected, soft voting',
    'ground_truth/voted/frame_mAP@0.5': 'ground truth, soft voting',
}


def _components(track: str, interest_tokens: bool) -> tuple[Method, ...]:
    """The rows of the paper's Table 4a."""
    prefix = f'ablation/zs_stage_{track}'
    rows = [
        Method('CLIP, full frame', f'{prefix}_baseline', trained=False),
        Method('CLIP, person crop', f'{prefix}_person_crop', trained=False),
        Method('+ person-context interaction', f'{prefix}_interaction'),
    ]
    if interest_tokens:
        rows.append(Method('+ context prompting', f'{prefix}_prompting'))
        rows.append(Method('+ interest tokens', f'zs_stage_{track}'))
    else:
        rows.append(Method('+ context prompting', f'zs_stage_{track}'))
    return tuple(rows)


BENCHMARKS = {
    'zs_stage': Benchmark(
        tracks={
            'single': Track(
                'Single-action track, label split 1',
                _components('single', interest_tokens=False),
                {**_BOXES, **_VOTED},
            ),
            'multi': Track(
                'Multi-action track',
                _components('multi', interest_tokens=True),
                _BOXES,
            ),
        },
        page='docs/zs_stage.md',
    ),
}


def parse_args() -> argparse.Namespace:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument('benchmark', choices=sorted(BENCHMARKS))
    parser.add_argument('--seeds', type=int, nargs='+', default=[0, 1, 2])
    parser.add_argument('--tracks', nargs='+', help='default: all')
    parser.add_argument('--out', type=Path, help='default: work_dirs/NAME')
    parser.add_argument('--write-docs', action='store_true')
    return parser.parse_args()


def main() -> None:
    """Run what is missing, then write the tables."""
    args = parse_args()
    benchmark = BENCHMARKS[args.benchmark]
    out = args.out or ROOT / 'work_dirs' / args.benchmark
    runs = [
        (track, method, seed)
        for track in args.tracks or benchmark.tracks
        for method in benchmark.tracks[track].methods
        for seed in (args.seeds if method.trained else args.seeds[:1])
    ]
    failed = []
    for number, (_, method, seed) in enumerate(runs, 1):
        folder = run_folder(out, method, seed)
        print(f'[{number}/{len(runs)}] {folder}', flush=True)
        if not (folder / 'metrics.json').is_file():
            start = time.monotonic()
            done = run(method, seed, folder)
            print(f'    {time.monotonic() - start:.0f} s', flush=True)
            if not done:
                failed.append(folder)
                print(f'    FAILED, see {folder / "run.log"}', flush=True)
    text = '\n'.join(
        table(benchmark.tracks[name], out, args.seeds)
        for name in args.tracks or benchmark.tracks
    )
    with atomic_write(out / 'table.md') as file:
        file.write(text)
    print(text)
    if failed:
        raise SystemExit(f'{len(failed)} of {len(runs)} runs failed')
    if args.write_docs:
        fill_page(ROOT / benchmark.page, args.benchmark, text)


def run_folder(out: Path, method: Method, seed: int) -> Path:
    """Where a run keeps its files."""
    return out / Path(method.config).name / f'seed{seed}'


def run(method: Method, seed: int, folder: Path) -> bool:
    """Train, unless there is nothing to train, and test; True if it worked."""
    folder.mkdir(parents=True, exist_ok=True)
    config = f'configs/{method.config}.py'
    options = ['--work-dir', str(folder), '--seed', str(seed)]
    with (folder / 'run.log').open('w') as log:
        test = ['tools/test.py', config]
        if method.trained:
            train = ['tools/train.py', config, '--resume', *options]
            if not call(train, log):
                return False
            last = (folder / 'last_checkpoint').read_text().strip()
            test.append(last)
        if not call([*test, *options], log):
            return False
    # mmengine leaves the metrics of a test run in a folder by its time.
    newest = max(
        folder.glob('*/*.json'), key=lambda file: file.stat().st_mtime
    )
    write_json(folder / 'metrics.json', json.loads(newest.read_text()))
    return True


def call(command: list[str], log) -> bool:
    """Run one of our tools; its output goes to the log."""
    command = [sys.executable, *command]
    return not subprocess.call(command, cwd=ROOT, stdout=log, stderr=log)


def table(track: Track, out: Path, seeds: list[int]) -> str:
    """One table in Markdown: mean +- standard deviation over the seeds."""
    heads = ' | '.join(track.columns.values())
    lines = [
        f'### {track.title}',
        '',
        f'| method | {heads} |',
        '|---|' + '---|' * len(track.columns),
    ]
    for method in track.methods:
        cells = [
            cell(
                [
                    json.loads(file.read_text())[metric]
                    for seed in (seeds if method.trained else seeds[:1])
                    if (
                        file := run_folder(out, method, seed) / 'metrics.json'
                    ).is_file()
                ]
            )
            for metric in track.columns
        ]
        lines.append(f'| {method.name} | {" | ".join(cells)} |')
    return '\n'.join([*lines, ''])


def cell(values: list[float]) -> str:
    """Fractions -> percent, with the sample deviation where there is one."""
    if not values:
        return 'failed'
    percent = [100 * value for value in values]
    mean = statistics.mean(percent)
    if len(percent) == 1:
        return f'{mean:.2f}'
    return f'{mean:.2f} +- {statistics.stdev(percent):.2f}'


def fill_page(page: Path, name: str, text: str) -> None:
    """Put the tables between the marks of a page."""
    start, end = f'<!-- {name}: start -->', f'<!-- {name}: end -->'
    pattern = re.compile(f'{start}.*{end}', re.DOTALL)
    old = page.read_text(encoding='utf-8')
    if not pattern.search(old):
        raise SystemExit(f'{page} has no marks {start} and {end}')
    with atomic_write(page) as file:
        file.write(pattern.sub(f'{start}\n\n{text}\n{end}', old))


if __name__ == '__main__':
    main()
