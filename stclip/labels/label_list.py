"""Lists of action names: in a file, one a line, or on a command line."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

from stclip.utils.errors import UserError
from stclip.utils.resources import resolve
from stclip.utils.text_file import read_lines

#: Line number and text.
Line = tuple[int, str]
_HINT = 'Those of the project lie in data/labels/.'
# What a value ends in that is meant to be a file, whether it is there or not.
_FILE_SUFFIXES = (
    *('.txt', '.text', '.csv', '.tsv', '.lst', '.list', '.names', '.md'),
    *('.json', '.jsonl', '.yaml', '.yml', '.pbtxt', '.xml', '.xls', '.xlsx'),
)
_NUMBERED = re.compile(
    r'\s*(?P<quote>"?)(?P<id>\d+)(?P=quote)(?P<gap>\s*[,;\t:.)]\s*|\s+)'
    r'(?P<name>\S.*)'
)
_NUMBER_LAST = re.compile(r'.*\S\s*[,;\t]\s*\d+\s*')
_COUNTED_LAST = re.compile(r'\s*(?P<name>.*\S)(?:\s+|\s*:\s*)(?P<id>\d+)\s*')
# What is no name where others follow.
_HEADINGS = ('name', 'label', 'class', 'class_name', 'action')
_IN_QUOTES = re.compile(r'"[^"]*"|\([^()]*\)')
_QUOTED = re.compile(r'"((?:[^"]|"")+)"')
# As lists of videos begin, whatever their second column is.
_VIDEO = re.compile(r'\S+\.(avi|mp4|mkv|mov|webm)(?!\S)', re.IGNORECASE)
_ONE_A_LINE = 'A list of labels has one name a line.'
# How lines of files begin that are no lists of names.
_OTHER_FILES = {
    '{': 'JSON or a protobuf text',
    '[': 'JSON',
    '- ': 'YAML',
    '#': 'a comment',
    'item {': 'a protobuf text',
    'label {': 'a protobuf text',
}


def read_label_list(path: str | Path) -> tuple[str, ...]:
    """Read action names.

    Args:
        path: Text file with one name a line, in the order of the class ids.
            A name may stand in double quotes. Lines may be numbered from 0
            or 1, below a heading or not: ``0 sit``, ``0,sit``.

    Raises:
        FileNotFoundError: If the file is missing.
        ValueError: If there is no name, or one twice, or a line that is part
            of something else (JSON, a table); it is named.
    """
    lines = _without_numbers(path, list(read_lines(resolve(path), _HINT)))
    if not lines:
        raise UserError(f'{path} holds no action name')
    line_of: dict[str, int] = {}
    for line_num, line in lines:
        name = _name(f'{path}, line {line_num}', line.strip())
        if name in line_of:
            raise UserError(
                f'{path}, line {line_num}: {name!r} is there twice, first in '
                f'line {line_of[name]}'
            )
        line_of[name] = line_num
    _refuse_other_lists(path, lines)
    return tuple(line_of)


def _name(where: str, line: str) -> str:
    for start, kind in _OTHER_FILES.items():
        if line.startswith(start):
            raise UserError(f'{where} ({line!r:.80}): {kind}. {_ONE_A_LINE}')
    if video := _VIDEO.match(line):
        raise UserError(
            f'{where} ({line!r:.80}) names the video {video[0]}: a list of '
            f'videos. {_ONE_A_LINE}'
        )
    if '\t' in line or line.endswith((',', ';')):
        raise UserError(
            f'{where} ({line!r:.80}) has several columns. {_ONE_A_LINE}'
        )
    quoted = _QUOTED.fullmatch(line)
    name = quoted[1].replace('""', '"').strip() if quoted else line
    if not name:
        raise UserError(f'{where} ({line!r}) names nothing. {_ONE_A_LINE}')
    return name


def _without_numbers(path: str | Path, lines: list[Line]) -> list[Line]:
    """Take away the ids of a table ``id,name``, and its heading."""
    matches = [_NUMBERED.fullmatch(line) for _, line in lines]
    has_heading = matches[:1] == [None]
    rows = matches[has_heading:]
    if len(lines) > 1 and all(rows) and (not has_heading or _is_table(rows)):
        ids = [int(row['id']) for row in rows]
        if has_heading:
            _refuse_columns(path, lines[0], rows[0]['gap'].strip() or '\t')
        if _count(ids):
            named = zip(lines[has_heading:], rows, strict=True)
            return [(line_num, row['name']) for (line_num, _), row in named]
        if _is_table(rows):
            raise UserError(
                f'{path}: lines are numbered {ids!s:.60}, not 0, 1, 2, ... or '
                f'1, 2, 3, ...; put them in the order of their classes. '
                f'{_ONE_A_LINE}'
            )
    last = [_NUMBER_LAST.fullmatch(line) for _, line in lines[1:]]
    if last and all(last):
        raise UserError(
            f'{path}, line {lines[1][0]} ({lines[1][1]!r:.80}) ends in a '
            f'number, as all others do. {_ONE_A_LINE}'
        )
    return lines


def _count(ids: Sequence[int]) -> bool:
    """Whether ids are 0, 1, 2, ... or 1, 2, 3, ..."""
    return list(ids) in (
        list(range(len(ids))),
        list(range(1, len(ids) + 1)),
    )


def _refuse_columns(path: str | Path, heading: Line, separator: str) -> None:
    """Refuse a heading of more columns than number and name."""
    line_num, line = heading
    if line.count(separator) > 1:
        raise UserError(
            f'{path}, line {line_num} ({line!r:.80}) has more columns than '
            f'number and name. {_ONE_A_LINE}'
        )


def _refuse_other_lists(path: str | Path, lines: Sequence[Line]) -> None:
    """Refuse lists that are read well enough, but as other names."""
    line_num, line = lines[0]
    where = f'{path}, line {line_num} ({line.strip()!r:.80})'
    if len(lines) > 1 and line.strip().lower() in _HEADINGS:
        raise UserError(
            f'{where} is a heading, which would be the first class: take it '
            f'out. {_ONE_A_LINE}'
        )
    if len(lines) == 1:
        outside = _IN_QUOTES.sub('', line)
        if max(outside.count(','), outside.count(';')) > 1:
            raise UserError(
                f'{where} has several names on the only line: put each on a '
                'line of its own, or in double quotes if it is one'
            )
        return
    counted = [_COUNTED_LAST.fullmatch(text) for _, text in lines]
    if (
        all(counted)
        and _count([int(match['id']) for match in counted])
        # phase 1, phase 2 are names.
        and len({match['name'] for match in counted}) == len(lines)
    ):
        raise UserError(
            f'{where} ends in a number, by which the lines are counted. '
            f'{_ONE_A_LINE}'
        )


def _is_table(rows: Sequence[re.Match]) -> bool:
    """Whether a sign parts number and name: ``3, sit``, ``3: sit``.

    A point alone may be one of ``3.5 km run``.
    """
    return all(
        set(row['gap']) & set(',;\t:)') or row['gap'] == '. ' for row in rows
    )


def labels_from_option(text: str) -> tuple[str, ...]:
    """Read action names from a command line's option.

    Args:
        text: A file with one name a line (see :func:`read_label_list`), the
            user's or one that comes with the package, or names with commas
            between. Commas within double quotes or parentheses belong to the
            name: ``talk to (e.g., a group), sit``. The quotes go; a name in
            quotes is no file.

    Returns:
        The names, stripped; empty ones are left out.

    Raises:
        FileNotFoundError: If what is named like a file is missing.
        ValueError: If it is a folder or faulty, or a quote or parenthesis is
            not closed.
    """
    path = text.strip()
    # Unlike Path's, these take texts that are too long for a path.
    if os.path.isdir(path):
        raise UserError(
            f'labels {text!r}: this is a folder. Give names, or a file with '
            f'one a line; a label of that name stands in quotes: \'"{path}"\''
        )
    if os.path.lexists(path) or path.lower().endswith(_FILE_SUFFIXES):
        return read_label_list(path)
    return split_names(text)


def split_names(text: str) -> tuple[str, ...]:
    """Split names at commas; no file is looked for.

    Args:
        text: Names as :func:`.labels_from_option` takes them.

    Returns:
        The names, stripped; empty ones are left out.

    Raises:
        UserError: If a quote or parenthesis is not closed.
    """
    names = [name.replace('"', '') for name in _split_outside(text)]
    return tuple(name.strip() for name in names if name.strip())


def _split_outside(text: str) -> list[str]:
    """Split at commas that stand in no quotes and no parentheses."""
    names, depth, quoted = [''], 0, False
    for char in text:
        quoted ^= char == '"'
        if not quoted:
            depth = max(0, depth + (char == '(') - (char == ')'))
        if char == ',' and not quoted and not depth:
            names.append('')
        else:
            names[-1] += char
    if quoted or depth:
        raise UserError(
            f'labels {text!r}: a quote or parenthesis is not closed'
        )
    return names
