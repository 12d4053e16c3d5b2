"""Text and CSV files in UTF-8, with errors that name the file."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from stclip.utils.errors import UserError
from stclip.utils.io import require_file

_BYTE_ORDER_MARK = '\ufeff'


def read_text(path: str | Path, hint: str = 'Check the path.') -> str:
    """Read a text file.

    Args:
        path: File to read.
        hint: What the user can do when it is missing.

    Raises:
        FileNotFoundError: If the file is missing.
        ValueError: If it is no UTF-8, or starts with a byte order mark,
            which would become a part of the first name.
    """
    path = require_file(path, hint)
    try:
        text = path.read_text(encoding='utf-8')
    except UnicodeDecodeError as error:
        raise UserError(
            f'{path} is not a text file in UTF-8 ({error}). Save it as UTF-8.'
        ) from error
    if text.startswith(_BYTE_ORDER_MARK):
        raise UserError(
            f'{path} starts with a byte order mark. Save it as UTF-8 without '
            'one.'
        )
    return text


def read_csv(
    path: str | Path, hint: str = 'Check the path.'
) -> Iterator[tuple[int, list[str]]]:
    """Read the rows of a CSV file that are not blank.

    Args:
        path: File to read.
        hint: What the user can do when it is missing.

    Yields:
        Line number, from 1, and cells.

    Raises:
        FileNotFoundError: If the file is missing.
        ValueError: If it is no CSV in UTF-8.
    """
    rows = csv.reader(io.StringIO(read_text(path, hint)))
    try:
        for row in rows:
            if row:
                yield rows.line_num, row
    except csv.Error as error:
        raise UserError(
            f'{path}, line {rows.line_num}: no CSV ({error})'
        ) from error
