"""What lies in object storage, and whatever else fsspec reads.

Files are listed and asked for their size and time, not read.
"""

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from glob import has_magic
from importlib import import_module
from pathlib import PurePosixPath
from typing import Any

from stclip.utils.downloads import without_user
from stclip.utils.errors import MissingFileError, UserError
from stclip.video.addresses import is_served
from stclip.video.listing import VIDEO_SUFFIXES
from stclip.video.local_files import is_hidden

_ASKED_AT_A_TIME = 16
_MAGIC = re.compile(r'[*?[]')
# What changes with the content; the first that a store tells of. Listings
# and single files may tell times in different forms, tags in one.
_MARKS = ('ETag', 'etag', 'mtime', 'LastModified', 'last_modified', 'created')


def require_readable(scheme: str) -> None:
    """Refuse addresses that nothing here reads.

    Args:
        scheme: Of the addresses, as ``s3``.

    Raises:
        UserError: If fsspec does not know it, or needs a further package.
    """
    if is_served(f'{scheme}://'):
        return
    # Comes with torch.
    fsspec = import_module('fsspec')
    try:
        fsspec.get_filesystem_class(scheme)
    except (ImportError, ValueError) as error:
        raise UserError(
            f'{scheme}:// cannot be read ({error}); install what fsspec '
            'needs for it, or copy the videos here'
        ) from error


def videos_in(address: str) -> list[str]:
    """The videos that an address stands for, however deep below a folder.

    Args:
        address: Of a file, of a folder, or a pattern with ``*``, ``?``,
            ``[...]``, ``**``; of a kind that fsspec reads.

    Returns:
        Sorted addresses; that of a file alone, which need not be there.

    Raises:
        MissingFileError: If a folder holds no video, or nothing matches.
        UserError: If the store does not answer.
    """
    with told(address):
        files, inner = store_of(address)
        if has_magic(inner) and not files.exists(inner):
            names, hint = files.glob(inner), 'matches no video'
        elif files.isdir(inner):
            names, hint = files.find(inner), 'holds no video'
        else:
            return [address]
    # As the user writes it: a store's own name may lack its host.
    scheme, _, place = address.partition('://')
    start, known = _fixed(place.rstrip('/')), _fixed(inner.rstrip('/'))
    videos = [
        f'{scheme}://{start}{name.removeprefix(known)}'
        for name in sorted(names)
        if _is_video(name, inner)
    ]
    if not videos:
        raise MissingFileError(
            f'{without_user(address)} {hint}; give the address of the folder '
            'that holds them, or a pattern in quotes'
        )
    return videos


def versions_of(addresses: Sequence[str]) -> dict[str, Any]:
    """Plain values that change when a file of a store is replaced.

    Args:
        addresses: Of files, of kinds that fsspec reads.

    Returns:
        By address: size, and entity tag or time; None for what is not there.

    Raises:
        UserError: If a store does not answer.
    """
    stores = [store_of(address) for address in addresses]
    found: dict[str, Any] = {}
    at_once = []
    for address, (files, inner) in zip(addresses, stores, strict=True):
        # Others may have one connection alone.
        if files.async_impl:
            at_once.append((address, files, inner))
        else:
            found[address] = _version(address, files, inner)
    with ThreadPoolExecutor(_ASKED_AT_A_TIME) as pool:
        versions = pool.map(lambda each: _version(*each), at_once)
        found.update(zip([each[0] for each in at_once], versions, strict=True))
    return found


def store_of(address: str) -> tuple[Any, str]:
    """The file system of fsspec, and the name that a file has there.

    Args:
        address: Of a kind that fsspec reads.
    """
    return import_module('fsspec').url_to_fs(address)


def _version(address: str, files: Any, inner: str) -> Any:
    with told(address):
        try:
            info = files.info(inner)
        except FileNotFoundError:
            return None
    mark = next((info[name] for name in _MARKS if info.get(name)), None)
    return [info.get('size'), mark]


def _fixed(name: str) -> str:
    """What all names below a folder, or of a pattern, begin with."""
    magic = _MAGIC.search(name)
    return name[: name.rfind('/', 0, magic.start()) + 1] if magic else name


def _is_video(name: str, folder: str) -> bool:
    """Whether a file is a video by its name, and not hidden."""
    if PurePosixPath(name).suffix.lower() not in VIDEO_SUFFIXES:
        return False
    below = PurePosixPath(name.removeprefix(folder))
    # Of what a pattern matches the name counts, as of files here.
    parts = below.parts if name.startswith(folder) else (below.name,)
    return not any(map(is_hidden, parts))


@contextmanager
def told(address: str) -> Iterator[None]:
    """Say which address it is that a store has failed at.

    Args:
        address: What is asked for in the block.

    Raises:
        UserError: In place of what a store raises.
    """
    try:
        yield
    except UserError:
        raise
    # Each kind of storage raises its own.
    except Exception as error:
        raise UserError(
            f'{without_user(address)} cannot be read '
            f'({type(error).__name__}: {error}); check address, network and '
            'keys'
        ) from error
