"""Names of files: that hide, that look like addresses, that are no text."""

import os
import re
from pathlib import Path

from stclip.utils.decoding import is_text, readable
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


def require_text_name(path: str | Path) -> None:
    """Refuse a video whose name no result could tell.

    Tables and texts are written in UTF-8; old disks have names in Latin-1.

    Args:
        path: Of the video; the folders in it count, since results tell them.

    Raises:
        UserError: If it is no UTF-8.
    """
    # What "." is called is not in the path.
    name = os.path.basename(os.path.abspath(path))
    for text in (str(path), name):
        if not is_text(text):
            raise UserError(
                f'{readable(text)}: this name is not UTF-8, in which results '
                'are written; rename it'
            )
