"""CSV with named columns, and AVA's without names."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stclip.datasets.ava_csv import read_label_map
from stclip.datasets.ava_rows import BOX_FIELDS, read_ava_rows
from stclip.labels.no_action import is_action
from stclip.preparation.annotation_forms.person_rows import (
    Annotations,
    PersonRow,
    Reading,
    video_name,
)
from stclip.utils.choices import nearest
from stclip.utils.errors import MissingFileError, UserError
from stclip.utils.text_file import read_csv
from stclip.utils.values import (
    MAX_COORDINATE,
    MAX_FRAMES,
    MAX_SECONDS,
    as_name,
    as_number,
    as_whole,
)

#: Columns that a CSV file must have, besides ``frame`` or ``time_sec``.
NEEDED = ('video', *BOX_FIELDS, 'label')
_MOMENTS = ('frame', 'time_sec')


def read_person_csv(path: Path, reading: Reading) -> Annotations:
    """Read a CSV file with a line of headings.

    Args:
        path: Columns ``video``, ``frame`` (from 0) or ``time_sec``, ``x1``,
            ``y1``, ``x2``, ``y2`` and ``label``, in any order; others are
            passed over. An empty label is a person who does none of them.
        reading: Nothing of it is needed.
    """
    return Annotations(_csv_rows(path), fractions=None)


def _csv_rows(path: Path) -> Iterator[PersonRow]:
    columns: dict[str, int] = {}
    for line, cells in read_csv(path):
        if not columns:
            columns = _columns(path, line, cells)
            continue
        if len(cells) != len(columns):
            raise UserError(
                f'{path}, line {line}: {len(cells)} cells, but the headings '
                f'name {len(columns)} columns; a name with a comma stands in '
                'double quotes'
            )
        values = {name: cells[i].strip() for name, i in columns.items()}
        yield _csv_row(f'{path}, line {line}', values)


def _columns(path: Path, line: int, cells: list[str]) -> dict[str, int]:
    names = [cell.strip() for cell in cells]
    if len(set(names)) < len(names):
        raise UserError(
            f'{path}, line {line}: two columns of one name; rename one'
        )
    missing = [name for name in NEEDED if name not in names]
    if not set(_MOMENTS) & set(names):
        missing.append('frame (or time_sec)')
    if missing:
        raise UserError(
            f'{path}, line {line}: the headings lack {", ".join(missing)}'
            f'{nearest(missing[0], names)}; docs/formats.md has the columns'
        )
    return {name: index for index, name in enumerate(names)}


def _csv_row(source: str, values: dict[str, str]) -> PersonRow:
    moment: dict[str, Any] = {}
    if values.get('frame'):
        moment['frame_idx'] = as_whole(
            values['frame'], f'{source}: frame', 0, MAX_FRAMES - 1
        )
    else:
        moment['seconds'] = as_number(
            values.get('time_sec', ''), f'{source}: time', 0, MAX_SECONDS
        )
    label = values['label']
    return PersonRow(
        source,
        video_name(as_name(values['video'], f'{source}: video')),
        (label,) if is_action(label) else (),
        tuple(
            as_number(
                values[side],
                f'{source}: {side}',
                -MAX_COORDINATE,
                MAX_COORDINATE,
            )
            for side in BOX_FIELDS
        ),
        **moment,
    )


def read_ava_persons(path: Path, reading: Reading) -> Annotations:
    """Read AVA's annotations, with the list of actions beside them.

    Args:
        path: Lines ``video,second,x1,y1,x2,y2,action_id[,person_id]``; the
            second counts from the first frame of the video file.
        reading: Nothing of it is needed.
    """
    label_map = _label_map(path)
    labels, columns = read_label_map(label_map)
    names = {number: labels.names[i] for number, i in columns.items()}
    pairs = zip(labels.names, labels.exclusive, strict=True)
    return Annotations(
        _ava_rows(path, label_map, names),
        dict.fromkeys(labels.names),
        {name for name, exclusive in pairs if not exclusive},
        fractions=True,
    )


def _label_map(path: Path) -> Path:
    """The list of the same name, or the only one of the folder."""
    same = path.with_suffix('.pbtxt')
    lists = [same] if same.exists() else sorted(path.parent.glob('*.pbtxt'))
    if len(lists) != 1:
        raise MissingFileError(
            f'{path} has numbers for actions: put the list of their names '
            f'beside it, as {same.name} (docs/formats.md#ava)'
        )
    return lists[0]


def _ava_rows(
    path: Path, label_map: Path, names: dict[int, str]
) -> Iterator[PersonRow]:
    for row in read_ava_rows(path, (*BOX_FIELDS, 'action_id')):
        video, second = row.moment()
        action = row.number(6, 'action_id', int)
        if action not in names:
            raise row.fault(f'{label_map} has no action {action}; add it')
        yield PersonRow(
            row.source,
            video_name(video),
            (names[action],),
            row.box(),
            seconds=second,
        )
