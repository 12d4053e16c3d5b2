"""Checks that a result can be written, before the work is done.

It must neither replace an input nor, unasked, an earlier result.
"""

import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

from stclip.utils.errors import UserError
from stclip.utils.io import name_beside
from stclip.utils.locks import only_writer


@contextmanager
def new_results(
    outputs: Sequence[Path],
    inputs: Iterable[str | Path | None],
    overwrite: bool = False,
    unfinished: Path | None = None,
    resume: bool | None = False,
) -> Iterator[None]:
    """Look whether results can be written, and keep others from doing so.

    Args:
        outputs: The files that will be written.
        inputs: What they are made of; see :func:`require_apart`.
        overwrite: Whether results of an earlier run may be replaced. Those
            of a run that was killed are, at any rate.
        unfinished: What an interrupted run leaves, if it can be gone on with.
        resume: Whether to go on with that, where it is there; None if
            nobody can.

    Raises:
        UserError: Before the block, if they cannot, or another process
            writes one of them.
    """
    written = [*outputs, *([unfinished] if unfinished else [])]
    require_apart(written, inputs)
    for path in written:
        require_writable_file(path)
    with ExitStack() as stack:
        kept = []
        for path in outputs:
            lock = path.with_name(name_beside(path, '.lock'))
            mend = 'wait for its end, or write elsewhere'
            killed = stack.enter_context(only_writer(path, lock, mend))
            if path.exists() and not killed:
                kept.append(path)
        if unfinished and unfinished.exists():
            if not (resume or overwrite):
                keep = '--resume goes on with it'
                if resume is None:
                    keep = 'another --out keeps it'
                raise UserError(
                    f'{unfinished} holds what an interrupted run has found; '
                    f'{keep}, --overwrite starts anew'
                )
            kept = []  # it was free to replace them
        if kept and not overwrite:
            raise UserError(
                f'{kept[0]} is there already; --overwrite replaces it and '
                'what goes with it, another --out keeps it'
            )
        yield


def own_folder(path: Path, option: str) -> AbstractContextManager[bool]:
    """Be the only process that writes to a folder; see :func:`only_writer`.

    Args:
        path: The folder.
        option: Where the user has named it.

    Raises:
        ValueError: If nothing can be written there, or another process does.
    """
    require_writable_folder(path)
    mend = f'wait for its end, or give another {option}'
    return only_writer(path, path / '.lock', mend)


def require_own(outputs: Iterable[Path], record: Path, mend: str) -> None:
    """Keep files that come from elsewhere; a command's own are made anew.

    Args:
        outputs: Files that will be written.
        record: What the command always leaves beside them.
        mend: How they can be written all the same.

    Raises:
        UserError: If there is one of them, but no record.
    """
    for path in outputs:
        if path.exists() and not record.exists():
            raise UserError(
                f'{path} is there already, and no {record.name} beside it '
                f'tells that it was made by this command; {mend}'
            )


def require_apart(
    outputs: Iterable[Path], inputs: Iterable[str | Path | None]
) -> None:
    """Make sure that no output is an input, by whatever path.

    Args:
        outputs: Files that will be written.
        inputs: Files, and folders whose files are read, such as frames; what
            does not exist, and ``None``, is no input.

    Raises:
        UserError: If an output is one of the files, or would lie in one of
            the folders.
    """
    # Each path is looked at once: there may be thousands on either side.
    sources = {}
    for source in filter(None, inputs):
        sources.setdefault(_identity(source), source)
    sources.pop(None, None)
    for output in outputs:
        if over := sources.get(_identity(output)):
            raise UserError(
                f'{output} would be written over {over}, which is read; give '
                'another place to write to'
            )
        if into := sources.get(_identity(output.parent)):
            raise UserError(
                f'{output} would be written into {into}, whose files are '
                'read; give another place to write to'
            )


def is_same_file(first: str | Path, second: str | Path) -> bool:
    """Whether two paths lead to one file or folder that exists."""
    identity = _identity(first)
    return identity is not None and identity == _identity(second)


def _identity(path: str | Path) -> tuple[int, int] | None:
    """What all names of a file or folder share; None if there is none."""
    try:
        status = os.stat(path)
    # Also what is no path: too long, or with a null character.
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino


def stem_of_video(path: str | Path) -> str:
    """What the results of a video are called.

    Args:
        path: Video file, whose name is taken without suffix, or folder of
            frames, whose whole name is taken.
    """
    # Also the names of "." and "..".
    path = Path(os.path.abspath(path))
    return path.name if path.is_dir() else path.stem


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
    if path.exists() and not path.is_file():
        raise UserError(f'{path} is no ordinary file; give another one')
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
        if nearest.is_symlink():
            raise UserError(
                f'{nearest} is a link to {os.readlink(nearest)}, which is not '
                'there; give another folder'
            )
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
