"""Videos that a server has as files, told from live ones and kept here."""

import hashlib
import http.client
import logging
import shutil
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from mmengine.logging import print_log

from stclip.utils.downloads import (
    OFFLINE,
    RemoteFile,
    download,
    is_offline,
    open_address,
    without_user,
)
from stclip.utils.errors import UserError
from stclip.utils.remote_files import safe_name

# Lists of pieces that grow, as broadcasters publish them.
_PLAYLISTS = ('.m3u8', '.mpd')
# Forms that are seldom sent before they are whole, by type and by name.
_FILE_TYPES = {
    f'video/{name}'
    for name in ('mp4', 'quicktime', 'x-msvideo', 'x-matroska', 'x-ms-wmv')
}
_FILE_SUFFIXES = ('.mp4', '.m4v', '.mov', '.avi', '.mkv', '.wmv', '.mpg')
_DIGITS = 16


@dataclass(frozen=True)
class Answer:
    """What a server says of what it has at an address.

    Args:
        kind: Media type.
        length: In bytes; None if it is not told.
        is_whole: Whether parts of it can be asked for, or it is to be saved:
            only files have either.
        version: Digits that change with the content; those of nothing where
            the server says nothing that would.
    """

    kind: str
    length: int | None
    is_whole: bool
    version: str


def ask(url: str) -> Answer:
    """Ask a server, without reading what it has.

    Raises:
        UserError: If it does not answer, or has a web page there.
    """
    shown = without_user(url)
    try:
        with open_address(url) as answer:
            headers, length = answer.headers, answer.length
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise UserError(
            f'{shown} cannot be reached '
            f'({getattr(error, "reason", None) or error}); check the address '
            'and the network'
        ) from error
    if headers.get_content_type() == 'text/html':
        raise UserError(
            f'{shown} is a web page, not a video; give the address of the '
            'video itself'
        )
    told = [headers.get('ETag'), headers.get('Last-Modified'), length]
    return Answer(
        kind=headers.get_content_type(),
        length=length,
        is_whole=headers.get('Accept-Ranges', '').lower() == 'bytes'
        or headers.get_content_disposition() == 'attachment',
        version=_digits(repr(told)),
    )


def is_live(url: str) -> bool:
    """Whether what a server has is none of its files.

    Files tell their length. Where a server sends one in pieces without, its
    type, its name, or that parts of it can be asked for tell it from a live
    picture.

    Raises:
        UserError: See :func:`ask`.
    """
    path = urlsplit(url).path.lower()
    if path.endswith(_PLAYLISTS):
        return True
    if is_offline() and _kept(url):
        return False
    answer = ask(url)
    if answer.kind.startswith('multipart/'):
        return True
    return not (
        answer.length is not None
        or answer.is_whole
        or answer.kind in _FILE_TYPES
        or path.endswith(_FILE_SUFFIXES)
    )


def local_video(url: str) -> Path:
    """A file that a server has, downloaded again only when it has changed.

    Args:
        url: Its address, http or https.

    Returns:
        Where it lies now, under the name that it has there.

    Raises:
        MissingFileError: If the server does not give it.
        UserError: If it does not answer, and the file is not here.
    """
    kept = _kept(url)
    if kept and is_offline():
        print_log(
            f'{without_user(url)} is not asked for ({OFFLINE} is set). Taken '
            f'is what was downloaded before: {kept}',
            'current',
            logging.WARNING,
        )
        return kept
    try:
        version = ask(url).version
    except UserError as error:
        if not kept:
            raise
        print_log(
            f'{error}. Taken is what was downloaded before: {kept}',
            'current',
            logging.WARNING,
        )
        return kept
    name = unquote(urlsplit(url).path).rpartition('/')[2]
    target = _folder(url) / version / (safe_name(name) or 'video')
    if target.is_file():
        return target
    download(RemoteFile(url), target)
    if kept:
        print_log(
            f'{without_user(url)} has changed since it was downloaded: the '
            'new one is taken',
            'current',
            logging.WARNING,
        )
        shutil.rmtree(kept.parent, ignore_errors=True)
    return target


def _folder(url: str) -> Path:
    """Where the versions of a file lie."""
    from torch import hub

    return Path(hub.get_dir(), 'videos', _digits(url))


def _kept(url: str) -> Path | None:
    """The version of a file that was downloaded last."""
    whole = [
        path
        for path in _folder(url).glob('*/*')
        if path.is_file() and not path.name.startswith('.')
    ]
    return max(whole, key=lambda path: path.stat().st_mtime, default=None)


def _digits(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]
