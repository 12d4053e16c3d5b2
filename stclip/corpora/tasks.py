"""The videos of a corpus: listed, not opened."""

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from stclip.utils.decoding import readable
from stclip.utils.digests import digest_of_value, stamp_of_media
from stclip.utils.downloads import host_of, without_user
from stclip.utils.errors import MissingFileError, UserError
from stclip.utils.text_file import read_lines
from stclip.video.addresses import is_served, scheme_of
from stclip.video.listing import videos_at, videos_below
from stclip.video.stores import require_readable, versions_of, videos_in

_STEM_CHARS = 40
# What signs addresses (S3, Google, CloudFront, Azure), anew each time: the
# signature, and what goes with it.
_SIGNATURES = {'x-amz-signature', 'x-goog-signature', 'signature', 'sig'}
_SIGNERS = ('x-amz-', 'x-goog-')
_SIGNING = _SIGNATURES | {
    *('awsaccesskeyid', 'expires', 'key-pair-id', 'policy', 'googleaccessid'),
    *('se', 'st', 'sp', 'sv', 'sr', 'sip', 'spr'),
    *('skoid', 'sktid', 'skt', 'ske', 'sks', 'skv'),
}


@dataclass(frozen=True)
class Task:
    """A video that is to be looked at once.

    Args:
        path: Absolute path, or address.
        key: What its files are called: name, digits of the path and digits
            of the version, which change with size and time of the video.
    """

    path: str
    key: str

    @classmethod
    def of(cls, path: str, version: Any = None) -> 'Task':
        """Name a video, which need not be there.

        Args:
            path: File, folder of frames or address.
            version: Of what an address has, see
                :func:`~stclip.video.stores.versions_of`; None if nothing
                is known of it.
        """
        if scheme_of(path):
            source, shown = _unsigned(path), urlsplit(path).path
        else:
            path = source = shown = os.path.abspath(path)
            exists = os.path.exists(path)
            version = stamp_of_media(Path(path)) if exists else None
        # A name is for people; control characters and the like are not.
        # In front, a dot would hide what the video leaves.
        stem = PurePosixPath(shown).stem.lstrip('.')[:_STEM_CHARS]
        name = ''.join(c if c.isalnum() or c in '._-' else '_' for c in stem)
        digits = f'{digest_of_value(source)}-{digest_of_value(version)}'
        return cls(path, f'{name}-{digits}')

    @property
    def video(self) -> str:
        """What the keys of all its versions begin with."""
        return video_of(self.key)

    @property
    def is_gone(self) -> bool:
        """Whether a file was there when it was listed, and is not now."""
        if scheme_of(self.path) or os.path.exists(self.path):
            return False
        return Task.of(self.path) != self

    @property
    def shown(self) -> str:
        """The path for files and messages: without a password, as text."""
        path = without_user(self.path) if scheme_of(self.path) else self.path
        return readable(path)


def video_of(key: str) -> str:
    """What the keys of all versions of a video begin with.

    Args:
        key: Of one of them.
    """
    return key.rpartition('-')[0]


def list_tasks(
    paths: Sequence[str], listed: str | Path | None = None
) -> list[Task]:
    """Name the videos of paths and of a list, each once.

    Args:
        paths: Files, patterns, addresses, and folders, of which all videos
            are taken, however deep.
        listed: Text file with one path or address of a video a line; what is
            not there is no error, but a video that will fail.

    Returns:
        In their order.

    Raises:
        MissingFileError: If a path or the list is not there, or a folder
            holds no video.
        UserError: If there is no video at all, nothing reads addresses of a
            kind, or a store does not answer.
    """
    lines: list[str] = []
    if listed is not None:
        lines = [line.strip() for _, line in read_lines(listed)]
        if not lines:
            raise UserError(
                f'{listed} is empty: write one path or address a line'
            )
    for scheme in {scheme_of(path) for path in (*paths, *lines)} - {None}:
        require_readable(scheme)
    found = [video for path in paths for video in _videos(path)] + lines
    if not found:
        raise UserError('there is no video: give PATHS, or --list FILE')
    versions = versions_of([path for path in found if _is_stored(path)])
    tasks = [Task.of(path, versions.get(path)) for path in found]
    return list({task.key: task for task in tasks}.values())


def _is_stored(path: str) -> bool:
    """Whether a store has it, which can be asked without reading."""
    return scheme_of(path) is not None and not is_served(path)


def _unsigned(address: str) -> str:
    """An address without what says who asks."""
    if not is_served(address):
        return address
    parts = urlsplit(address)
    query = parse_qsl(parts.query, keep_blank_values=True)
    if any(name.lower() in _SIGNATURES for name, _ in query):
        query = [
            (name, value)
            for name, value in query
            if name.lower() not in _SIGNING
            and not name.lower().startswith(_SIGNERS)
        ]
    return f'{parts.scheme}://{host_of(parts)}{parts.path}?{urlencode(query)}'


def _videos(path: str) -> Iterator[str]:
    if scheme_of(path):
        yield from videos_in(path) if _is_stored(path) else [path]
    elif os.path.isdir(path):
        videos = [str(video) for video in videos_below(path)]
        if not videos:
            raise MissingFileError(
                f'{path} holds no video and no frame folder; give the folder '
                'that holds them'
            )
        yield from videos
    elif glob.has_magic(path) and not os.path.exists(path):
        yield from map(str, videos_at(path))
    elif not os.path.exists(path):
        raise MissingFileError(f'{path} does not exist; check the path')
    else:
        yield path
