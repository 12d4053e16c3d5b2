"""STDD's tables. Its paper's figures are not known here; others' are."""

from collections.abc import Sequence
from dataclasses import replace

from stclip.benchmarking.accuracy.remarks import remarks
from stclip.benchmarking.accuracy.rows import (
    Evaluation,
    Row,
    Run,
    choose,
    read_rows,
)
from stclip.benchmarking.accuracy.tables import (
    HARMONIC_MEAN,
    MEAN_AND_DEVIATION,
    Table,
    published,
)
from stclip.benchmarking.accuracy.told_data import told_videos
from stclip.benchmarking.accuracy.variants import on_part, on_split, patched

_TOP1 = 'acc/top1'
_TITLES = dict(
    k400='Kinetics-400', ucf101='UCF-101', hmdb51='HMDB-51', k600='K-600'
)
_PARTS = ('base', 'novel')
_TRAINED_ON = 'train_dataloader.dataset.ann_file'
_LISTS = 'annotations/base_to_novel'
# Part of a config's name -> CLIP's share in its patched weights.
_SHARES = {'vit-b16': 0.5, 'vit-l14': 0.6}
#: Benchmark -> data set of zero-shot testing, or of base-to-novel.
ZERO_SHOT = {f'stdd_zs_{data}': data for data in ('ucf101', 'hmdb51', 'k600')}
BASE_TO_NOVEL = {
    f'stdd_b2n_{data}': data for data in ('k400', 'ucf101', 'hmdb51')
}
NAMES = (*ZERO_SHOT, *BASE_TO_NOVEL)


def rows_of(benchmark: str) -> tuple[Row, ...]:
    """Rows of a benchmark that --rows may name."""
    return tuple(row for row, _ in _rows_of(benchmark, (1,)))


def table_of(
    benchmark: str, splits: Sequence[int], wanted: Sequence[str] = ()
) -> Table:
    """The table of a benchmark.

    Args:
        benchmark: A key of ``ZERO_SHOT`` or ``BASE_TO_NOVEL``.
        splits: Of zero-shot testing.
        wanted: Titles of rows, or ablations; empty for what always runs.
    """
    rows = _rows_of(benchmark, splits)
    chosen = {row.title for row in choose([row for row, _ in rows], wanted)}
    runs = {row.title: tests for row, tests in rows if row.title in chosen}
    if benchmark in ZERO_SHOT:
        title = f'STDD, zero-shot on {_TITLES[ZERO_SHOT[benchmark]]}'
        headings = [f'split {split}' for split in splits]
        figures, summary = {}, MEAN_AND_DEVIATION
    else:
        data = BASE_TO_NOVEL[benchmark]
        title = f'STDD, base-to-novel on {_TITLES[data]}'
        headings, summary = _PARTS, HARMONIC_MEAN
        figures = {
            name: tuple(map(str, values))
            for name, values in published(
                'recognisers', 'base_to_novel', data
            ).items()
        }
    return Table(
        title,
        {heading: (i, _TOP1) for i, heading in enumerate(headings)},
        runs,
        figures,
        summary,
        data=told_videos(next(iter(runs.values())), [_TOP1]),
        remarks=remarks(figures, 'base_to_novel'),
    )


def _rows_of(
    benchmark: str, splits: Sequence[int]
) -> list[tuple[Row, tuple[Run, ...]]]:
    """All rows with their tests, a column each."""
    if benchmark in ZERO_SHOT:
        rows, of = read_rows('stdd')['zero_shot'], ZERO_SHOT[benchmark]
        tests = [on_split(f'stdd/stdd_vit-b16_8f_zs_{of}', s) for s in splits]
        return [each for row in rows for each in _kinds(row, tests)]
    found = []
    for row in read_rows('stdd')[f'base_to_novel_{BASE_TO_NOVEL[benchmark]}']:
        leaf = row.run.model.config.removesuffix('_base')
        tests = [on_part(leaf, part) for part in _PARTS]
        found += _kinds(_with_lists(row), tests)
    return found


def _with_lists(row: Row) -> Row:
    """A row that each seed trains on videos of its own."""
    model = row.run.model
    if not model.trained:
        return row
    lists = {_TRAINED_ON: f'{_LISTS}/base_k16_seed{{seed}}.txt'}
    model = replace(model, overrides={**model.overrides, **lists})
    return replace(row, run=replace(row.run, model=model))


def _kinds(
    row: Row, tests: Sequence[Evaluation]
) -> list[tuple[Row, tuple[Run, ...]]]:
    """A row as it is; with averaged weights, these and patched ones."""
    model, weights = row.run.model, row.run.test.weights
    if not weights:
        return [(row, tuple(Run(model, test) for test in tests))]
    share = next(r for key, r in _SHARES.items() if key in model.config)
    kinds = {
        'averaged': ('averaged', {}),
        'averaged and patched': ('patched', patched(share)),
    }
    return [
        (
            replace(row, title=f'{row.title}, {kind}'),
            tuple(
                Run(
                    model,
                    replace(
                        test,
                        name=f'{test.name}_{suffix}',
                        weights=weights,
                        overrides={**test.overrides, **overrides},
                    ),
                )
                for test in tests
            ),
        )
        for kind, (suffix, overrides) in kinds.items()
    ]
