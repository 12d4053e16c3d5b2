"""The videos of a corpus: listed, not opened."""

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from stclip.corpora.fetching import require_readable
from stclip.utils.digests import digest_of_value, stamp_of_media
from stclip.utils.downloads import without_user
from stclip.utils.errors import MissingFileError, UserError
from stclip.utils.text_file import read_lines
from stclip.video.addresses import scheme_of
from stclip.video.listing import videos_at, videos_below

_STEM_CHARS = 40


@dataclass(frozen=True)
class Task:
    """A video that is to be looked at once.

    Args:
        path: Absolute path, or address.
        key: What its files are called: it changes with path, size and time
            of change of the video.
    """

    path: str
    key: str

    @classmethod
    def of(cls, path: str) -> 'Task':
        """Name a video, which need not be there.

        Args:
            path: File, folder of frames or address.
        """
        if scheme_of(path):
            stamp, shown = path, urlsplit(path).path
        else:
            path = shown = os.path.abspath(path)
            exists = os.path.exists(path)
            stamp = stamp_of_media(Path(path)) if exists else path
        # A name is for people; control characters and the like are not.
        stem = PurePosixPath(shown).stem[:_STEM_CHARS]
        name = ''.join(c if c.isalnum() or c in '._-' else '_' for c in stem)
        return cls(path, f'{name}-{digest_of_value(stamp)}')

    @property
    def shown(self) -> str:
        """The path for files and messages: without a password."""
        return without_user(self.path) if scheme_of(self.path) else self.path


def list_tasks(
    paths: Sequence[str], listed: str | Path | None = None
) -> list[Task]:
    """Name the videos of paths and of a list, each once.

    Args:
        paths: Files, patterns, addresses, and folders, of which all videos
            are taken, however deep.
        listed: Text file with one path or address a line; what is not there
            is no error, but a video that will fail.

    Returns:
        In their order.

    Raises:
        MissingFileError: If a path or the list is not there, or a folder
            holds no video.
        UserError: If there is no video at all, or nothing reads addresses of
            a kind.
    """
    found = [video for path in paths for video in _videos(path)]
    if listed is not None:
        lines = [line.strip() for _, line in read_lines(listed)]
        if not lines:
            raise UserError(
                f'{listed} is empty: write one path or address a line'
            )
        found += lines
    if not found:
        raise UserError('there is no video: give PATHS, or --list FILE')
    for scheme in {scheme_of(path) for path in found} - {None}:
        require_readable(scheme)
    return list({task.path: task for task in map(Task.of, found)}.values())


def _videos(path: str) -> Iterator[str]:
    if scheme_of(path):
        yield path
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
