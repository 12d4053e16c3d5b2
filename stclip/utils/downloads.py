"""Downloads that are never cut off, go on where they were, and are checked."""

import base64
import hashlib
import http.client
import os
import re
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.error import HTTPError, URLError
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

from stclip.utils.disk_space import told_if_full
from stclip.utils.errors import MissingFileError, UserError
from stclip.utils.io import name_beside
from stclip.utils.locks import folders_of, is_file_at, lock_file

#: Base address that is asked before a file's own; for files with a hash.
MIRROR = 'STCLIP_MIRROR'
#: Set to anything but 0, it says that nothing is to be downloaded.
OFFLINE = 'STCLIP_OFFLINE'
_TIMEOUT_SEC = 20
_BLOCK = 2**20
# How often a transfer that breaks off goes on by itself.
_TRIES = 3
# What stands in addresses, those with blanks or umlauts included.
_SAFE = "%/:=&?~#+!$,;'@()*[]"
_NO_MORE = 416
_STATED = '#sha256='
# As PyTorch and OpenMMLab write the start of a file's SHA-256 into its name;
# eight digits alone are a date.
_HASH = re.compile(r'-(?=\d*[a-f])([0-9a-f]{8,64})\.')


@dataclass(frozen=True)
class RemoteFile:
    """A file on the net.

    Args:
        url: Its address, http or https.
        sha256: The hash's hexadecimal digits, or its first ones; empty if it
            is not known. Only a file with a hash is taken from a mirror, and
            goes on where a transfer has ended.
    """

    url: str
    sha256: str = ''

    @classmethod
    def of(cls, url: str) -> 'RemoteFile':
        """A file by an address, with what that says of its hash.

        Args:
            url: Perhaps with ``#sha256=`` and the digits after it, or with
                the first ones in the name, as PyTorch writes them:
                ``-a5d8aa15.pth``.
        """
        address, _, told = url.partition(_STATED)
        if told:
            return cls(address, told.lower())
        in_name = _HASH.search(_file_name(url))
        return cls(url, in_name[1] if in_name else '')

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where it may be, the mirror's place first."""
        mirror = os.environ.get(MIRROR, '').rstrip('/')
        if not (mirror and self.sha256):
            return (self.url,)
        return (f'{mirror}/{_file_name(self.url)}', self.url)


def _file_name(url: str) -> str:
    return re.split('[?#]', url)[0].rpartition('/')[2]


def is_offline() -> bool:
    """Whether the user has said that nothing is to be downloaded."""
    return os.environ.get(OFFLINE, '0') != '0'


def host_of(parts: SplitResult) -> str:
    """Host and port of an address without user and password."""
    return parts.netloc.rpartition('@')[2]


def without_user(address: str) -> str:
    """An address for messages: no password, no tokens."""
    parts = urlsplit(address)
    return f'{parts.scheme}://{host_of(parts)}{parts.path}'


def open_address(address: str, start: int = 0) -> http.client.HTTPResponse:
    """Ask a server, as the user that the address may name.

    Args:
        address: http or https, as people write it.
        start: The first byte that is wanted.

    Raises:
        OSError: If there is no answer, or a refusal.
    """
    parts = urlsplit(address)
    headers = {'User-Agent': 'stclip'}
    if start:
        headers['Range'] = f'bytes={start}-'
    if parts.username:
        pair = f'{unquote(parts.username)}:{unquote(parts.password or "")}'
        told = base64.b64encode(pair.encode()).decode()
        headers['Authorization'] = f'Basic {told}'
    # A GET also to look: signed addresses refuse other questions.
    request = urllib.request.Request(
        quote(urlunsplit(parts._replace(netloc=host_of(parts))), safe=_SAFE),
        headers=headers,
    )
    return urllib.request.urlopen(request, timeout=_TIMEOUT_SEC)


def require_answer(file: RemoteFile) -> None:
    """Make sure that a file is served, without reading it.

    Raises:
        MissingFileError: If no address answers with a file.
    """
    with _first_answer(file, 0):
        pass


def download(file: RemoteFile, target: Path) -> None:
    """Download a file, unless another process does so at the same time.

    Args:
        file: What is wanted.
        target: Where it is put, when it is whole and its hash is right.

    Raises:
        MissingFileError: If no address answers with a file, or the transfer
            breaks off.
        UserError: If what comes has another hash, or the disk is full.
    """
    part = target.with_name(name_beside(target, '.download'))
    with told_if_full(target), folders_of(part), _alone(part) as content:
        if target.is_file():
            return  # another process was faster
        if not file.sha256:
            content.truncate(0)
        is_worth_keeping = False
        try:
            _fill(file, content, target.name)
            _require_hash(file, content)
            os.replace(part, target)
        except (MissingFileError, KeyboardInterrupt):
            is_worth_keeping = file.sha256 and content.tell() > 0
            raise
        finally:
            if not is_worth_keeping:
                part.unlink(missing_ok=True)


def _fill(file: RemoteFile, content: BinaryIO, name: str) -> None:
    """Read what is missing; what breaks off goes on while something comes."""
    for _ in range(_TRIES):
        before = content.seek(0, os.SEEK_END)
        try:
            _read_rest(file, content, name)
            return
        except MissingFileError:
            if not file.sha256 or content.seek(0, os.SEEK_END) == before:
                raise
    _read_rest(file, content, name)


def _read_rest(file: RemoteFile, content: BinaryIO, name: str) -> None:
    from tqdm import tqdm

    start = content.seek(0, os.SEEK_END)
    with _first_answer(file, start) as answer:
        if answer.status != http.client.PARTIAL_CONTENT:
            start = 0
            content.truncate(0)
            content.seek(0)
        size = None if answer.length is None else start + answer.length
        with tqdm(
            total=size,
            initial=start,
            desc=name,
            unit='B',
            unit_scale=True,
            leave=False,
            disable=None,  # unless somebody looks
        ) as bar:
            while block := answer.read(_BLOCK):
                content.write(block)
                bar.update(len(block))
        if size is not None and content.tell() != size:
            raise OSError(f'cut off after {content.tell()} of {size} bytes')


@contextmanager
def _first_answer(
    file: RemoteFile, start: int
) -> Iterator[http.client.HTTPResponse]:
    """The answer of the first address that has the file."""
    if is_offline():
        raise MissingFileError(
            f'{file.url} is not here, and nothing is downloaded ({OFFLINE} '
            'is set); download it elsewhere and give the file'
        )
    *mirrors, last = file.addresses
    for address in mirrors:
        try:
            answer = _open(address, start)
        except (OSError, http.client.HTTPException, ValueError):
            continue
        with answer:
            yield answer
        return
    try:
        with _open(last, start) as answer:
            yield answer
    except UserError:
        raise
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise MissingFileError(
            f'{last} cannot be downloaded ({_reason(error)}); check the '
            'address, or download it elsewhere and give the file'
        ) from error


def _open(address: str, start: int) -> http.client.HTTPResponse:
    """Ask for a file from a byte on; whoever cannot do so gives all of it."""
    try:
        answer = open_address(address, start)
    except HTTPError as error:
        if error.code == _NO_MORE and start:
            return _open(address, 0)
        raise
    if answer.headers.get_content_type() == 'text/html':
        answer.close()
        raise OSError('it is a web page, not a file')
    return answer


@contextmanager
def _alone(part: Path) -> Iterator[BinaryIO]:
    """The file that is filled, waited for while another process fills it."""
    while True:
        content = part.open('a+b')
        if not lock_file(content.fileno(), wait=True):
            break  # no locks here
        if is_file_at(content.fileno(), part):
            break
        content.close()  # it got its name, or went
    with content:
        yield content


def _require_hash(file: RemoteFile, content: BinaryIO) -> None:
    if not file.sha256:
        return
    content.seek(0)
    digest = hashlib.sha256()
    while block := content.read(_BLOCK):
        digest.update(block)
    found = digest.hexdigest()
    if not found.startswith(file.sha256):
        raise UserError(
            f'{file.url}: stated is the hash {file.sha256}, but what came has '
            f'{found[: len(file.sha256)]}; download it elsewhere and give '
            'the file'
        )


def _reason(error: Exception) -> str:
    if isinstance(error, HTTPError):
        return f'HTTP {error.code} {error.reason}'
    if isinstance(error, URLError):
        return str(error.reason)
    return str(error) or type(error).__name__
