"""Tables of OpenMixer's protocol: base and novel actions of a data set.

On its label splits, or on SiA's draws of novel actions.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from stclip.benchmarking.accuracy.rows import (
    Row,
    Run,
    choose,
    read_rows,
    with_label_split,
)
from stclip.benchmarking.accuracy.tables import (
    MEAN_AND_DEVIATION,
    Table,
    published,
)
from stclip.benchmarking.accuracy.told_data import told_keyframes
from stclip.labels.label_split import read_label_split
from stclip.utils.resources import shipped

# What is run when none is named.
_USUAL = ('openmixer50', 'openmixer75')
_DRAWN = ('sia25', 'sia50')
#: Names of label splits.
LABEL_SPLITS = (
    *_USUAL,
    *(f'{name}_script' for name in _USUAL),
    *(f'{kind}_draw{draw}' for kind in _DRAWN for draw in range(5)),
)
_BOXES = dict(detected='detected boxes', ground_truth='ground-truth boxes')
_OWN_BOXES = dict(own='boxes of their own')
_PARTS = ('base', 'novel', 'mean')


@dataclass(frozen=True)
class Data:
    """A data set in this protocol.

    Args:
        title: Of its tables.
        rows: Sections of configs/benchmarks/ovad.yaml, with what boxes they
            are scored on: source -> heading.
        splits: How the names of its label splits begin.
        iou_thr: Of tubes.
    """

    title: str
    rows: dict[str, dict[str, str]]
    splits: str
    iou_thr: float


DATA = {
    'ovad_jhmdb': Data(
        'J-HMDB', dict(jhmdb=_BOXES, jhmdb_own=_OWN_BOXES), 'jhmdb', 0.5
    ),
    'ovad_ucf': Data(
        'UCF101-24', dict(ucf=_BOXES, ucf_own=_OWN_BOXES), 'ucf24', 0.2
    ),
}


def rows_of(benchmark: str) -> tuple[Row, ...]:
    """All rows of a key of ``DATA``."""
    sections = read_rows('ovad')
    return tuple(
        row for name in DATA[benchmark].rows for row in sections[name]
    )


def tables_of(
    benchmark: str, wanted: Sequence[str] = (), splits: Sequence[str] = ()
) -> list[Table]:
    """A table for each label split and source of person boxes.

    Behind them, of several draws of one kind, tables of their mean.

    Args:
        benchmark: A key of ``DATA``.
        wanted: Titles of rows; empty for all.
        splits: Of ``LABEL_SPLITS``; empty for OpenMixer's two.
    """
    sections = read_rows('ovad')
    chosen = [
        (boxes, rows)
        for section, boxes in DATA[benchmark].rows.items()
        if (rows := choose(sections[section], wanted))
    ]
    tables = [
        table
        for split in splits or _USUAL
        for boxes, rows in chosen
        for table in _tables(benchmark, split, boxes, rows)
    ]
    for kind in _DRAWN:
        draws = [name for name in splits if name.startswith(f'{kind}_')]
        if len(draws) > 1:
            for boxes, rows in chosen:
                tables += _over_draws(DATA[benchmark], draws, boxes, rows)
    return tables


def _tables(
    benchmark: str, split: str, boxes: dict[str, str], rows: Sequence[Row]
) -> Iterator[Table]:
    data = DATA[benchmark]
    labels = read_label_split(shipped(_file(data, split)))
    runs = _runs(data, (split,), rows)
    title = (
        f'OVAD on {data.title}, {len(labels.train)} base and '
        f'{len(labels.test)} novel actions'
    )
    if split not in _USUAL:
        title += f' ({split})'
    for source, heading in boxes.items():
        metrics = _columns(source, data.iou_thr)
        columns = {name: (0, metric) for name, metric in metrics.items()}
        others = _others(benchmark, split) if source in _OWN_BOXES else {}
        yield Table(
            f'{title}, {heading}, video mAP@{data.iou_thr}',
            columns,
            runs,
            {name: _cells(row, columns) for name, row in others.items()},
            data=told_keyframes(
                next(iter(runs.values())), metrics.values(), source
            ),
            remarks={name: row['remark'] for name, row in others.items()},
        )


def _over_draws(
    data: Data,
    draws: Sequence[str],
    boxes: dict[str, str],
    rows: Sequence[Row],
) -> Iterator[Table]:
    """Of base and of novel actions: a column for each draw, and the mean."""
    runs = _runs(data, draws, rows)
    for source, heading in boxes.items():
        for part in ('base', 'novel'):
            metric = _columns(source, data.iou_thr)[part]
            yield Table(
                f'OVAD on {data.title}, {part} actions of '
                f'{len(draws)} draws ({draws[0].partition("_")[0]}), '
                f'{heading}, video mAP@{data.iou_thr}',
                {draw: (i, metric) for i, draw in enumerate(draws)},
                runs,
                summary=MEAN_AND_DEVIATION,
                data=told_keyframes(
                    next(iter(runs.values())), [metric], source
                ),
            )


def _runs(
    data: Data, splits: Sequence[str], rows: Sequence[Row]
) -> dict[str, tuple[Run, ...]]:
    """Of each row, by its title, one on each label split."""
    return {
        row.title: tuple(
            with_label_split(row, _file(data, split), split).run
            for split in splits
        )
        for row in rows
    }


def _file(data: Data, split: str) -> str:
    return f'data/splits/ovad/{data.splits}_{split}.yaml'


def _others(benchmark: str, split: str) -> dict[str, Any]:
    """Published rows, all of detectors that find persons themselves."""
    return {
        **published('ovad', benchmark, split),
        **published('ovad', benchmark, 'every'),
    }


def _cells(row: dict[str, Any], columns: Iterable[str]) -> tuple[str, ...]:
    return tuple(str(row.get(column, '-')) for column in columns)


def _columns(source: str, iou_thr: float) -> dict[str, str]:
    """Heading -> metric of ``OpenVocabularyMAP``.

    As its authors count, in which a video is scored among the actions of its
    own part; the same where frames are counted; and scored among all.
    """
    own = f'{source}/own_part'
    released = f'video_released_mAP@{iou_thr:g}'
    return {
        **{part: f'{own}/{part}/{released}' for part in _PARTS},
        'mean, frames counted': f'{own}/mean/video_mAP@{iou_thr:g}',
        'mean, all actions scored': f'{source}/all_classes/mean/{released}',
    }
