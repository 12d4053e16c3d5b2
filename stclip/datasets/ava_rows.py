"""Rows of CSV files of AVA's kind: persons, excluded moments, proposals."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stclip.utils.errors import UserError
from stclip.utils.text_file import read_csv

#: Video and second.
Moment = tuple[str, float]
BOX_FIELDS = ('x1', 'y1', 'x2', 'y2')


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
        return UserError(f'{self.source} ({content}): {reason}')

    def number(
        self,
        column: int,
        field: str,
        kind: Callable[[Any], float] = float,
    ) -> float:
        """The number in a column.

        Args:
            column: Index of the cell.
            field: Its name, for the message.
            kind: ``float`` or ``int``.

        Raises:
            ValueError: If the cell is missing or holds no number.
        """
        try:
            return kind(self.cells[column])
        except (IndexError, OverflowError, TypeError, ValueError) as error:
            raise self.fault(
                f'expected {",".join(self.fields)}; {field} is missing or no '
                'number'
            ) from error

    def moment(self) -> Moment:
        """Video and second.

        Raises:
            ValueError: If the second is missing or not finite.
        """
        second = self.number(1, 'timestamp')
        if not math.isfinite(second):
            raise self.fault('the timestamp is not finite')
        return self.cells[0], second

    def box(self) -> tuple[float, ...]:
        """The box, x1 y1 x2 y2.

        Raises:
            ValueError: If a side is missing or no number.
        """
        return tuple(
            self.number(column, field)
            for column, field in enumerate(BOX_FIELDS, 2)
        )


def read_ava_rows(
    path: str | Path, fields: Sequence[str] = ()
) -> Iterator[AvaRow]:
    """Read the rows of a file that are not blank.

    Args:
        path: CSV file without headings.
        fields: What it should hold after ``video,timestamp``.

    Yields:
        Rows, of which nothing is checked yet.
    """
    fields = 'video', 'timestamp', *fields
    for line, cells in read_csv(path):
        yield AvaRow(cells, f'{path}, line {line}', fields)
