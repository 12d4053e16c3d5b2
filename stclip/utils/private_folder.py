"""Temporary folders that nobody else may read, and that are gone after.

A process that was killed leaves its folder behind; the next one that makes
one of the same kind removes it.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stclip.utils.locks import is_file_at, lock_file

_LOCK = '.lock'


@contextmanager
def private_folder(prefix: str, parent: Path | None = None) -> Iterator[Path]:
    """A new folder with mode 700, removed when the block is left.

    Those of the same kind that killed processes left are removed before.

    Args:
        prefix: What the names of its kind begin with.
        parent: Where it is made; None for the system's folder of temporary
            files.

    Yields:
        Its path.

    Raises:
        OSError: If none can be made there.
    """
    parent = Path(parent or tempfile.gettempdir())
    remove_left_behind(prefix, parent)
    folder, handle = _locked_folder(prefix, parent)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def remove_left_behind(prefix: str, parent: Path) -> None:
    """Remove the folders of processes that are no more.

    Args:
        prefix: See :func:`private_folder`.
        parent: Likewise.
    """
    for folder in parent.glob(f'{prefix}*'):
        try:
            # Whoever else may write here may have made such a thing, too.
            if folder.is_symlink() or folder.lstat().st_uid != os.getuid():
                continue
            handle = os.open(folder / _LOCK, os.O_RDWR | os.O_NOFOLLOW)
        except OSError:
            continue  # made or removed this moment, or none of ours
        if lock_file(handle, wait=False):
            shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def _locked_folder(prefix: str, parent: Path) -> tuple[Path, int]:
    """Make a folder; the second is its lock's descriptor."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        lock = folder / _LOCK
        try:
            handle = os.open(lock, os.O_CREAT | os.O_RDWR, 0o600)
        except OSError:
            folder.rmdir()  # without a lock it would stay for ever
            raise
        if not lock_file(handle, wait=True) or is_file_at(handle, lock):
            return folder, handle
        os.close(handle)  # taken for a left one before it was locked
