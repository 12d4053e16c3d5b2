"""Tables of OpenMixer's protocol: base and novel actions of a data set."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from stclip.benchmarking.accuracy.rows import (
    Row,
    choose,
    read_rows,
    with_label_split,
)
from stclip.benchmarking.accuracy.tables import Table, published
from stclip.benchmarking.accuracy.told_data import told_keyframes
from stclip.labels.label_split import read_label_split
from stclip.utils.resources import shipped

_LABEL_SPLITS = ('openmixer50', 'openmixer75')
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


def tables_of(benchmark: str, wanted: Sequence[str] = ()) -> list[Table]:
    """A table for each label split and source of person boxes.

    Args:
        benchmark: A key of ``DATA``.
        wanted: Titles of rows; empty for all.
    """
    sections = read_rows('ovad')
    return [
        table
        for split in _LABEL_SPLITS
        for section, boxes in DATA[benchmark].rows.items()
        for table in _tables(
            benchmark, split, boxes, choose(sections[section], wanted)
        )
    ]


def _tables(
    benchmark: str, split: str, boxes: dict[str, str], rows: Sequence[Row]
) -> Iterator[Table]:
    if not rows:
        return
    data = DATA[benchmark]
    file = f'data/splits/ovad/{data.splits}_{split}.yaml'
    labels = read_label_split(shipped(file))
    runs = {
        row.title: (with_label_split(row, file, split).run,) for row in rows
    }
    title = (
        f'OVAD on {data.title}, {len(labels.train)} base and '
        f'{len(labels.test)} novel actions'
    )
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
