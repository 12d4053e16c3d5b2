"""Checkpoints by path or address: looked for, and downloaded once.

PyTorch, which says where downloads go, is imported for addresses alone.
"""

import hashlib
import os
import re
import urllib.request
from pathlib import Path
from urllib.parse import unquote, urlsplit

from stclip.utils.downloads import RemoteFile, download, require_answer
from stclip.utils.errors import UserError
from stclip.utils.io import require_file
from stclip.utils.resources import resolve

#: Schemes of addresses of files that a server has.
SERVED = ('http', 'https')
# pathlib takes one slash of two away. One letter is a drive of Windows; two
# colons name a model of one of OpenMMLab's packages.
_ADDRESS = re.compile(r'([A-Za-z][A-Za-z0-9+.-]+)(?::/+|::)(?=.)')
_NAME_CHARS = 60


def require_checkpoint(path: str | Path, hint: str) -> None:
    """Make sure that a checkpoint is there, without downloading it.

    Args:
        path: File, the user's or a shipped one, or its address.
        hint: What the user can do when a file is missing.

    Raises:
        MissingFileError: If the file does not exist or the address does not
            answer with one.
        UserError: If it is an address of another kind than http, https, file.
    """
    url = _url_of(path)
    if url is None:
        require_file(_local_path(path), hint)
    elif not _cached(url).is_file():
        require_answer(RemoteFile.of(url))


def local_checkpoint(path: str | Path, hint: str) -> Path:
    """Where a checkpoint lies on this machine, downloaded if need be.

    Downloads are kept in ``stclip`` below the cache of ``torch.hub``, by the
    whole address, and are never cut off; see :mod:`stclip.utils.downloads`.

    Args:
        path: As in :func:`require_checkpoint`.
        hint: Likewise.

    Raises:
        MissingFileError: See :func:`require_checkpoint`; also for a transfer
            that breaks off.
        UserError: See :func:`require_checkpoint`; also for a file that does
            not match the hash in its name.
    """
    url = _url_of(path)
    if url is None:
        return require_file(_local_path(path), hint)
    target = _cached(url)
    if not target.is_file():
        download(RemoteFile.of(url), target)
    return target


def _url_of(path: str | Path) -> str | None:
    """The address to download from, if there is no file of this name."""
    address = _ADDRESS.match(str(path))
    if not address or os.path.exists(path):
        return None
    scheme = address[1].lower()
    if scheme in SERVED:
        return f'{scheme}://{str(path)[address.end() :]}'
    if scheme in ('file', 'stclip'):
        return None
    raise UserError(
        f'{path}: checkpoints are files or addresses of http:// and https://, '
        f'not of {scheme}; download it and give the file'
    )


def _local_path(path: str | Path) -> Path:
    """The path of a file that may be given as ``file:///path``."""
    name = str(path)
    if name.lower().startswith('file:/') and not os.path.exists(path):
        return Path(urllib.request.url2pathname(urlsplit(name).path))
    return resolve(path)


def _cached(url: str) -> Path:
    from torch import hub

    url = RemoteFile.of(url).url
    # Names alone do not do: many a file is called epoch_30.pth.
    folder = hashlib.sha256(url.encode()).hexdigest()[:16]
    name = unquote(re.split('[?#]', url)[0]).rpartition('/')[2]
    name = safe_name(name) or 'checkpoint'
    return Path(hub.get_dir(), 'checkpoints', 'stclip', folder, name)


def safe_name(name: str) -> str:
    """What a server calls a file, as it may be called here; may be empty.

    Args:
        name: The last part of its address, without quoting.
    """
    return re.sub(r'[^\w.-]', '_', name).lstrip('.')[-_NAME_CHARS:]
