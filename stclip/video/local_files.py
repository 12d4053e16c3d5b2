"""Names of files: those that hide, and those that look like addresses."""

import os
import re
from pathlib import Path

from stclip.utils.errors import UserError

# What systems and archives leave beside media, without a leading dot.
_LEFT_BEHIND = ('__macosx', '@eadir', 'thumbs.db', 'desktop.ini')
_ADDRESS = re.compile(r'([A-Za-z][A-Za-z0-9+.-]+):/')


def is_hidden(name: str) -> bool:
    """Whether a file or folder of this name is none of the user's media.

    So are names that begin with a dot (``._clip.mp4``, ``.DS_Store``) and
    what macOS, Windows and network drives put beside files.
    """
    return name.startswith('.') or name.lower() in _LEFT_BEHIND


def ffmpeg_url(path: str | Path) -> str:
    """What FFmpeg opens a local file by, whatever it is called.

    A bare ``12:30.mp4`` or ``concat:a`` would be taken for a protocol.
    """
    return f'file:{path}'


def refuse_address(path: str | Path) -> None:
    """Refuse the address of a stream or a page in place of a local video.

    Raises:
        UserError: If ``path`` is one and no such file exists.
    """
    scheme = _ADDRESS.match(str(path))
    if scheme and not os.path.exists(path):
        raise UserError(
            f'{path}: videos are local files, and {scheme[1]}:// is not read; '
            'download the video and give its file'
        )
