"""A folder of one server that nobody else may read, and that is gone after.

A server that was killed leaves its folder behind; the next one removes it.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stclip.utils.locks import lock_file

_PREFIX = 'stclip-serve-'
_LOCK = '.lock'


@contextmanager
def private_folder(parent: Path | None = None) -> Iterator[Path]:
    """A new folder with mode 700, removed when the block is left.

    Args:
        parent: Where it is made; None for the system's folder of temporary
            files.

    Yields:
        Its path.
    """
    parent = Path(parent or tempfile.gettempdir())
    remove_left_behind(parent)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
    handle = os.open(folder / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
    lock_file(handle, wait=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def remove_left_behind(parent: Path) -> None:
    """Remove the folders of servers that are no more.

    Args:
        parent: See :func:`private_folder`.
    """
    for folder in parent.glob(f'{_PREFIX}*'):
        # Whoever else may write here may have made such a thing, too.
        if folder.is_symlink() or folder.lstat().st_uid != os.getuid():
            continue
        try:
            handle = os.open(folder / _LOCK, os.O_RDWR | os.O_NOFOLLOW)
        except OSError:
            continue  # made this moment, or none of ours
        if lock_file(handle, wait=False):
            shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)
