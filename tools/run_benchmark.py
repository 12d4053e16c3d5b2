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
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from experiments import ROOT, Method, Step, prepare, run, zs_stage_steps

from stclip.utils.io import atomic_write


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
    """Some tables on one page of docs/.

    Args:
        tracks: The tables.
        steps: What to prepare for some tracks.
        page: File that shows the tables.
    """

    tracks: dict[str, Track]
    steps: Callable[..., tuple[Step, ...]]
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
        steps=zs_stage_steps,
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
    out = (args.out or ROOT / 'work_dirs' / args.benchmark).resolve()
    tracks = args.tracks or tuple(benchmark.tracks)
    prepare(benchmark.steps(*tracks), out)
    runs = [
        (track, method, seed)
        for track in tracks
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
                print(f'    FAILED, see the logs in {folder}', flush=True)
    text = '\n'.join(
        table(benchmark.tracks[name], out, args.seeds) for name in tracks
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
