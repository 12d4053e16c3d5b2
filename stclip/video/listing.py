"""Video files and frame folders by the name of the video."""

from collections.abc import Iterable
from pathlib import Path

from stclip.utils.errors import MissingFileError, UserError
from stclip.video.frame_folder import IMAGE_SUFFIXES

VIDEO_SUFFIXES = ('.avi', '.mp4', '.mkv', '.webm', '.mov', '.m4v', '.mpg')


def find_videos(root: str | Path, names: Iterable[str]) -> dict[str, Path]:
    """Find each video; see :func:`look_for_videos`.

    Args:
        root: Folder of the videos.
        names: Names without suffix; they may contain slashes.

    Returns:
        Path of each name.

    Raises:
        FileNotFoundError: One error for all videos that are missing.
    """
    paths = look_for_videos(root, names)
    missing = [name for name, path in paths.items() if path is None]
    if missing:
        raise MissingFileError(
            f'{len(missing)} of {len(paths)} videos are missing under {root}, '
            f'such as {", ".join(missing[:3])} (as a folder of frames or as '
            'a video file); what to prepare is described in data/README.md'
        )
    return paths


def look_for_videos(
    root: str | Path, names: Iterable[str]
) -> dict[str, Path | None]:
    """Look for each video, as a folder of frames or as a file.

    Looks for ``root/name``, ``root/name.avi`` (and the other suffixes), and
    for the same one folder deeper, as in ``root/<class>/name.avi``.

    Args:
        root: Folder of the videos.
        names: Names without suffix; they may contain slashes.

    Returns:
        Path of each name, or None where there is none.

    Raises:
        FileNotFoundError: If the folder does not exist.
    """
    root = Path(root)
    if not root.is_dir():
        raise MissingFileError(
            f'the folder of the videos, {root}, does not exist; what to '
            'prepare is described in data/README.md'
        )
    paths = {name: _look_in([root], name) for name in names}
    if not all(paths.values()):
        subfolders = [entry for entry in root.iterdir() if entry.is_dir()]
        for name, path in paths.items():
            paths[name] = path or _look_in(subfolders, name)
    return paths


def _look_in(folders: Iterable[Path], name: str) -> Path | None:
    for folder in folders:
        if (folder / name).is_dir():
            return folder / name
        for suffix in VIDEO_SUFFIXES:
            if (folder / f'{name}{suffix}').is_file():
                return folder / f'{name}{suffix}'
    return None


def list_videos(root: str | Path) -> list[str]:
    """Name all videos of a folder, those in class folders too.

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
    videos = []
    for entry in root.iterdir():
        if _is_video(entry):
            videos.append(entry)
        elif entry.is_dir():
            videos += [inner for inner in entry.iterdir() if _is_video(inner)]
    names: dict[str, Path] = {}
    for path in videos:
        name = path.name if path.is_dir() else path.stem
        if name in names:
            raise UserError(f'{path} and {names[name]} have the same name')
        names[name] = path
    if not names:
        raise MissingFileError(f'{root} holds no video and no frame folder')
    return sorted(names)


def _is_video(path: Path) -> bool:
    if path.is_dir():
        return any(f.suffix.lower() in IMAGE_SUFFIXES for f in path.iterdir())
    return path.suffix.lower() in VIDEO_SUFFIXES
