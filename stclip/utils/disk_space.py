"""Want of disk space, which many libraries tell of in words of their own."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stclip.utils.errors import UserError

# Also what a quota or a limit of the process says.
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# Bytes that a full disk cannot find a last corner for.
_BLOCK = 2**16


@contextmanager
def told_if_full(
    path: str | Path, mend: str = 'write elsewhere'
) -> Iterator[None]:
    """Say which file could not be written where the disk is full.

    Args:
        path: The file.
        mend: What else can be done than to make room.

    Raises:
        UserError: In place of the block's error for want of space.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_SPACE:
            raise
        raise UserError(
            f'{path} cannot be written ({os.strerror(error.errno)}); make '
            f'room, or {mend}'
        ) from error


def require_space(handle: int, error: Exception) -> None:
    """Find out whether the writing of a file failed for want of space.

    Args:
        handle: Descriptor of the file, which is of no use any more.
        error: How it failed. torch, NumPy and FFmpeg do not pass on what the
            system has told them.

    Raises:
        OSError: If it did.
    """
    if isinstance(error, OSError) and error.errno in _NO_SPACE:
        raise error
    missing = _BLOCK
    while missing:
        end = os.fstat(handle).st_size
        missing -= os.pwrite(handle, bytes(missing), end)
