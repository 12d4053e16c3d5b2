"""The one reader of text files, with errors that name file and line.

UTF-8 with or without a byte order mark, and UTF-16 and UTF-32 with one.
"""

import csv
import io
from collections import Counter
from collections.abc import Hashable, Iterator
from pathlib import Path
from typing import Any

import yaml

from stclip.utils.decoding import decode
from stclip.utils.errors import UserError
from stclip.utils.io import require_file

# What spreadsheets of other countries put between cells.
_OTHER_SEPARATORS = {';': 'semicolons', '\t': 'tabs'}


def read_text(path: str | Path, hint: str = 'Check the path.') -> str:
    r"""Read a text file.

    Args:
        path: File to read.
        hint: What the user can do when it is missing.

    Returns:
        The text; lines end in ``\n``, whatever they end in on the disk.

    Raises:
        FileNotFoundError: If the file is missing.
        ValueError: If it is no text; line and byte are named.
    """
    path = require_file(path, hint)
    try:
        return decode(path.read_bytes())
    except UserError as error:
        raise UserError(f'{path} is {error}') from error


def read_lines(
    path: str | Path, hint: str = 'Check the path.'
) -> Iterator[tuple[int, str]]:
    """Read the lines of a text file that are not blank.

    Args:
        path: File to read.
        hint: What the user can do when it is missing.

    Yields:
        Line number, from 1, and the line without its end. Of the characters
        that Unicode calls line breaks only LF and CR end one: the others
        may stand in names.

    Raises:
        FileNotFoundError: If the file is missing.
        ValueError: If it is no text.
    """
    for line_num, line in enumerate(read_text(path, hint).split('\n'), 1):
        if line.strip():
            yield line_num, line


def read_csv(
    path: str | Path, hint: str = 'Check the path.'
) -> Iterator[tuple[int, list[str]]]:
    """Read the rows of a CSV file that are not blank.

    Args:
        path: File to read, with commas between cells.
        hint: What the user can do when it is missing.

    Yields:
        Line number, from 1, and cells.

    Raises:
        FileNotFoundError: If the file is missing.
        ValueError: If it is no such file; the line is named.
    """
    file = io.StringIO(read_text(path, hint))
    _require_commas(path, file)
    file.seek(0)
    rows = csv.reader(file)
    try:
        for row in rows:
            if any(cell.strip() for cell in row):
                yield rows.line_num, row
    except csv.Error as error:
        raise UserError(
            f'{path}, line {rows.line_num}: no CSV ({error})'
        ) from error


def _require_commas(path: str | Path, file: io.StringIO) -> None:
    """Refuse other separators, which come with decimal commas at times."""
    lines = ((n, line.rstrip('\n')) for n, line in enumerate(file, 1))
    line_num, line = next(
        (entry for entry in lines if entry[1].strip()), (1, '')
    )
    count = Counter(line)
    separator = max(_OTHER_SEPARATORS, key=lambda char: count[char])
    if line.startswith('sep='):
        separator = line[4:5]
    elif count[separator] <= count[',']:
        return
    what = _OTHER_SEPARATORS.get(separator, f'a line {line!r}')
    raise UserError(
        f'{path}, line {line_num}: expected commas between cells and nothing '
        f'before the first row, got {what} ({line!r:.120}). Save it as CSV '
        'with commas, and points in numbers.'
    )


def read_yaml(path: str | Path, hint: str = 'Check the path.') -> Any:
    """Read a YAML file.

    Args:
        path: File to read.
        hint: What the user can do when it is missing.

    Returns:
        Plain values.

    Raises:
        FileNotFoundError: If the file is missing.
        ValueError: If it is no YAML, or a key is there twice; the line is
            named.
    """
    text = read_text(path, hint)
    try:
        return yaml.load(text, _ExactLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise UserError(
            f'{path}, line {mark.line + 1}, column {mark.column + 1}: '
            f'no YAML ({error.problem})'
        ) from error
    # Also values that are no date, and nesting beyond Python's limits.
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UserError(f'{path} is no YAML: {error}') from error


def parse_yaml(text: str) -> Any:
    """Plain values of a YAML text of a package: quick, for there are many.

    Raises:
        yaml.YAMLError: If it is none, asks for an object of Python, or has a
            key twice.
    """
    return yaml.load(text, _FastLoader)


class _UniqueKeys(yaml.constructor.SafeConstructor):
    """PyYAML's, which keeps the last of equal keys without a word."""

    def construct_mapping(
        self, node: yaml.MappingNode, deep: bool = False
    ) -> dict[Hashable, Any]:
        """Refuse equal keys; those that ``<<`` merges are weaker by design."""
        seen = set()
        for key_node, _ in node.value:
            key = key_node.tag, str(key_node.value)
            if key in seen and key_node.tag != 'tag:yaml.org,2002:merge':
                raise yaml.constructor.ConstructorError(
                    problem=f'the key {key_node.value!r} is there twice',
                    problem_mark=key_node.start_mark,
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


class _ExactLoader(_UniqueKeys, yaml.SafeLoader):
    """Knows the line and column of any fault."""


class _FastLoader(_UniqueKeys, getattr(yaml, 'CSafeLoader', yaml.SafeLoader)):
    """Takes a tenth of the time where PyYAML has its part in C."""
