"""Video files and frame folders by the name of the video.

One rule for listing and finding: a video is a file with one of
``VIDEO_SUFFIXES``, in upper or lower case, or a folder of pictures. Hidden
files and folders are neither.
"""

import glob
import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path, PurePosixPath

from mmengine.logging import print_log

from stclip.utils.errors import MissingFileError, UserError
from stclip.utils.values import composed
from stclip.video.frame_folder import is_picture
from stclip.video.local_files import is_hidden

VIDEO_SUFFIXES = (
    *('.mp4', '.m4v', '.mov', '.qt', '.3gp', '.3g2', '.f4v'),
    *('.mkv', '.webm', '.avi', '.divx', '.flv', '.wmv', '.asf'),
    *('.ts', '.mts', '.m2ts', '.m2t', '.mpg', '.mpeg', '.mpe', '.m2v', '.vob'),
    *('.ogv', '.ogg', '.ogm', '.mxf', '.gif', '.y4m', '.mjpeg', '.mjpg'),
    *('.dv', '.rm', '.rmvb', '.nut', '.h264', '.264', '.hevc', '.h265'),
)
_SHOWN = 3


def find_videos(root: str | Path, names: Iterable[str]) -> dict[str, Path]:
    """Find each video; see :func:`look_for_videos`.

    Args:
        root: Folder of the videos.
        names: See :func:`look_for_videos`.

    Returns:
        Path of each name.

    Raises:
        FileNotFoundError: One error for all videos that are missing.
        ValueError: See :func:`look_for_videos`.
    """
    paths = look_for_videos(root, names)
    missing = [name for name, path in paths.items() if path is None]
    if missing:
        raise MissingFileError(
            f'{len(missing)} of {len(paths)} videos are missing under {root}, '
            f'such as {", ".join(missing[:_SHOWN])} (as a folder of frames or '
            f'as a video file); {_other_kinds(Path(root), missing)}what to '
            'prepare is described in data/README.md'
        )
    return paths


def look_for_videos(
    root: str | Path, names: Iterable[str]
) -> dict[str, Path | None]:
    """Look for each video, as a folder of frames or as a file.

    Looks for ``root/name``, ``root/name.avi`` (and the other suffixes), and
    for the same one folder deeper, as in ``root/<class>/name.avi``. Folders
    are read once, however many names there are.

    Args:
        root: Folder of the videos.
        names: Without suffix, or with it where two videos differ in nothing
            else; they may contain slashes.

    Returns:
        Path of each name, or None where there is none.

    Raises:
        FileNotFoundError: If the folder does not exist.
        ValueError: If two videos have a name, or a name is empty or leads out
            of the folder.
    """
    root = Path(root)
    if not root.is_dir():
        raise MissingFileError(
            f'the folder of the videos, {root}, does not exist; what to '
            'prepare is described in data/README.md'
        )
    inner = {name: _below(root, name) for name in names}

    @cache
    def media(parent: PurePosixPath) -> _Media:
        return _Media([root / parent])

    found = {
        name: media(path.parent).of(path.name) for name, path in inner.items()
    }
    top = media(PurePosixPath())
    # Beside folders of frames lie more of them, beside files perhaps classes.
    if top.files or not all(found.values()):
        taken = {path for paths in found.values() for path in paths}
        classes = [path for path in top.folders() if path not in taken]

        @cache
        def media_of_classes(parent: PurePosixPath) -> _Media:
            return _Media([folder / parent for folder in classes])

        for name, path in inner.items():
            if not found[name] or path.parent == PurePosixPath():
                found[name] += media_of_classes(path.parent).of(path.name)
    return {name: _only(name, paths) for name, paths in found.items()}


def list_videos(root: str | Path) -> list[str]:
    """Name all videos of a folder, those in class folders too.

    Files that are left out for their suffix are named in a warning.

    Args:
        root: Folder of video files or frame folders, or of folders of them.

    Returns:
        Sorted names, as :func:`find_videos` takes them.

    Raises:
        FileNotFoundError: If there is no such folder, or no video in it.
        ValueError: If two videos have the same name.
    """
    root = Path(root)
    if not root.is_dir():
        raise MissingFileError(f'the folder of the videos, {root}, is absent')
    top = _Media([root])
    folders = top.folders()
    frames = {folder for folder in folders if _holds_frames(folder)}
    classes = _Media([folder for folder in folders if folder not in frames])
    frames |= set(filter(_holds_frames, classes.folders()))
    names: dict[str, Path] = {}
    for path in [*top.files, *classes.files, *sorted(frames)]:
        name = path.name if path in frames else path.stem
        if name in names:
            raise UserError(
                f'{names[name]} and {path} have the same name; rename one, or '
                'move it to another folder'
            )
        names[name] = path
    others = _of_other_kinds(top.others + classes.others)
    if not names:
        raise MissingFileError(
            f'{root} holds no video and no frame folder; {others}give the '
            'folder that holds them'
        )
    if others:
        message = f'{root}: {others}left out'
        print_log(message, 'current', logging.WARNING)
    return sorted(names)


def videos_at(path: str | Path) -> list[Path] | None:
    """The videos that a pattern or a folder stands for.

    A folder of pictures is one video. Of a folder with video files, or with
    folders in it, each file and each folder of pictures is one, those in
    class folders too.

    Args:
        path: A path, or a pattern with ``*``, ``?``, ``[...]`` (``**`` for
            any folders) that is not the name of a file.

    Returns:
        Sorted paths; None if it is the path of one video, or of nothing.

    Raises:
        MissingFileError: If nothing matches, or a folder holds no video.
        UserError: If two videos of a folder have the same name.
    """
    if os.path.isdir(path):
        if _holds_frames(Path(path)):
            return None
        names = list_videos(path)
        return sorted(find_videos(path, names).values())
    if os.path.exists(path) or not glob.has_magic(str(path)):
        return None
    matches = map(Path, sorted(glob.glob(str(path), recursive=True)))
    videos = [match for match in matches if _is_video(match)]
    if not videos:
        raise MissingFileError(
            f'{path} matches no video and no folder of frames; put it in '
            'quotes, and look at what is there with ls'
        )
    return videos


def videos_below(folder: str | Path) -> Iterator[Path]:
    """All videos of a folder, however deep; names may be the same.

    Args:
        folder: Of video files, folders of frames and further folders; or of
            frames itself.

    Yields:
        In the order of names, files first.
    """
    media = _Media([Path(folder)])
    if not media.files and any(map(is_picture, media.others)):
        yield Path(folder)
        return
    yield from media.files
    for inner in media.folders():
        yield from videos_below(inner)


def _is_video(path: Path) -> bool:
    """Whether a path is that of a video, by its name or what it holds."""
    if is_hidden(path.name):
        return False
    if path.is_dir():
        return _holds_frames(path)
    return path.suffix.lower() in VIDEO_SUFFIXES


class _Media:
    """What some folders hold, by name.

    Names are compared in one form of Unicode: macOS writes accents apart.

    Args:
        folders: Those that do not exist are left out.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self.files: list[Path] = []
        self.others: list[Path] = []
        self._by_name: dict[str, list[Path]] = {}
        self._by_stem: dict[str, list[Path]] = {}
        self._folders: dict[str, list[Path]] = {}
        for folder in folders:
            if folder.is_dir():
                self._add(folder)

    def _add(self, folder: Path) -> None:
        with os.scandir(folder) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                is_folder = entry.is_dir()
                # Neither are links that lead nowhere.
                if is_hidden(entry.name) or not (is_folder or entry.is_file()):
                    continue
                path = folder / entry.name
                name = composed(entry.name)
                stem, suffix = os.path.splitext(name)
                if is_folder:
                    self._folders.setdefault(name, []).append(path)
                elif suffix.lower() in VIDEO_SUFFIXES:
                    self.files.append(path)
                    self._by_name.setdefault(name, []).append(path)
                    self._by_stem.setdefault(stem, []).append(path)
                else:
                    self.others.append(path)

    def folders(self) -> list[Path]:
        """All folders in them."""
        return [path for paths in self._folders.values() for path in paths]

    def of(self, name: str) -> list[Path]:
        """What a video of this name may be."""
        name = composed(name)
        files = self._by_name.get(name, []) + self._by_stem.get(name, [])
        folders = self._folders.get(name, [])
        if files:
            folders = [path for path in folders if _holds_frames(path)]
        if files or folders:
            return files + folders
        stem, suffix = os.path.splitext(name)
        return [
            path
            for path in self._by_stem.get(stem, ())
            if path.suffix.lower() == suffix.lower()
        ]


def _below(root: Path, name: str) -> PurePosixPath:
    """A name as a path below the root, without ``.`` and double slashes."""
    path = PurePosixPath(name)
    if not path.name or path.is_absolute() or '..' in path.parts:
        raise UserError(
            f'{name!r} is no name of a video below {root}: give its path in '
            'that folder, without .. and with or without the suffix'
        )
    return path


def _only(name: str, paths: Sequence[Path]) -> Path | None:
    if len(paths) > 1:
        raise UserError(
            f'{name!r} may be {paths[0]} or {paths[1]}: rename one or move it '
            'away, or name the video with its folder and suffix'
        )
    return paths[0] if paths else None


def _holds_frames(folder: Path) -> bool:
    """Whether a folder holds pictures, and no videos that they belong to."""
    media = _Media([folder])
    return not media.files and any(map(is_picture, media.others))


def _other_kinds(root: Path, names: Iterable[str]) -> str:
    """Files of these names that are no videos; see :func:`_of_other_kinds`."""
    wanted = {composed(PurePosixPath(name).name) for name in names}
    top = _Media([root])
    others = top.others + _Media(top.folders()).others
    return _of_other_kinds(
        [path for path in others if {path.stem, path.name} & wanted]
    )


def _of_other_kinds(files: Sequence[Path]) -> str:
    """Files that are no videos, in words; nothing if there are none."""
    if not files:
        return ''
    shown = ', '.join(path.name for path in files[:_SHOWN])
    more = f' and {len(files) - _SHOWN} more' if len(files) > _SHOWN else ''
    return (
        f'there is {shown}{more}, whose suffix is none of a video '
        f'({" ".join(VIDEO_SUFFIXES)}); '
    )
