"""Locks: who writes something, and whether the last one was killed.

Both kinds end with their process, however it ends. A file system that knows
no locks (some network ones) is written to without them.
"""

import errno
import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from stclip.utils.disk_space import told_if_full
from stclip.utils.errors import UserError

_HELD = (errno.EACCES, errno.EAGAIN)


@contextmanager
def only_writer(target: Path, lock: Path, mend: str) -> Iterator[bool]:
    """Be the only process that writes something, on this host and others.

    The lock is a file that is removed at the end, and left behind by a
    process that is killed. Other threads of this process are not kept out.

    Args:
        target: What is written, for the message.
        lock: File of the lock; folders that it needs are made, and removed
            again if nothing else was put there.
        mend: What can be done while another process writes.

    Yields:
        Whether the last writer was killed.

    Raises:
        UserError: If another process writes; it is named.
    """
    with folders_of(lock):
        file = _take(lock, target, mend)
        killed = bool(file and file.read())
        try:
            if file:
                file.truncate(0)
                owner = f'{os.getpid()} on {socket.gethostname()}'
                with told_if_full(lock):
                    os.write(file.fileno(), owner.encode())
            yield killed
        finally:
            lock.unlink(missing_ok=True)
            if file:
                file.close()


@contextmanager
def folders_of(path: Path) -> Iterator[None]:
    """Make the folders of a file; those that stay empty go again.

    Args:
        path: The file.
    """
    new_folders = [f for f in path.parents if not f.exists()]
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield
    finally:
        for folder in new_folders:
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()


def _take(path: Path, target: Path, mend: str) -> IO | None:
    """Open and lock a file; ``None`` where there are no locks."""
    while True:
        file = path.open('a+', encoding='utf-8')
        file.seek(0)
        try:
            # Of the process, so that forked workers of a killed one, which
            # live on for a while, do not hold it. flock would be theirs too.
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            owner = file.read() or 'that has just begun'
            file.close()
            if error.errno not in _HELD:
                return None
            raise UserError(
                f'{target} is being written by process {owner}; {mend}'
            ) from error
        if is_file_at(file.fileno(), path):
            return file
        file.close()  # the one before has removed it in the meantime


def lock_file(handle: int, wait: bool) -> bool:
    """Lock an open file for as long as it is open.

    The lock is of the open file: for this process, too, the file is locked
    where it is opened a second time.

    Args:
        handle: Descriptor of a file that is open for writing.
        wait: Whether to wait for another process's lock.

    Returns:
        Whether it is locked now; not so where there are no locks.
    """
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        return False
    return True


def is_file_at(handle: int, path: Path) -> bool:
    """Whether an open file is the one that a path leads to."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False
