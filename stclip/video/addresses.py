"""Addresses of videos: files that a server has, and live sources."""

import base64
import hashlib
import http.client
import os
import re
import sys
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

from stclip.utils.downloads import RemoteFile, download
from stclip.utils.errors import UserError

_SERVED = ('http', 'https')
_LIVE = (
    *('rtsp', 'rtsps', 'rtmp', 'rtmps', 'rtp', 'srt', 'udp', 'tcp'),
    *('mmsh', 'mmst'),
)
# Lists of pieces that grow, as broadcasters publish them.
_PLAYLISTS = ('.m3u8', '.mpd')
_ADDRESS = re.compile(r'([A-Za-z][A-Za-z0-9+.-]+)://')
_SAFE = "%/:=&?~#+!$,;'@()*[]"
_TIMEOUT_SEC = 10
_NAME_CHARS = 60


@dataclass(frozen=True)
class LiveAddress:
    """What FFmpeg opens a live source by.

    Args:
        url: For FFmpeg; it may hold a password.
        shown: The same for messages and results, without secrets.
        stem: What results are called.
        format: FFmpeg's name of a device's kind; None where it finds out.
        options: FFmpeg's options.
    """

    url: str = field(repr=False)
    shown: str
    stem: str
    format: str | None = None
    options: dict[str, str] = field(default_factory=dict)


def scheme_of(source: object) -> str | None:
    """The scheme of an address, in lower case; None if it is none.

    Args:
        source: A path, an address or anything else.
    """
    if not isinstance(source, str) or os.path.exists(source):
        return None
    address = _ADDRESS.match(source)
    return address[1].lower() if address else None


def live_address(source: object) -> LiveAddress | None:
    """What a live source is opened by; None if it is none.

    Of an address of http(s) its server is asked: a file tells its length, a
    live picture none.

    Args:
        source: Number of a camera at this machine, also as a text, address
            of a stream, or anything else.

    Raises:
        UserError: If the server does not answer, or cameras have no numbers
            here.
    """
    if isinstance(source, int) and not isinstance(source, bool):
        return _camera(source)
    if not isinstance(source, str):
        return None
    if source.isdecimal() and not os.path.exists(source):
        return _camera(int(source))
    scheme = scheme_of(source)
    if scheme not in _LIVE and not (scheme in _SERVED and _is_live(source)):
        return None
    parts = urlsplit(source)
    shown = urlunsplit(
        (parts.scheme, _host(parts), parts.path, '', '')  # no tokens either
    )
    name = re.sub(r'[^\w.-]+', '-', f'{_host(parts)}{parts.path}')
    # Over UDP pictures come torn.
    options = dict(rtsp_transport='tcp') if scheme.startswith('rtsp') else {}
    stem = name.strip('-.')[-_NAME_CHARS:] or 'stream'
    return LiveAddress(source, shown, stem, options=options)


def local_video(source: str) -> Path:
    """A file that a server has, downloaded once.

    Args:
        source: Address, http or https.

    Returns:
        Where it lies now, under the name that it has there.

    Raises:
        MissingFileError: If the server does not give it.
    """
    from torch import hub

    folder = hashlib.sha256(source.encode()).hexdigest()[:16]
    name = unquote(urlsplit(source).path).rpartition('/')[2]
    name = re.sub(r'[^\w.-]', '_', name).lstrip('.')[-_NAME_CHARS:]
    target = Path(hub.get_dir(), 'videos', folder, name or 'video')
    if not target.is_file():
        download(RemoteFile(source), target)
    return target


def is_served(source: object) -> bool:
    """Whether something is an address of http or https."""
    return scheme_of(source) in _SERVED


def _camera(number: int) -> LiveAddress:
    shown, stem = f'camera {number}', f'camera{number}'
    if sys.platform.startswith('linux'):
        device = f'/dev/video{number}'
        if number < 0 or not os.path.exists(device):
            raise UserError(
                f'{shown} is not there ({device} is missing): plug it in, or '
                'give the number of another, from 0'
            )
        return LiveAddress(device, shown, stem, 'v4l2')
    if sys.platform == 'darwin':
        return LiveAddress(f'{number}:none', shown, stem, 'avfoundation')
    raise UserError(
        f'{shown}: cameras are opened by number on Linux and macOS; give the '
        'address of a stream of it'
    )


def _is_live(url: str) -> bool:
    """Whether what a server has is none of its files."""
    parts = urlsplit(url)
    if parts.path.lower().endswith(_PLAYLISTS):
        return True
    bare = urlunsplit(parts._replace(netloc=_host(parts)))
    headers = {'User-Agent': 'stclip'}
    if parts.username:
        pair = f'{unquote(parts.username)}:{unquote(parts.password or "")}'
        told = base64.b64encode(pair.encode()).decode()
        headers['Authorization'] = f'Basic {told}'
    try:
        request = urllib.request.Request(
            quote(bare, safe=_SAFE), headers=headers
        )
        with urllib.request.urlopen(request, timeout=_TIMEOUT_SEC) as answer:
            kind = answer.headers.get_content_type()
            length = answer.length
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise UserError(
            f'{parts.scheme}://{_host(parts)}{parts.path} cannot be reached '
            f'({getattr(error, "reason", None) or error}); check the address '
            'and the network'
        ) from error
    if kind == 'text/html':
        raise UserError(
            f'{parts.scheme}://{_host(parts)}{parts.path} is a web page, not '
            'a video; give the address of the video itself'
        )
    return kind.startswith('multipart/') or length is None


def _host(parts: SplitResult) -> str:
    """Host and port without user and password."""
    return parts.netloc.rpartition('@')[2]
