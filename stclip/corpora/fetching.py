"""Videos that lie elsewhere: copied here for as long as they are looked at."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from stclip.utils.downloads import RemoteFile, download, without_user
from stclip.utils.errors import UserError
from stclip.video.addresses import is_served, scheme_of
from stclip.video.served_files import is_live


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


@contextmanager
def local_copy(path: str) -> Iterator[Path]:
    """A video as a file of this machine.

    Args:
        path: A path, which is given as it is, or an address.

    Yields:
        Where it lies during the block.

    Raises:
        MissingFileError: If a server does not give it.
        UserError: If it cannot be read.
    """
    scheme = scheme_of(path)
    if scheme is None:
        yield Path(path)
        return
    name = PurePosixPath(unquote(urlsplit(path).path)).name or 'video'
    with tempfile.TemporaryDirectory(prefix='stclip-video-') as folder:
        target = Path(folder, name)
        if is_served(path):
            if is_live(path):
                raise UserError(
                    f'{without_user(path)} is live: stclip infer looks at it'
                )
            download(RemoteFile(path), target)
        else:
            _copy(path, target)
        yield target


def _copy(path: str, target: Path) -> None:
    fsspec = import_module('fsspec')
    try:
        files, inner = fsspec.url_to_fs(path)
        files.get_file(inner, str(target))
    # Each kind of storage raises its own.
    except Exception as error:
        raise UserError(
            f'{without_user(path)} cannot be read '
            f'({type(error).__name__}: {error})'
        ) from error
