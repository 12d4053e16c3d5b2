"""Addresses of videos: files that a server has, and live sources."""

import os
import re
import sys
from dataclasses import dataclass, field

from stclip.utils.downloads import without_user
from stclip.utils.errors import UserError
from stclip.utils.remote_files import SERVED
from stclip.video.served_files import is_live

_LIVE = (
    *('rtsp', 'rtsps', 'rtmp', 'rtmps', 'rtp', 'srt', 'udp', 'tcp'),
    *('mmsh', 'mmst'),
)
_ADDRESS = re.compile(r'([A-Za-z][A-Za-z0-9+.-]+)://')
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

    Of an address of http(s) its server is asked, see
    :func:`~stclip.video.served_files.is_live`.

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
    if scheme not in _LIVE and not (scheme in SERVED and is_live(source)):
        return None
    shown = without_user(source)
    name = re.sub(r'[^\w.-]+', '-', shown.partition('://')[2])
    # Over UDP pictures come torn.
    options = dict(rtsp_transport='tcp') if scheme.startswith('rtsp') else {}
    stem = name.strip('-.')[-_NAME_CHARS:] or 'stream'
    return LiveAddress(source, shown, stem, options=options)


def is_served(source: object) -> bool:
    """Whether something is an address of http or https."""
    return scheme_of(source) in SERVED


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
