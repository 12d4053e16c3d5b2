"""Train and test every row of a benchmark and write its tables.

    python tools/run_benchmark.py zs_stage [--tracks single] [--seeds 0 1 2]
    python tools/run_benchmark.py zs_jhmdb [--splits 1 2] [--seeds 0]
    python tools/run_benchmark.py zs_ucf101 [--tables 1] [--gpus 8]

Each run is a process of its own: one that fails does not lose the others, and
a finished one is not run again. The tables go to OUT/table.md and, with
--write-docs, between the marks of docs/zs_stage.md. The paper's
rows stand beside ours where it has them.

zs_ucf101, zs_hmdb51, zs_k600, few_shot and k400 are DA-STI's Tables 1 to 6;
stdd_zs_ucf101, ... and stdd_b2n_ucf101, ... (base-to-novel) are STDD's. Those
of a paper share their models, most of them trained on Kinetics-400, and one
OUT; the tables go to OUT/NAME.md and all their numbers to OUT/NAME.json.
"""

import argparse
import time
from collections.abc import Sequence
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
from recognition_benchmarks import BENCHMARKS as DASTI
from recognition_benchmarks import SPLITS, tables_of
from recognition_runs import Bench, Table, batches_of, write_tables
from stdd_benchmarks import BASE_TO_NOVEL, ZERO_SHOT, table_of
from zs_stage_tables import ZS_STAGE

from stclip.utils.io import atomic_write

#: Recognisers' benchmarks -> numbers of the paper's tables, where known.
RECOGNITION = {**DASTI, **dict.fromkeys((*ZERO_SHOT, *BASE_TO_NOVEL), ())}
_SPLIT = {name for name in DASTI if name.startswith('zs_')} | set(ZERO_SHOT)


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
    parser.add_argument(
        'benchmark', choices=['zs_stage', *SPLIT_BENCHMARKS, *RECOGNITION]
    )
    parser.add_argument(
        '--seeds',
        type=int,
        nargs='+',
        help="default: 0 1 2; of recognisers' zero-shot tables 0",
    )
    parser.add_argument(
        '--splits', type=int, nargs='+', help='label splits; default: all'
    )
    parser.add_argument(
        '--out',
        type=Path,
        help="default: work_dirs/NAME; of recognisers' tables "
        'work_dirs/da_sti or work_dirs/stdd',
    )
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        default=[],
        metavar='KEY=VALUE',
        help='values that differ from the configs, in every run',
    )
    add_detection_arguments(parser)
    add_recognition_arguments(parser)
    args = parser.parse_args()
    check_args(parser, args)
    once = args.benchmark in {*DASTI, *ZERO_SHOT}
    args.seeds = args.seeds or ([0] if once else [0, 1, 2])
    folder = args.benchmark
    if folder in RECOGNITION:
        folder = 'da_sti' if folder in DASTI else 'stdd'
    args.out = (args.out or ROOT / 'work_dirs' / folder).resolve()
    return args


def add_detection_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ST-CLIP's tables."""
    parser.add_argument(
        '--tracks',
        nargs='+',
        choices=ZS_STAGE,
        default=list(ZS_STAGE),
        help='of zs_stage',
    )
    parser.add_argument(
        '--write-docs', action='store_true', help=f'fill {_PAGE}'
    )
    parser.add_argument(
        '--label-splits',
        metavar='DIR',
        help='folder of split1.yaml, ...; default: data/splits/NAME',
    )


def add_recognition_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of recognisers' tables."""
    parser.add_argument(
        '--tables',
        type=int,
        nargs='+',
        metavar='N',
        help="of DA-STI's paper; default: all of the benchmark",
    )
    parser.add_argument(
        '--gpus',
        type=int,
        default=1,
        metavar='N',
        help="of recognisers' tables: processes that share the batch",
    )


def check_args(
    parser: argparse.ArgumentParser, args: argparse.Namespace
) -> None:
    """Refuse options that do not fit the benchmark."""
    if args.write_docs and args.benchmark != 'zs_stage':
        parser.error('--write-docs is for zs_stage')
    if args.label_splits and args.benchmark not in SPLIT_BENCHMARKS:
        parser.error(f'{args.benchmark} has no label splits to choose')
    known = ()
    if args.benchmark in SPLIT_BENCHMARKS:
        known = SPLIT_BENCHMARKS[args.benchmark].splits
    elif args.benchmark in _SPLIT:
        known = SPLITS
    if not set(args.splits or ()) <= set(known):
        parser.error(f'{args.benchmark} has no such label splits')
    if not set(args.tables or ()) <= set(RECOGNITION.get(args.benchmark, ())):
        parser.error(f'{args.benchmark} has no such tables')
    if args.gpus < 1:
        parser.error('--gpus must be positive')
    if args.benchmark in RECOGNITION and args.gpus > 1:
        for batch in batches_of(recognition_tables(args)):
            if batch % args.gpus:
                parser.error(f'--gpus must divide the batch of {batch}')


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


def track_table(name: str, seeds: Sequence[int], out: Path) -> str:
    """The table of a track of ZS-Stage."""
    track = ZS_STAGE[name]
    return metric_table(track.title, track.methods, track.columns, out, seeds)


def tables(args: argparse.Namespace, out: Path) -> str:
    """All tables, of what has finished."""
    if args.benchmark == 'zs_stage':
        tracks = [track_table(name, args.seeds, out) for name in args.tracks]
        return '\n'.join(tracks)
    benchmark = SPLIT_BENCHMARKS[args.benchmark]
    return split_tables(
        args.benchmark,
        benchmark.methods,
        benchmark.metrics,
        args.splits or benchmark.splits,
        out,
        args.seeds,
    )


def recognition_tables(args: argparse.Namespace) -> list[Table]:
    """The tables that are wanted of a recogniser's benchmark."""
    splits = args.splits or SPLITS
    if args.benchmark not in DASTI:
        return [table_of(args.benchmark, splits)]
    numbers = args.tables or DASTI[args.benchmark]
    return tables_of(args.benchmark, numbers, splits)


def run_recognition(args: argparse.Namespace) -> None:
    """Run what is missing of a recogniser's tables, then write them."""
    wanted = recognition_tables(args)
    bench = Bench(args.out, args.seeds, tuple(args.cfg_options), args.gpus)
    number = bench.run(wanted)
    text = write_tables(bench, args.benchmark, wanted)
    finish(args.out / f'{args.benchmark}.md', text, len(bench.failed), number)


def run_detection(args: argparse.Namespace) -> None:
    """Run what is missing of ST-CLIP's tables, then write them."""
    if args.benchmark == 'zs_stage':
        prepare(zs_stage_steps(*args.tracks), args.out)
    runs = runs_of(args)
    failed = 0
    for number, (method, split, seed) in enumerate(runs, 1):
        folder = run_folder(args.out, method, seed, split)
        print(f'[{number}/{len(runs)}] {folder}', flush=True)
        if not (folder / 'metrics.json').is_file():
            start = time.monotonic()
            done = run(method, seed, folder)
            print(f'    {time.monotonic() - start:.0f} s', flush=True)
            if not done:
                failed += 1
                print(f'    FAILED, see the logs in {folder}', flush=True)
    text = tables(args, args.out)
    finish(args.out / 'table.md', text, failed, len(runs))
    if args.write_docs:
        for name in args.tracks:
            table = track_table(name, args.seeds, args.out)
            fill_page(ROOT / _PAGE, f'zs_stage_{name}', table)


def finish(page: Path, text: str, failed: int, number: int) -> None:
    """Write and show the tables.

    Raises:
        SystemExit: If runs failed.
    """
    with atomic_write(page) as file:
        file.write(text)
    print(text)
    if failed:
        raise SystemExit(f'{failed} of {number} runs failed')


def main() -> None:
    """Run what is missing, then write the tables."""
    args = parse_args()
    if args.benchmark in RECOGNITION:
        run_recognition(args)
    else:
        run_detection(args)


if __name__ == '__main__':
    main()
