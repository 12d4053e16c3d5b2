"""File reading and writing with clear errors and without half files."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from stclip.utils.choices import require_choice
from stclip.utils.errors import MissingFileError, UserError


@contextmanager
def atomic_write(path: str | Path, mode: str = 'w') -> Iterator[IO]:
    """Open a file that appears under its name only when wholly written.

    The content goes to a temporary file in the same folder, which replaces
    ``path`` at the end of the block. An exception leaves ``path`` as it was.

    Args:
        path: Target file; its folder is created if missing.
        mode: ``'w'`` for UTF-8 text or ``'wb'`` for bytes.

    Yields:
        The open file.

    Raises:
        ValueError: If ``mode`` is neither ``'w'`` nor ``'wb'``.
    """
    require_choice('mode', mode, ('w', 'wb'))
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(
        dir=path.parent, prefix=f'.{path.name}.', suffix='.part'
    )
    try:
        # mkstemp makes files private; give the mode that open() would.
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)
        encoding = 'utf-8' if mode == 'w' else None
        with os.fdopen(handle, mode, encoding=encoding) as file:
            yield file
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


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
        ValueError: If it is not JSON; the message names file and line.
    """
    path = require_file(path, hint)
    try:
        return json.loads(path.read_text(encoding='utf-8'))
    # Also bytes that are no UTF-8, and numbers or nesting beyond Python's
    # limits.
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


def fill_path(path: str, **values: Any) -> str:
    """Put values into a file name: ``{split}`` for ``split``.

    Args:
        path: With or without names in braces; others stay as they are.
        **values: What the names stand for.
    """
    for name, value in values.items():
        path = path.replace(f'{{{name}}}', str(value))
    return path
