"""Train and test every row of a benchmark and write its tables.

    python tools/run_benchmark.py zs_stage [--tracks single] [--seeds 0 1 2]
    python tools/run_benchmark.py zs_jhmdb [--splits 1 2] [--seeds 0]

Each run is a process of its own: one that fails does not lose the others, and
a finished one is not run again. The tables go to OUT/table.md and, with
--write-docs, between the marks of the benchmark's page in docs/. The paper's
rows stand beside ours where it has them.
"""

import argparse
import time
from dataclasses import dataclass, replace
from pathlib import Path

from benchmark_tables import (
    BOXES,
    VOTED,
    fill_page,
    metric_table,
    run_folder,
    split_tables,
)
from experiments import ROOT, Method, prepare, run, zs_stage_steps

from stclip.utils.io import atomic_write


@dataclass(frozen=True)
class Track:
    """One table of ZS-Stage: methods on one data set.

    Args:
        title: Heading of the table.
        methods: Its rows.
        columns: Metric of the test run -> heading.
    """

    title: str
    methods: tuple[Method, ...]
    columns: dict[str, str]


@dataclass(frozen=True)
class SplitBenchmark:
    """A real data set with several label splits.

    Args:
        methods: Rows of its tables; configs of label split 1.
        splits: Label splits.
        metrics: Metric of the test run -> heading of its table.
    """

    methods: tuple[Method, ...]
    splits: tuple[int, ...]
    metrics: dict[str, str]


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


ZS_STAGE = {
    'single': Track(
        'Single-action track, label split 1',
        _components('single', interest_tokens=False),
        {**BOXES, **VOTED},
    ),
    'multi': Track(
        'Multi-action track',
        _components('multi', interest_tokens=True),
        BOXES,
    ),
}
_PAGE = 'docs/zs_stage.md'


def _rows(data_set: str, *views: str) -> tuple[Method, ...]:
    suffixes = dict(full_frame='baseline', person_crop='baseline_person_crop')
    return (
        *(
            Method(
                f'CLIP, {view.replace("_", " ")}',
                f'ablation/{data_set}_{suffixes[view]}',
                trained=False,
            )
            for view in views
        ),
        Method('ST-CLIP', f'zs_{data_set}_split1'),
    )


SPLIT_BENCHMARKS = {
    'zs_jhmdb': SplitBenchmark(
        _rows('jhmdb', 'full_frame'), (1, 2, 3, 4), {**BOXES, **VOTED}
    ),
    'zs_ucf': SplitBenchmark(
        _rows('ucf', 'full_frame'), (1, 2, 3, 4), {**BOXES, **VOTED}
    ),
    'zs_ava': SplitBenchmark(
        _rows('ava', 'full_frame', 'person_crop'), (1, 2, 3), BOXES
    ),
}


def parse_args() -> argparse.Namespace:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument('benchmark', choices=['zs_stage', *SPLIT_BENCHMARKS])
    parser.add_argument('--seeds', type=int, nargs='+', default=[0, 1, 2])
    parser.add_argument(
        '--tracks',
        nargs='+',
        choices=ZS_STAGE,
        default=list(ZS_STAGE),
        help='of zs_stage',
    )
    parser.add_argument(
        '--splits', type=int, nargs='+', help='label splits; default: all'
    )
    parser.add_argument(
        '--label-splits',
        metavar='DIR',
        help='folder of split1.yaml, ...; default: data/splits/NAME',
    )
    parser.add_argument('--out', type=Path, help='default: work_dirs/NAME')
    parser.add_argument(
        '--write-docs', action='store_true', help=f'fill {_PAGE}'
    )
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        default=[],
        metavar='KEY=VALUE',
        help='values that differ from the configs, in every run',
    )
    args = parser.parse_args()
    if args.write_docs and args.benchmark != 'zs_stage':
        parser.error('--write-docs is for zs_stage')
    if args.splits:
        known = SPLIT_BENCHMARKS.get(args.benchmark)
        if not known or not set(args.splits) <= set(known.splits):
            parser.error(f'{args.benchmark} has no such label splits')
    return args


def runs_of(args: argparse.Namespace) -> list[tuple[Method, int, int]]:
    """Every method, label split (0: none) and seed."""
    if args.benchmark == 'zs_stage':
        rows = [
            (method, 0) for t in args.tracks for method in ZS_STAGE[t].methods
        ]
    else:
        benchmark = SPLIT_BENCHMARKS[args.benchmark]
        folder = args.label_splits or f'data/splits/{args.benchmark}'
        rows = [
            (_on_split(method, folder, split), split)
            for split in args.splits or benchmark.splits
            for method in benchmark.methods
        ]
    extra = tuple(args.cfg_options)
    return [
        (replace(method, options=method.options + extra), split, seed)
        for method, split in rows
        for seed in (args.seeds if method.trained else args.seeds[:1])
    ]


def _on_split(method: Method, folder: str, split: int) -> Method:
    file = f'{folder}/split{split}.yaml'
    return replace(
        method,
        options=(
            f'train_dataloader.dataset.label_split={file}',
            f'test_dataloader.dataset.label_split={file}',
        ),
    )


def tables(args: argparse.Namespace, out: Path) -> str:
    """All tables, of what has finished."""
    if args.benchmark == 'zs_stage':
        return '\n'.join(
            metric_table(
                ZS_STAGE[name].title,
                ZS_STAGE[name].methods,
                ZS_STAGE[name].columns,
                out,
                args.seeds,
            )
            for name in args.tracks
        )
    benchmark = SPLIT_BENCHMARKS[args.benchmark]
    return split_tables(
        args.benchmark,
        benchmark.methods,
        benchmark.metrics,
        args.splits or benchmark.splits,
        out,
        args.seeds,
    )


def main() -> None:
    """Run what is missing, then write the tables."""
    args = parse_args()
    out = (args.out or ROOT / 'work_dirs' / args.benchmark).resolve()
    if args.benchmark == 'zs_stage':
        prepare(zs_stage_steps(*args.tracks), out)
    runs = runs_of(args)
    failed = []
    for number, (method, split, seed) in enumerate(runs, 1):
        folder = run_folder(out, method, seed, split)
        print(f'[{number}/{len(runs)}] {folder}', flush=True)
        if not (folder / 'metrics.json').is_file():
            start = time.monotonic()
            done = run(method, seed, folder)
            print(f'    {time.monotonic() - start:.0f} s', flush=True)
            if not done:
                failed.append(folder)
                print(f'    FAILED, see the logs in {folder}', flush=True)
    text = tables(args, out)
    with atomic_write(out / 'table.md') as file:
        file.write(text)
    print(text)
    if failed:
        raise SystemExit(f'{len(failed)} of {len(runs)} runs failed')
    if args.write_docs:
        fill_page(ROOT / _PAGE, args.benchmark, text)


if __name__ == '__main__':
    main()
