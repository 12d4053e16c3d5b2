"""DA-STI's tables: trained on Kinetics-400, tested on every data set."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

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
        return [table for table in tables if table.rows]
    if benchmark == 'few_shot':
        tables = [few_shot(data) for data in FEW_SHOT_SETS]
    else:
        tables = [kinetics400()]
    if not wanted:
        return tables
    chosen = [
        replace(
            table, rows={k: v for k, v in table.rows.items() if k in wanted}
        )
        for table in tables
    ]
    return [table for table in chosen if table.rows]


def zero_shot(
    table_id: int, data: str, splits: Sequence[int], wanted: Sequence[str] = ()
) -> Table:
    """Table 1, 4, 5 or 6, as far as it is about one data set.

    Table 1 also has what others print of methods that came later.
    """
    title = f'zero-shot on {_TITLES[data]}'
    keys = (
        (f'table{table_id}',) if table_id == 6 else (f'table{table_id}', data)
    )
    rows = choose(read_rows('da_sti')[f'table{table_id}'], wanted)
    if table_id == 1:
        others = published('recognisers', 'zero_shot', data)
        figures = {
            name: (*('-' for _ in splits), ' +- '.join(_cells(values)))
            for name, values in {
                **published('da_sti', *keys),
                **others,
            }.items()
        }
        columns = {f'split {s}': (i, _TOP1) for i, s in enumerate(splits)}
        title = f'Table 1, {title}'
        runs = {row.title: _tested(row, data, splits) for row in rows}
        return Table(title, columns, runs, figures, MEAN_AND_DEVIATION)
    return Table(
        f'Table {table_id}, {_TOPICS[table_id]}, {title}, split 1',
        _BOTH_TOPS if table_id == 6 else {'top-1': (0, _TOP1)},
        {row.title: _tested(row, data, (1,)) for row in rows},
        _figures(*keys),
    )


def _tested(row: Row, data: str, splits: Sequence[int]) -> tuple[Run, ...]:
    """A row's model on splits, in frames of its own number and size."""
    model = row.run.model
    leaf = f'{model.config.removesuffix("_k400")}_zs_{data}'
    return tuple(Run(model, on_split(leaf, split)) for split in splits)


def few_shot(data: str) -> Table:
    """Table 2: from the checkpoint of Kinetics-400, and from CLIP."""
    rows = {row.title: runs for row, runs in _few_shot_rows(data)}
    columns = {f'K = {n}': (i, _TOP1) for i, n in enumerate(SHOTS)}
    title = f'Table 2, few-shot on {_TITLES[data]}, split 1'
    return Table(title, columns, rows, _figures('table2', data))


def _few_shot_rows(data: str) -> list[tuple[Row, tuple[Run, ...]]]:
    base = read_rows('da_sti')['table4'][-1].run.model
    leaf = f'{base.config.removesuffix("_k400")}_few_shot_{data}'
    rows = []
    for origin, start in (('Kinetics-400', base), ('CLIP', None)):
        runs = []
        for shots in SHOTS:
            config, overrides = with_shots(leaf, shots)
            name = f'{leaf.rpartition("/")[2]}_k{shots}'
            test = Evaluation(name, config)
            name += '_from_k400' if start else ''
            model = Model(name, config, overrides, start=start)
            runs.append(Run(model, test))
        title = f'DA-STI (ViT-B/16), from {origin}'
        rows.append((Row(title, runs[0]), tuple(runs)))
    return rows


def kinetics400() -> Table:
    """Table 3, with 4 clips x 3 crops."""
    rows = {}
    for row in read_rows('da_sti')['table3']:
        model = row.run.model
        rows[row.title] = (Run(model, on_views(model.config, '4x3')),)
    title = 'Table 3, Kinetics-400, supervised'
    return Table(title, _BOTH_TOPS, rows, _figures('table3'))


def _figures(*keys: str) -> dict[str, tuple[str, ...]]:
    figures = published('da_sti', *keys)
    return {name: _cells(values) for name, values in figures.items()}


def _cells(values: Any) -> tuple[str, ...]:
    values = values if isinstance(values, list) else [values]
    return tuple('-' if v is None else f'{v:.1f}' for v in values)
