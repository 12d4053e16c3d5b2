"""Where the frames of a named video lie."""

from collections.abc import Iterable
from pathlib import Path

from stclip.utils.video import VIDEO_SUFFIXES


def find_videos(root: str | Path, names: Iterable[str]) -> dict[str, Path]:
    """Find each video as a folder of frames or as a file.

    Looks for ``root/name``, ``root/name.avi`` (and the other suffixes), and
    for the same one folder deeper, as in ``root/<class>/name.avi``.

    Args:
        root: Folder of the videos.
        names: Names without suffix; they may contain slashes.

    Returns:
        Path of each name.

    Raises:
        FileNotFoundError: One error for all videos that are missing.
    """
    root = Path(root)
    if not root.is_dir():
        raise FileNotFoundError(
            f'the folder of the videos, {root}, does not exist; what to '
            'prepare is described in data/README.md'
        )
    names = list(names)
    found = {name: _look_in([root], name) for name in names}
    if not all(found.values()):
        subfolders = [entry for entry in root.iterdir() if entry.is_dir()]
        for name, path in found.items():
            found[name] = path or _look_in(subfolders, name)
    missing = [name for name, path in found.items() if path is None]
    if missing:
        raise FileNotFoundError(
            f'{len(missing)} of {len(found)} videos are missing under {root}, '
            f'such as {", ".join(missing[:3])} (as a folder of frames or as '
            'a video file); what to prepare is described in data/README.md'
        )
    return found


def _look_in(folders: Iterable[Path], name: str) -> Path | None:
    for folder in folders:
        if (folder / name).is_dir():
            return folder / name
        for suffix in VIDEO_SUFFIXES:
            if (folder / f'{name}{suffix}').is_file():
                return folder / f'{name}{suffix}'
    return None
