"""DA-STI's tables: trained on Kinetics-400, tested on every data set."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from stclip.benchmarking.accuracy.remarks import remarks
from stclip.benchmarking.accuracy.rows import (
    Evaluation,
    Model,
    Row,
    Run,
    choose,
    read_rows,
)
from stclip.benchmarking.accuracy.tables import (
    MEAN_AND_DEVIATION,
    Table,
    published,
)
from stclip.benchmarking.accuracy.told_data import told_videos
from stclip.benchmarking.accuracy.variants import (
    on_split,
    on_views,
    with_shots,
)

_TOP1 = 'acc/top1'
_BOTH_TOPS = {'top-1': (0, _TOP1), 'top-5': (0, 'acc/top5')}
_TITLES = dict(ucf101='UCF-101', hmdb51='HMDB-51', k600='Kinetics-600')
_TOPICS = {4: 'interaction', 5: 'number of attributes', 6: 'fusion'}
SHOTS = (2, 4, 8, 16)
FEW_SHOT_SETS = ('ucf101', 'hmdb51')
#: Benchmark -> numbers of the paper's tables.
TABLES = {
    'zs_ucf101': (1, 4, 5, 6),
    'zs_hmdb51': (1, 4, 5),
    'zs_k600': (1, 4, 5),
    'few_shot': (2,),
    'k400': (3,),
}


def rows_of(table_ids: Sequence[int]) -> tuple[Row, ...]:
    """Rows of the paper's tables that --rows may name."""
    tables = read_rows('da_sti')
    few_shot = tuple(
        row for data in FEW_SHOT_SETS for row, _ in _few_shot_rows(data)
    )
    return tuple(
        row
        for table_id in table_ids
        for row in (few_shot if table_id == 2 else tables[f'table{table_id}'])
    )


def tables_of(
    benchmark: str,
    table_ids: Sequence[int],
    splits: Sequence[int],
    wanted: Sequence[str] = (),
) -> list[Table]:
    """The tables that are wanted.

    Args:
        benchmark: A key of ``TABLES``.
        table_ids: Of the paper's tables.
        splits: Of Table 1.
        wanted: Titles of rows, or ablations; empty for what always runs.
    """
    if benchmark.startswith('zs_'):
        data = benchmark.removeprefix('zs_')
        tables = [
            zero_shot(table_id, data, splits, wanted) for table_id in table_ids
        ]
        if 1 in table_ids:
            tables.append(half_class(data, splits[0], wanted))
    elif benchmark == 'few_shot':
        tables = [few_shot(data, wanted) for data in FEW_SHOT_SETS]
    else:
        tables = [kinetics400(wanted)]
    return [_with_data(table) for table in tables if table.rows]


def zero_shot(
    table_id: int, data: str, splits: Sequence[int], wanted: Sequence[str] = ()
) -> Table:
    """Table 1, 4, 5 or 6, as far as it is about one data set.

    Table 1 also has what others print of methods that came later.
    """
    title = f'zero-shot on {_TITLES[data]}'
    rows = choose(read_rows('da_sti')[f'table{table_id}'], wanted)
    if table_id == 1:
        known = _figures(('table1', data), ('zero_shot', data))
        figures = {
            name: (*('-' for _ in splits), ' +- '.join(cells))
            for name, cells in known.items()
        }
        columns = {f'split {s}': (i, _TOP1) for i, s in enumerate(splits)}
        runs = {row.title: _tested(row, data, splits) for row in rows}
        return Table(
            f'Table 1, {title}',
            columns,
            runs,
            figures,
            MEAN_AND_DEVIATION,
            remarks=remarks(figures, 'zero_shot', data),
        )
    keys = (f'table{table_id}', data)
    return Table(
        f'Table {table_id}, {_TOPICS[table_id]}, {title}, split 1',
        _BOTH_TOPS if table_id == 6 else {'top-1': (0, _TOP1)},
        {row.title: _tested(row, data, (1,)) for row in rows},
        _figures(keys[:1] if table_id == 6 else keys),
    )


def half_class(data: str, split: int, wanted: Sequence[str] = ()) -> Table:
    """Drawn halves of the classes, of the rows whose configs draw them."""
    rows = {}
    for row in choose(read_rows('da_sti')['table1'], wanted):
        tests = _tested(row, data, (split,))
        metrics = tests[0].test.overrides['test_evaluator']
        if any(metric.get('half_draws') for metric in metrics):
            rows[row.title] = tests
    title = f'Half of the classes, zero-shot on {_TITLES[data]}, split {split}'
    columns = {
        'mean over draws': (0, 'acc/half_mean'),
        'deviation': (0, 'acc/half_std'),
    }
    figures = _figures(others=('half_class', data))
    return Table(title, columns, rows, figures)


def _tested(row: Row, data: str, splits: Sequence[int]) -> tuple[Run, ...]:
    """A row's model on splits, in frames of its own number and size."""
    model, weights = row.run.model, row.run.test.weights
    leaf = f'{model.config.removesuffix("_k400")}_zs_{data}'
    return tuple(
        Run(model, on_split(leaf, split, weights)) for split in splits
    )


def few_shot(data: str, wanted: Sequence[str] = ()) -> Table:
    """Table 2: from the checkpoint of Kinetics-400, and from CLIP."""
    rows = _few_shot_rows(data)
    chosen = {row.title for row in choose([row for row, _ in rows], wanted)}
    figures = _figures(('table2', data), ('few_shot', data))
    return Table(
        f'Table 2, few-shot on {_TITLES[data]}, split 1',
        {f'K = {n}': (i, _TOP1) for i, n in enumerate(SHOTS)},
        {row.title: runs for row, runs in rows if row.title in chosen},
        figures,
        remarks=remarks(figures, 'few_shot'),
    )


def _few_shot_rows(data: str) -> list[tuple[Row, tuple[Run, ...]]]:
    rows = []
    for row in read_rows('da_sti')['table2']:
        base = row.run.model
        leaf = f'{base.config.removesuffix("_k400")}_few_shot_{data}'
        starts = {'Kinetics-400': base, 'CLIP': None}
        if base.start:
            starts = {'Kinetics-400': base.start}
        for origin, start in starts.items():
            runs = tuple(_few_shot_run(leaf, n, start) for n in SHOTS)
            title = f'{row.title}, from {origin}'
            rows.append((replace(row, title=title, run=runs[0]), runs))
    return rows


def _few_shot_run(leaf: str, shots: int, start: Model | None) -> Run:
    config, overrides = with_shots(leaf, shots)
    name = f'{leaf.rpartition("/")[2]}_k{shots}'
    test = Evaluation(name, config)
    name += '_from_k400' if start else ''
    return Run(Model(name, config, overrides, start=start), test)


def kinetics400(wanted: Sequence[str] = ()) -> Table:
    """Table 3, with 4 clips x 3 crops."""
    rows = {}
    for row in choose(read_rows('da_sti')['table3'], wanted):
        model = row.run.model
        rows[row.title] = (Run(model, on_views(model.config, '4x3')),)
    figures = _figures(('table3',), ('k400',))
    return Table(
        'Table 3, Kinetics-400, supervised',
        _BOTH_TOPS,
        rows,
        figures,
        remarks=remarks(figures, 'k400'),
    )


def _with_data(table: Table) -> Table:
    """A table that says what its rows are tested on."""
    metrics = [metric for _, metric in table.columns.values()]
    tests = next(iter(table.rows.values()))
    return replace(table, data=told_videos(tests, metrics))


def _figures(
    paper: Sequence[str] = (), others: Sequence[str] = ()
) -> dict[str, tuple[str, ...]]:
    """Cells of published rows.

    Args:
        paper: Where those of DA-STI's paper are in its file.
        others: Where those that others print are in theirs.
    """
    found = {}
    for file, keys in (('da_sti', paper), ('recognisers', others)):
        if keys:
            found |= published(file, *keys)
    return {name: _cells(values) for name, values in found.items()}


def _cells(values: Any) -> tuple[str, ...]:
    values = values if isinstance(values, list) else [values]
    return tuple('-' if v is None else str(v) for v in values)
