"""Checkpoints by path or address: looked for, and downloaded once.

PyTorch, which says where downloads go, is imported for addresses alone.
"""

import hashlib
import http.client
import os
import re
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import quote, unquote, urlsplit

from stclip.utils.errors import MissingFileError, UserError
from stclip.utils.io import atomic_write, require_file
from stclip.utils.resources import resolve

_SERVED = ('http', 'https')
# pathlib takes one slash of two away. One letter is a drive of Windows; two
# colons name a model of one of OpenMMLab's packages.
_ADDRESS = re.compile(r'([A-Za-z][A-Za-z0-9+.-]+)(?::/+|::)(?=.)')
# As PyTorch and OpenMMLab write the start of a file's SHA-256 into its name;
# eight digits alone are a date.
_HASH = re.compile(r'-(?=\d*[a-f])([0-9a-f]{8,64})\.')
_TIMEOUT_SEC = 20
_NAME_CHARS = 60
# What stands in addresses, those with blanks or umlauts included.
_SAFE = "%/:=&?~#+!$,;'@()*[]"


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
        with _opened(url):
            pass


def local_checkpoint(path: str | Path, hint: str) -> Path:
    """Where a checkpoint lies on this machine, downloaded if need be.

    Downloads are kept in ``stclip`` below the cache of ``torch.hub``, by the
    whole address, and are never cut off.

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
        _download(url, target)
    return target


def _url_of(path: str | Path) -> str | None:
    """The address to download from, if there is no file of this name."""
    address = _ADDRESS.match(str(path))
    if not address or os.path.exists(path):
        return None
    scheme = address[1].lower()
    if scheme in _SERVED:
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

    # Names alone do not do: many a file is called epoch_30.pth.
    folder = hashlib.sha256(url.encode()).hexdigest()[:16]
    name = unquote(re.split('[?#]', url)[0]).rpartition('/')[2]
    name = re.sub(r'[^\w.-]', '_', name).lstrip('.')[-_NAME_CHARS:]
    return Path(
        hub.get_dir(), 'checkpoints', 'stclip', folder, name or 'checkpoint'
    )


@contextmanager
def _opened(url: str) -> Iterator[http.client.HTTPResponse]:
    """An answer that holds a file; whatever else happens is one error."""
    try:
        # A GET also to look: signed addresses refuse other questions.
        request = urllib.request.Request(
            quote(url, safe=_SAFE), headers={'User-Agent': 'stclip'}
        )
        with urllib.request.urlopen(request, timeout=_TIMEOUT_SEC) as answer:
            if answer.headers.get_content_type() == 'text/html':
                raise OSError('it is a web page, not a file')
            yield answer
    except UserError:
        raise
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise MissingFileError(
            f'{url} cannot be downloaded ({_reason(error)}); check the '
            'address, or download it elsewhere and give the file'
        ) from error


def _reason(error: Exception) -> str:
    if isinstance(error, HTTPError):
        return f'HTTP {error.code} {error.reason}'
    if isinstance(error, URLError):
        return str(error.reason)
    return str(error) or type(error).__name__


def _download(url: str, target: Path) -> None:
    from tqdm import tqdm

    with (
        _opened(url) as answer,
        atomic_write(target, 'wb') as file,
        tqdm.wrapattr(
            answer,
            'read',
            total=answer.length,
            desc=target.name,
            leave=False,
            disable=None,  # unless somebody looks
        ) as reader,
    ):
        size = answer.length
        digest = hashlib.sha256()
        while block := reader.read(2**20):
            file.write(block)
            digest.update(block)
        if size is not None and file.tell() != size:
            raise OSError(f'cut off after {file.tell()} of {size} bytes')
        _require_hash(url, target.name, digest.hexdigest())


def _require_hash(url: str, name: str, found: str) -> None:
    stated = _HASH.search(name)
    if stated and not found.startswith(stated[1]):
        raise UserError(
            f'{url}: its name states the hash {stated[1]}, but what came has '
            f'{found[: len(stated[1])]}; download it elsewhere and give the '
            'file'
        )
