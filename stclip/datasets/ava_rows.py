"""Rows of CSV files of AVA's kind: persons, excluded moments, proposals."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

from stclip.structures.box_units import require_fractions
from stclip.utils.errors import UserError
from stclip.utils.text_file import read_csv
from stclip.utils.values import (
    MAX_SECONDS,
    as_number,
    as_video,
    as_whole,
)

#: Video and second.
Moment = tuple[str, float]
BOX_FIELDS = ('x1', 'y1', 'x2', 'y2')
#: Among the fields of a file: from here on a column may hold anything.
ANYTHING = '...'
# What a column of times is called, whatever else its name has.
_TIME_NAME = re.compile('time|sec', re.IGNORECASE)
_MOMENT_NAME = re.compile('time|sec|frame', re.IGNORECASE)
# What else the columns are called.
_NAMES = {
    'x1': r'x_?(1|min|tl)|left',
    'y1': r'y_?(1|min|tl)|top',
    'x2': r'x_?(2|max|br)|right',
    'y2': r'y_?(2|max|br)|bottom',
    'action_id': r'(action|activity|label|class|category)(_?(id|name))?',
    'person_id': r'(person|entity|track|tracklet|instance)(_?id)?',
    'score': r'.*(score|conf|prob).*',
}
_NAMES_OF_FIELD = {
    field: re.compile(
        rf'((bbox|box|bb)_?)?({names})(_?(norm|rel)\w*)?', re.IGNORECASE
    )
    for field, names in _NAMES.items()
}


@dataclass(frozen=True)
class AvaRow:
    """A row that starts with ``video,timestamp``.

    Args:
        cells: Its values, texts or numbers.
        source: File and line, for messages.
        fields: What the file should hold, for messages.
        headings: What its columns are called, if it says so.
    """

    cells: Sequence[Any]
    source: str
    fields: Sequence[str]
    headings: Sequence[str] = ()

    def fault(self, reason: str) -> UserError:
        """The error of this row, to be raised."""
        content = ','.join(map(str, self.cells))
        return UserError(f'{self.source} ({content:.200}): {reason}')

    def number(
        self,
        column: int,
        field: str,
        kind: type[float] | type[int] = float,
    ) -> float:
        """The number in a column.

        Args:
            column: Index of the cell.
            field: Its name, for the message.
            kind: ``float``, or ``int`` for a whole number.

        Raises:
            ValueError: If the cell is missing or holds no such number.
        """
        expected = f'expected {",".join(self.fields)}'
        if column >= len(self.cells):
            raise self.fault(f'{expected}; {field} is missing')
        try:
            read = as_whole if kind is int else as_number
            return read(self.cells[column], field)
        except ValueError as error:
            raise self.fault(f'{expected}; {error}') from error

    def column_of_score(self) -> int:
        """Index of the cell with the score: the last one without headings.

        Headings that are not as many as the cells tell nothing.

        Raises:
            ValueError: If the headings name no score.
        """
        if len(self.headings) != len(self.cells):
            return max(6, len(self.cells) - 1)
        scores = [
            column
            for column, name in enumerate(self.headings)
            if _field_of(name) == 'score'
        ]
        if not scores:
            raise self.fault(
                f'expected {",".join(self.fields)}, but no column is called '
                f'score; the headings are {",".join(self.headings):.120}'
            )
        return scores[-1]

    def moment(self) -> Moment:
        """Video and second.

        Raises:
            ValueError: If the video has no name, or the second is missing,
                negative or no number.
        """
        second = self.number(1, 'timestamp')
        if not 0 <= second <= MAX_SECONDS:
            raise self.fault(
                f'the timestamp must be a second from 0 to {MAX_SECONDS:g}'
            )
        try:
            return as_video(self.cells[0], 'video'), second
        except ValueError as error:
            raise self.fault(str(error)) from error

    def box(self) -> tuple[float, ...]:
        """The box, x1 y1 x2 y2 in fractions of the frame.

        Raises:
            ValueError: If a side is missing or no number, or seems to be in
                px.
        """
        box = tuple(
            self.number(column, field)
            for column, field in enumerate(BOX_FIELDS, 2)
        )
        try:
            require_fractions([box])
        except ValueError as error:
            raise self.fault(str(error)) from error
        return box


def read_ava_rows(
    path: str | Path, fields: Sequence[str] = ()
) -> Iterator[AvaRow]:
    """Read the rows of a file that are not blank.

    Args:
        path: CSV file; a first line of headings is passed over.
        fields: What it should hold after ``video,timestamp``; behind
            :data:`ANYTHING` the place of a column is free.

    Yields:
        Rows, of which nothing is checked yet.

    Raises:
        ValueError: If the headings tell of other columns.
    """
    fields = 'video', 'timestamp', *fields
    headings: tuple[str, ...] = ()
    for index, (line, cells) in enumerate(read_csv(path)):
        row = AvaRow(cells, f'{path}, line {line}', fields, headings)
        if index or not _is_heading(cells):
            yield row
            continue
        headings = tuple(cell.strip() for cell in cells)
        _check_heading(row, headings)


def _is_heading(cells: Sequence[str]) -> bool:
    """Whether a first row names columns: no number, and one of moments."""
    return not any(map(_is_number, cells)) and any(
        _MOMENT_NAME.search(cell) for cell in cells[1:]
    )


def _check_heading(row: AvaRow, names: Sequence[str]) -> None:
    """Refuse headings that tell of other columns, or of another order."""
    expected = f'expected the columns {",".join(row.fields)}'
    if not names[0] or names[0].startswith('Unnamed'):
        raise row.fault(
            f'{expected}, but the first has no name: it seems to be the index '
            'of a table of pandas; write it with index=False'
        )
    if not _TIME_NAME.search(names[1]):
        raise row.fault(
            f'{expected}, but the second is {names[1]!r}, not a time in '
            'seconds'
        )
    placed = list(takewhile(lambda field: field != ANYTHING, row.fields))
    for column, name in enumerate(names):
        if not _may_stand(name, column, placed):
            raise row.fault(
                f'{expected}, but {name or "a blank"} is column {column + 1}'
            )


def _may_stand(name: str, column: int, placed: Sequence[str]) -> bool:
    """Whether a heading may be that of a column.

    A side of a box has one of its names. What an action or a person is
    called is open, but for the names of the other fields.

    Args:
        name: The heading.
        column: Its index.
        placed: The fields whose place is fixed, from the first column on.
    """
    if name in placed:
        return placed.index(name) == column
    if not 2 <= column < len(placed):
        return True
    field = _field_of(name)
    return field == placed[column] or (
        field is None and placed[column] not in BOX_FIELDS
    )


def _field_of(name: str) -> str | None:
    """What a column is for, by its heading, or None."""
    spelt = name.replace(' ', '_')
    for field, names in _NAMES_OF_FIELD.items():
        if names.fullmatch(spelt):
            return field
    return None


def _is_number(cell: str) -> bool:
    try:
        as_number(cell, 'cell')
    except ValueError:
        return False
    return True
