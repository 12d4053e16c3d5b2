"""STDD's tables. Its paper's figures are not known here."""

from collections.abc import Sequence
from dataclasses import replace

from stclip.benchmarking.accuracy.rows import (
    Evaluation,
    Model,
    Row,
    Run,
    read_rows,
)
from stclip.benchmarking.accuracy.tables import (
    HARMONIC_MEAN,
    MEAN_AND_DEVIATION,
    Table,
)
from stclip.benchmarking.accuracy.variants import on_part, on_split, patched

_TOP1 = 'acc/top1'
_TITLES = dict(
    k400='Kinetics-400', ucf101='UCF-101', hmdb51='HMDB-51', k600='K-600'
)
_CONFIG = 'stdd/stdd_vit-b16_8f'
_PARTS = ('base', 'novel')
# Part of a config's name -> CLIP's share in its patched weights.
_SHARES = {'vit-b16': 0.5, 'vit-l14': 0.6}
_WEIGHTS = 'averaged.pth'
#: Benchmark -> data set of zero-shot testing, or of base-to-novel.
ZERO_SHOT = {f'stdd_zs_{data}': data for data in ('ucf101', 'hmdb51', 'k600')}
BASE_TO_NOVEL = {
    f'stdd_b2n_{data}': data for data in ('k400', 'ucf101', 'hmdb51')
}
NAMES = (*ZERO_SHOT, *BASE_TO_NOVEL)


def rows_of(benchmark: str) -> tuple[Row, ...]:
    """Rows of a benchmark that --rows may name."""
    table = table_of(benchmark, (1,))
    return tuple(Row(title, runs[0]) for title, runs in table.rows.items())


def table_of(
    benchmark: str, splits: Sequence[int], wanted: Sequence[str] = ()
) -> Table:
    """The table of a benchmark.

    Args:
        benchmark: A key of ``ZERO_SHOT`` or ``BASE_TO_NOVEL``.
        splits: Of zero-shot testing.
        wanted: Titles of rows; empty for all.
    """
    if benchmark in ZERO_SHOT:
        table = zero_shot(ZERO_SHOT[benchmark], splits)
    else:
        table = base_to_novel(BASE_TO_NOVEL[benchmark])
    rows = {k: v for k, v in table.rows.items() if not wanted or k in wanted}
    return replace(table, rows=rows)


def zero_shot(data: str, splits: Sequence[int]) -> Table:
    """Trained on Kinetics-400, tested on all classes of another data set."""
    tests = [on_split(f'{_CONFIG}_zs_{data}', split) for split in splits]
    rows = {}
    for row in read_rows('stdd')['zero_shot']:
        rows.update(_rows(row, tests))
    columns = {f'split {s}': (i, _TOP1) for i, s in enumerate(splits)}
    title = f'STDD, zero-shot on {_TITLES[data]}'
    return Table(title, columns, rows, summary=MEAN_AND_DEVIATION)


def base_to_novel(data: str) -> Table:
    """Trained on 16 videos of each base class, tested on both parts."""
    leaf = f'{_CONFIG}_b2n_{data}'
    key = 'train_dataloader.dataset.ann_file'
    lists = 'annotations/base_to_novel'
    model = Model(
        f'{leaf.rpartition("/")[2]}_base',
        f'{leaf}_base',
        {key: f'{lists}/base_k16_seed{{seed}}.txt'},
    )
    tests = [on_part(leaf, part) for part in _PARTS]
    ours = Row('STDD (ViT-B/16, 8 frames)', Run(model))
    rows = {}
    for row in (*read_rows('stdd')['base_to_novel'], ours):
        rows.update(_rows(row, tests))
    columns = {part: (i, _TOP1) for i, part in enumerate(_PARTS)}
    title = f'STDD, base-to-novel on {_TITLES[data]}'
    return Table(title, columns, rows, summary=HARMONIC_MEAN)


def _rows(row: Row, tests: Sequence[Evaluation]) -> dict[str, tuple[Run, ...]]:
    """CLIP as it is; of a trained model, averaged and patched weights."""
    model = row.run.model
    if not model.trained:
        return {row.title: tuple(Run(model, test) for test in tests)}
    share = next(r for key, r in _SHARES.items() if key in model.config)
    kinds = {
        'averaged': ('averaged', {}),
        'averaged and patched': ('patched', patched(share)),
    }
    return {
        f'{row.title}, {kind}': tuple(
            Run(
                model,
                replace(
                    test,
                    name=f'{test.name}_{suffix}',
                    weights=_WEIGHTS,
                    overrides={**test.overrides, **overrides},
                ),
            )
            for test in tests
        )
        for kind, (suffix, overrides) in kinds.items()
    }
