"""File reading and writing with clear errors and without half files."""

import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

from stclip.utils.choices import require_choice
from stclip.utils.decoding import decode, parse_json
from stclip.utils.disk_space import require_space, told_if_full
from stclip.utils.errors import MissingFileError, UserError
from stclip.utils.locks import is_file_at, lock_file

_PART = '.part'


@contextmanager
def atomic_write(
    path: str | Path, mode: str = 'w', lasting: bool = False
) -> Iterator[IO]:
    """Open a file that appears under its name only when wholly written.

    The content goes to a temporary file in the same folder, which replaces
    ``path`` at the end of the block. An exception leaves ``path`` as it was.
    What killed processes have left of the same file is removed.

    Args:
        path: Target file; its folder is created if missing.
        mode: ``'w'`` for UTF-8 text or ``'wb'`` for bytes.
        lasting: Whether to wait until the content is on the disk, so that
            the file is whole even after the machine itself went down; some
            ms a file, for what took long to find and is not found again.

    Yields:
        The open file.

    Raises:
        UserError: If the disk is full.
        ValueError: If ``mode`` is neither ``'w'`` nor ``'wb'``.
    """
    require_choice('mode', mode, ('w', 'wb'))
    path = Path(path)
    with told_if_full(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_parts_of_killed(path)
        handle, part = _new_part(path)
    # A second descriptor holds the lock until the file has its name.
    lock = os.dup(handle)
    try:
        # mkstemp makes files private; give the mode that open() would.
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(part, 0o666 & ~umask)
        encoding = 'utf-8' if mode == 'w' else None
        with os.fdopen(handle, mode, encoding=encoding) as file:
            yield file
            if lasting:
                file.flush()
                os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException as error:
        if isinstance(error, Exception) and not isinstance(error, UserError):
            with told_if_full(path):
                require_space(lock, error)
        raise
    finally:
        part.unlink(missing_ok=True)
        os.close(lock)


def name_beside(path: Path, ending: str) -> str:
    """Name of a hidden file that goes with another one.

    Args:
        path: The other file.
        ending: What the name ends in, up to 55 bytes.
    """
    # File systems take 255 bytes.
    name = os.fsdecode(os.fsencode(path.name)[:199])
    return f'.{name}{ending}'


def _new_part(path: Path) -> tuple[int, Path]:
    """Make a file to write to, locked, so that all see that it is alive."""
    while True:
        handle, name = tempfile.mkstemp(
            dir=path.parent, prefix=name_beside(path, '.'), suffix=_PART
        )
        part = Path(name)
        if not lock_file(handle, wait=True) or is_file_at(handle, part):
            return handle, part
        os.close(handle)  # taken for a dead one before it was locked


def _remove_parts_of_killed(path: Path) -> None:
    """Remove what processes that are no more began to write of a file."""
    prefix = name_beside(path, '.')
    for entry in list(os.scandir(path.parent)):
        if not (entry.name.startswith(prefix) and entry.name.endswith(_PART)):
            continue
        try:
            handle = os.open(entry, os.O_RDWR)
        except OSError:
            continue  # just renamed, or another user's
        if lock_file(handle, wait=False):
            Path(entry).unlink(missing_ok=True)
        os.close(handle)


def require_file(path: str | Path, hint: str) -> Path:
    """Return ``path`` if it is a file.

    Args:
        path: File to look for.
        hint: What the user can do when it is missing.

    Returns:
        The path.

    Raises:
        FileNotFoundError: Naming the file, with the hint.
    """
    path = Path(path)
    if path.is_dir():
        raise MissingFileError(f'{path} is a folder, not a file. {hint}')
    if not path.is_file():
        raise MissingFileError(f'{path} does not exist. {hint}')
    return path


def read_json(path: str | Path, hint: str = 'Check the path.') -> Any:
    """Read a JSON file.

    Args:
        path: File to read.
        hint: What the user can do when it is missing.

    Returns:
        The decoded value.

    Raises:
        FileNotFoundError: If the file is missing.
        ValueError: If it is not JSON, or a key is there twice in an object;
            the message names file and line or key.
    """
    path = require_file(path, hint)
    try:
        return parse_json(decode(path.read_bytes()))
    # Also numbers or nesting beyond Python's limits.
    except (ValueError, RecursionError) as error:
        raise UserError(f'{path} is not valid JSON: {error}') from error


def write_json(
    path: str | Path, value: Any, indent: int | None = None
) -> None:
    """Write ``value`` as JSON, atomically; NaN and infinities are refused.

    Args:
        path: Target file.
        value: Anything ``json`` can encode.
        indent: Spaces per level, or ``None`` for the compact form.
    """
    with atomic_write(path) as file:
        json.dump(value, file, indent=indent, allow_nan=False)
        file.write('\n')


def write_long_json(
    path: str | Path, value: dict[str, Any], key: str, items: Iterable[Any]
) -> None:
    """Write what :func:`write_json` would, with a list that is never whole.

    It is on the disk when it has its name.

    Args:
        path: Target file.
        value: All but the list.
        key: What the list is called; it comes last.
        items: Its entries, each of which is encoded by itself.
    """
    head = json.dumps({**value, key: []}, indent=1, allow_nan=False)
    with atomic_write(path, lasting=True) as file:
        file.write(head.removesuffix(']\n}'))
        separator, end = '', ''
        for item in items:
            text = json.dumps(item, indent=1, allow_nan=False)
            file.write(separator + '\n  ' + text.replace('\n', '\n  '))
            separator, end = ',', '\n '
        file.write(f'{end}]\n}}\n')


class LongList(list):
    """A list for :func:`write_json` that is never whole in memory.

    Args:
        items: Its entries, gone through once, while they are written.
    """

    def __init__(self, items: Iterable[Any]) -> None:
        super().__init__()
        self._items = iter(items)
        # The encoder of json asks for the truth of a list, then its entries.
        self._first = list(islice(self._items, 1))

    def __bool__(self) -> bool:
        return bool(self._first)

    def __iter__(self) -> Iterator[Any]:
        return chain(self._first, self._items)


def fill_path(path: str, **values: Any) -> str:
    """Put values into a file name: ``{split}`` for ``split``.

    Args:
        path: With or without names in braces; others stay as they are.
        **values: What the names stand for.
    """
    for name, value in values.items():
        path = path.replace(f'{{{name}}}', str(value))
    return path
