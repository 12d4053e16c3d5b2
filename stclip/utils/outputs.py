"""Checks that a result can be written, before the work is done."""

import tempfile
from pathlib import Path

from stclip.utils.errors import UserError


def require_writable_file(path: str | Path) -> Path:
    """Make sure that a file can be written.

    Args:
        path: The file; its folders may be missing yet.

    Returns:
        The path.

    Raises:
        ValueError: If there is a folder of this name, or its folder cannot
            be written to.
    """
    path = Path(path)
    if path.is_dir():
        raise UserError(f'{path} is a folder; give a file to write')
    require_writable_folder(path.parent)
    return path


def require_writable_folder(path: str | Path) -> Path:
    """Make sure that files can be written to a folder.

    Args:
        path: The folder, or where it would be made.

    Returns:
        The path.

    Raises:
        ValueError: If it is a file, lies below one or cannot be written to.
    """
    path = Path(path)
    nearest = path.absolute()
    while not nearest.exists():
        nearest = nearest.parent
    if not nearest.is_dir():
        raise UserError(f'{nearest} is a file; nothing can be written below')
    try:
        # Permissions do not tell of file systems that are mounted to be read.
        tempfile.TemporaryFile(dir=nearest).close()
    except OSError as error:
        raise UserError(
            f'{nearest} cannot be written to ({error.strerror}); give another '
            'folder'
        ) from error
    return path
