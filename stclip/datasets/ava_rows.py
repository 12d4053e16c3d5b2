"""Rows of CSV files of AVA's kind: persons, excluded moments, proposals."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
# What a column of times is called, whatever else its name has.
_TIME_NAME = re.compile('time|sec|frame', re.IGNORECASE)


@dataclass(frozen=True)
class AvaRow:
    """A row that starts with ``video,timestamp``.

    Args:
        cells: Its values, texts or numbers.
        source: File and line, for messages.
        fields: What the file should hold, for messages.
    """

    cells: Sequence[Any]
    source: str
    fields: Sequence[str]

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
        fields: What it should hold after ``video,timestamp``.

    Yields:
        Rows, of which nothing is checked yet.

    Raises:
        ValueError: If the headings tell of other columns.
    """
    fields = 'video', 'timestamp', *fields
    for index, (line, cells) in enumerate(read_csv(path)):
        row = AvaRow(cells, f'{path}, line {line}', fields)
        if index or not _is_heading(cells):
            yield row
            continue
        _check_heading(row)


def _is_heading(cells: Sequence[str]) -> bool:
    """Whether a first row names columns: no number, and one of times."""
    return not any(map(_is_number, cells)) and any(
        _TIME_NAME.search(cell) for cell in cells[1:]
    )


def _check_heading(row: AvaRow) -> None:
    """Refuse headings of which a known one stands in another column."""
    names = [cell.strip() for cell in row.cells]
    expected = f'expected the columns {",".join(row.fields)}'
    if not names[0] or names[0].startswith('Unnamed'):
        raise row.fault(
            f'{expected}, but the first has no name: it seems to be the index '
            'of a table of pandas; write it with index=False'
        )
    if not _TIME_NAME.search(names[1]):
        raise row.fault(f'{expected}, but the second is {names[1]!r}')
    # A score stands last, with anything before it.
    known = [field for field in row.fields if field != 'score']
    for column, name in enumerate(names):
        if name in known and known.index(name) != column:
            raise row.fault(f'{expected}, but {name} is column {column + 1}')


def _is_number(cell: str) -> bool:
    try:
        as_number(cell, 'cell')
    except ValueError:
        return False
    return True
