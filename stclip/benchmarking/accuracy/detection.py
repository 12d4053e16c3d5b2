"""Tables of person detection on ST-CLIP's data sets."""

from collections.abc import Sequence

from stclip.benchmarking.accuracy.rows import (
    Row,
    choose,
    read_rows,
    with_label_split,
)
from stclip.benchmarking.accuracy.tables import (
    BOXES,
    MEAN,
    VOTED,
    Table,
    published,
)
from stclip.benchmarking.accuracy.told_data import told_keyframes

#: Benchmark of ST-CLIP -> number of label splits, and metrics.
SPLIT_BENCHMARKS = {
    'zs_jhmdb': (4, {**BOXES, **VOTED}),
    'zs_ucf': (4, {**BOXES, **VOTED}),
    'zs_ava': (3, BOXES),
}
#: Ablation of the rows that the papers compare with.
OTHER_METHODS = 'other methods'


def split_rows(benchmark: str) -> tuple[Row, ...]:
    """All rows of one of ST-CLIP's data sets."""
    return read_rows('st_clip')[benchmark]


def split_tables(
    benchmark: str,
    splits: Sequence[int],
    folder: str = '',
    wanted: Sequence[str] = (),
) -> list[Table]:
    """A table for each metric: a column for each split, and their mean.

    Args:
        benchmark: A key of ``SPLIT_BENCHMARKS``.
        splits: Label splits.
        folder: Of ``split1.yaml``, ...; empty for the shipped ones.
        wanted: Rows or ablations; empty for what always runs.
    """
    rows = split_rows(benchmark)
    chosen = choose(rows, wanted)
    folder = folder or f'data/splits/{benchmark}'
    runs = {
        row.title: tuple(
            with_label_split(
                row, f'{folder}/split{split}.yaml', f'split{split}'
            ).run
            for split in splits
        )
        for row in chosen
    }
    # What the paper prints of its own method's variants that are not run now
    # would only be in the way; what others' methods reach is compared with.
    left_out = {
        row.title for row in rows if row.ablation != OTHER_METHODS
    } - set(runs)
    tables = []
    for metric, title in SPLIT_BENCHMARKS[benchmark][1].items():
        source = metric.split('/frame_mAP')[0].replace('/', ', ')
        tables.append(
            Table(
                f'{benchmark}, {title}',
                {f'split {s}': (i, metric) for i, s in enumerate(splits)},
                runs,
                {
                    title: cells
                    for title, cells in _figures(
                        benchmark, source, splits
                    ).items()
                    if title not in left_out
                },
                MEAN,
                data=told_keyframes(
                    next(iter(runs.values())),
                    [metric],
                    metric.partition('/')[0],
                ),
            )
        )
    return tables


def _figures(
    benchmark: str, source: str, splits: Sequence[int]
) -> dict[str, tuple[str, ...]]:
    """The paper's cells: each split, and their mean where all are known."""
    figures = published('st_clip', benchmark, source)
    if source == 'detected':
        ablation = published('st_clip', 'ablation', benchmark)
        figures |= {title: [value] for title, value in ablation.items()}
    cells = {}
    for title, values in figures.items():
        known = dict(enumerate(values, 1))
        chosen = [known.get(split) for split in splits]
        present = [value for value in chosen if value is not None]
        whole = len(present) == len(chosen)
        mean = sum(present) / len(present) if whole else None
        cells[title] = tuple(
            '-' if value is None else f'{value:.2f}'
            for value in (*chosen, mean)
        )
    return cells
