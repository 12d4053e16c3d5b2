"""Videos that lie elsewhere: copied here for as long as they are looked at."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from urllib.error import HTTPError
from urllib.parse import unquote, urlsplit

from stclip.corpora.faults import Fault
from stclip.utils.downloads import RemoteFile, download, without_user
from stclip.utils.errors import UserError
from stclip.utils.private_folder import private_folder
from stclip.video.addresses import is_served, scheme_of
from stclip.video.served_files import is_live
from stclip.video.stores import store_of

_PREFIX = 'stclip-video-'
# What is written beside a copy has a longer name; file systems allow 255.
_STEM_BYTES = 150
# Answers that there is no such file.
_NOT_THERE = (404, 410)


@contextmanager
def local_copy(path: str) -> Iterator[Path]:
    """A video as a file of this machine.

    Args:
        path: A path, which is given as it is, or an address.

    Yields:
        Where it lies during the block.

    Raises:
        UserError: If there is no such file, or it is none.
        Fault: If network, store or temporary folder fail.
    """
    if scheme_of(path) is None:
        yield Path(path)
        return
    name = PurePosixPath(unquote(urlsplit(path).path))
    # Stores take longer names than this machine does.
    stem = os.fsencode(name.stem)[:_STEM_BYTES].decode(errors='ignore')
    with _folder_of_a_copy() as folder:
        target = folder / f'{stem or "video"}{name.suffix}'
        fetch = _download if is_served(path) else _copy
        fetch(path, target)
        yield target


@contextmanager
def _folder_of_a_copy() -> Iterator[Path]:
    """A folder that goes with its process, however that ends."""
    with ExitStack() as stack:
        try:
            folder = stack.enter_context(private_folder(_PREFIX))
        except OSError as error:
            raise Fault(
                f'no folder can be made for the copy of a video ({error}); '
                'TMPDIR names another place'
            ) from error
        # Outside: errors of the block are no errors of the folder.
        yield folder


def _download(path: str, target: Path) -> None:
    try:
        if is_live(path):
            raise UserError(
                f'{without_user(path)} is live: stclip infer looks at it'
            )
        download(RemoteFile(path), target)
    except UserError as error:
        cause = error.__cause__
        is_absent = isinstance(cause, HTTPError) and cause.code in _NOT_THERE
        # No cause: it is no video; ValueError: it is no address.
        if is_absent or cause is None or isinstance(cause, ValueError):
            raise
        raise Fault(str(error)) from error


def _copy(path: str, target: Path) -> None:
    try:
        files, inner = store_of(path)
        files.get_file(inner, str(target))
    # Each kind of storage raises its own.
    except Exception as error:
        is_own = isinstance(error, FileNotFoundError | IsADirectoryError)
        raise (UserError if is_own else Fault)(
            f'{without_user(path)} cannot be read '
            f'({type(error).__name__}: {error})'
        ) from error
