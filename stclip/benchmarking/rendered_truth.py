"""Who is on the frames of ZS-Stage's test videos, and what they do."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stclip.tracking.id_measures import NamedBoxes
from stclip.utils.errors import MissingFileError, UserError
from stclip.utils.io import read_json
from stclip.zs_stage.annotations import is_seen
from stclip.zs_stage.classes import FOLDS
from stclip.zs_stage.crowd_classes import CROWD_FOLDS, OBJECTS, PERSONS, POSES

_SPLIT = 1


@dataclass(frozen=True)
class TrueVideo:
    """A rendered video and what the renderer knows of it.

    Args:
        path: Folder of frames.
        persons: Of each frame, those who are seen and their numbers.
        labels: Of each number, what the person does all along.
    """

    path: Path
    persons: Sequence[NamedBoxes]
    labels: Sequence[frozenset[str]]


@dataclass(frozen=True)
class TrueTrack:
    """The test videos of a track of ZS-Stage, with the labels of a fold.

    Args:
        labels: What is asked for, group by group: poses exclude each other.
        scored: Names whose average precision counts.
        videos: By name.
    """

    labels: Sequence[Sequence[str]]
    scored: Sequence[str]
    videos: Sequence[TrueVideo]


def read_truth(folder: str | Path, track: str) -> TrueTrack:
    """Read the records of a track.

    Args:
        folder: That ``stclip prepare zs-stage`` has rendered to.
        track: ``'single'``, of which only videos of unseen actions are read,
            or ``'multi'``.

    Raises:
        MissingFileError: If frames are missing.
        UserError: If there are none, or a record is damaged.
    """
    root = Path(folder, track)
    records = sorted(root.glob('records/*_test_*.json'))
    if track == 'single':
        scored = FOLDS[_SPLIT]
        groups = (scored,)
        named = tuple(f'{action}_test_' for action in scored)
        records = [path for path in records if path.stem.startswith(named)]
    else:
        scored = CROWD_FOLDS[_SPLIT]
        groups = (POSES, *((name,) for name in OBJECTS + PERSONS))
    videos = tuple(_video(root, path) for path in records)
    if not videos:
        raise UserError(
            f'{root} has no test videos; {_render(root.parent, track)}'
        )
    return TrueTrack(groups, scored, videos)


def _video(root: Path, path: Path) -> TrueVideo:
    frames = root / 'frames' / path.stem
    if not frames.is_dir():
        raise MissingFileError(
            f'{frames} does not exist; {_render(root.parent, root.name)}'
        )
    record = read_json(path)
    try:
        persons = [_persons(boxes) for boxes in record['boxes']]
        labels = [frozenset(each) for each in record['labels']]
    except (LookupError, TypeError, ValueError) as error:
        raise UserError(
            f'{path} is damaged; {_render(root.parent, root.name)}'
        ) from error
    return TrueVideo(frames, persons, labels)


def _persons(boxes: Sequence[Sequence[int] | None]) -> NamedBoxes:
    ids = [idx for idx, box in enumerate(boxes) if is_seen(box)]
    chosen = np.array([boxes[idx] for idx in ids], np.float64)
    return NamedBoxes(chosen.reshape(-1, 4), np.array(ids, int))


def _render(folder: Path, track: str) -> str:
    return (
        f'stclip prepare zs-stage --out {folder} --tracks {track} renders them'
    )
