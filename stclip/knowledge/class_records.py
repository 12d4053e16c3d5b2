"""Files with a record of each action class: one JSON object a line."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

from stclip.utils.decoding import parse_json
from stclip.utils.errors import UserError
from stclip.utils.io import atomic_write
from stclip.utils.resources import resolve
from stclip.utils.text_file import read_lines

Record = TypeVar('Record')


def read_class_records(
    path: str | Path,
    schema: str,
    make: Callable[[dict[str, Any]], Record],
    key: Callable[[str], str],
    hint: str,
) -> list[Record]:
    """Read records that have a ``class_name``.

    Args:
        path: JSON-lines file.
        schema: What every object says its ``schema`` is.
        make: Record of an object, less its schema.
        key: Spells a class name so that others of the same class equal it.
        hint: What to do if the file is missing.

    Raises:
        FileNotFoundError: If the file is missing.
        ValueError: If a line is faulty or a class is there twice; it is
            named.
    """
    records: dict[str, Record] = {}
    for line_num, line in read_lines(resolve(path), hint):
        try:
            content = parse_json(line)
            stated = content.pop('schema')
            if stated != schema:
                raise UserError(f'schema must be {schema!r}, got {stated!r}')
            record = make(content)
        except (
            AttributeError,
            KeyError,
            RecursionError,
            TypeError,
            ValueError,
        ) as error:
            reason = f'lacks {error}' if isinstance(error, KeyError) else error
            raise UserError(f'{path}, line {line_num}: {reason}') from error
        name = record.class_name
        if key(name) in records:
            raise UserError(
                f'{path}, line {line_num}: {name!r} is there twice'
            )
        records[key(name)] = record
    return list(records.values())


def write_class_records(
    path: str | Path, schema: str, contents: Iterable[dict[str, Any]]
) -> None:
    """Write objects below a schema, atomically."""
    with atomic_write(path) as file:
        for content in contents:
            line = json.dumps(
                dict(schema=schema, **content), ensure_ascii=False
            )
            file.write(f'{line}\n')
