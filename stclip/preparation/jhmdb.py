"""J-HMDB: the common ground-truth pickle, or puppet masks or joints.

Source: http://jhmdb.is.tue.mpg.de (frames, masks, joints, splits); the pickle
``JHMDB-GT.pkl`` comes with ACT, MOC and other action tube detectors.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from stclip.preparation.matlab import read_matlab
from stclip.preparation.records import (
    MALFORMED,
    AnnotatedVideo,
    Findings,
    reason,
)
from stclip.structures.box_units import seem_fractions
from stclip.structures.boxes import INVERTED, are_inverted
from stclip.structures.tubes import Tube
from stclip.utils.errors import MissingFileError, UserError
from stclip.utils.io import require_file
from stclip.utils.plain_pickle import read_plain_pickle
from stclip.utils.text_file import read_lines
from stclip.utils.values import (
    MAX_COORDINATE,
    MAX_FRAMES,
    MAX_SIDE,
    as_list,
    as_name,
    as_numbers,
    as_whole,
)

SIZE_HW = 240, 320
ACTIONS = (
    'brush_hair', 'catch', 'clap', 'climb_stairs', 'golf', 'jump',
    'kick_ball', 'pick', 'pour', 'pullup', 'push', 'run', 'shoot_ball',
    'shoot_bow', 'shoot_gun', 'sit', 'stand', 'swing_baseball', 'throw',
    'walk', 'wave',
)  # fmt: skip
#: Official split that ZS-JHMDB is built on.
OFFICIAL_SPLIT = 1

_SUBSETS = {'1': 'train', '2': 'test'}
_HINT = 'docs/how_to/prepare_data.md tells what to download.'


def read_pickle(path: str | Path) -> tuple[list[str], list[AnnotatedVideo]]:
    """Read ``JHMDB-GT.pkl``.

    Args:
        path: Pickle with ``labels``, ``gttubes`` (class/video -> label ->
            arrays of frame (from 1), x1, y1, x2, y2), ``nframes``,
            ``resolution``, ``train_videos`` and ``test_videos``.

    Returns:
        Names of the actions; the videos of the first official split.

    Raises:
        FileNotFoundError: If the file is missing.
        ValueError: If it is not such a pickle.
    """
    content = read_plain_pickle(path, _HINT)
    try:
        labels = as_list(content['labels'], 'labels')
        labels = [as_name(name, 'labels') for name in labels]
        videos = [
            _annotated_video(content, labels, name, subset)
            for subset in ('train', 'test')
            for name in content[f'{subset}_videos'][OFFICIAL_SPLIT - 1]
        ]
    except MALFORMED as error:
        raise UserError(
            f'{path} is not a pickle of action tubes ({reason(error)}). '
            f'{_HINT}'
        ) from error
    return labels, videos


def _annotated_video(
    content: Mapping[str, Any], labels: Sequence[str], name: str, subset: str
) -> AnnotatedVideo:
    num_frames = as_whole(
        content['nframes'][name], f'{name}: nframes', 1, MAX_FRAMES
    )
    tubes = []
    for label, tables in content['gttubes'][name].items():
        where = f'{name}: gttubes'
        label = as_whole(label, f'{where} label', 0, len(labels) - 1)
        tubes += [
            _tube(labels[label], table, num_frames, where)
            for table in tables
            if len(table)
        ]
    where = f'{name}: resolution'
    height, width = (
        as_whole(side, where, 1, MAX_SIDE)
        for side in as_list(content['resolution'][name], where)
    )
    return AnnotatedVideo(
        as_name(name, f'{subset}_videos').rsplit('/', 1)[-1],
        subset,
        (height, width),
        num_frames,
        tuple(tubes),
    )


def _tube(action: str, table: np.ndarray, num_frames: int, where: str) -> Tube:
    table = as_numbers(table, where, (len(table), 5), MAX_COORDINATE)
    frames, boxes = table[:, 0], table[:, 1:]
    if seem_fractions(boxes):
        raise UserError(
            f'{where}: boxes such as {boxes[0].tolist()} seem to be fractions '
            'of the frame, but are in px in such a pickle'
        )
    if (inverted := are_inverted(boxes)).any():
        raise UserError(
            f'{where}: box {boxes[inverted][0].tolist()} (x1, y1, x2, y2) '
            f'{INVERTED}'
        )
    if (frames % 1).any() or frames.min() < 1 or frames.max() > num_frames:
        raise UserError(
            f'{where}: frames must be whole numbers from 1 to {num_frames}, '
            f'got {frames.tolist()!s:.120}'
        )
    return Tube(frames.astype(np.int64) - 1, boxes, action=action)


def read_splits(folder: str | Path) -> dict[str, dict[str, str]]:
    """Read the official lists of training and test videos.

    Args:
        folder: With ``<class>_test_split1.txt``, lines ``<video>.avi 1`` for
            training, ``2`` for testing and ``0`` for neither.

    Returns:
        Class -> video -> ``'train'`` or ``'test'``.

    Raises:
        FileNotFoundError: If the list of a class is missing.
        ValueError: If a line is not of that form; it is named.
    """
    subsets: dict[str, dict[str, str]] = {}
    for action in ACTIONS:
        path = Path(folder) / f'{action}_test_split{OFFICIAL_SPLIT}.txt'
        members = subsets.setdefault(action, {})
        for line_num, line in read_lines(path, _HINT):
            parts = re.fullmatch(r'(.+)\.avi\s+([012])\s*', line)
            if not parts:
                raise UserError(
                    f'{path}, line {line_num} ({line!r}): expected '
                    '"<video>.avi 1" or 2'
                )
            if parts[2] in _SUBSETS:
                members[parts[1]] = _SUBSETS[parts[2]]
    return subsets


def read_puppets(
    folder: str | Path, splits: str | Path, findings: Findings
) -> tuple[list[str], list[AnnotatedVideo]]:
    """Take boxes from puppet masks or, where there are none, from joints.

    A box reaches from the first to the last pixel of a mask, as in
    ``JHMDB-GT.pkl``. Boxes of joints are a guess: joints lie inside the body,
    but hidden ones are estimated, also outside the picture.

    Args:
        folder: With ``<class>/<video>/puppet_mask.mat`` or
            ``joint_positions.mat`` (or ``<class>/<video>.mat``).
        splits: See :func:`read_splits`.
        findings: Gets the videos of the lists that have no annotation.

    Returns:
        Names of the actions; the videos.

    Raises:
        FileNotFoundError: If a folder is missing or holds no annotation.
        ValueError: If a file is damaged; it is named.
    """
    subsets = read_splits(splits)
    videos = []
    for action, name, subset in _entries(subsets):
        path = _puppet_file(Path(folder) / action, name)
        if path is None:
            findings.add(
                'video without annotation',
                f'{action}/{name}',
                f'left out. Unpack it to {folder}.',
            )
            continue
        boxes = read_boxes(path)
        frames = np.flatnonzero(np.isfinite(boxes).all(axis=1))
        # Nothing of the person may be marked, in a whole video.
        tubes = (Tube(frames, boxes[frames], action=action),)
        videos.append(
            AnnotatedVideo(
                name, subset, SIZE_HW, len(boxes), tubes if len(frames) else ()
            )
        )
    if not videos:
        raise MissingFileError(
            f'{folder} holds no puppet_mask.mat and no joint_positions.mat '
            f'of any listed video. {_HINT}'
        )
    return list(ACTIONS), videos


def _entries(
    subsets: dict[str, dict[str, str]],
) -> Iterator[tuple[str, str, str]]:
    for action, members in subsets.items():
        for name, subset in members.items():
            yield action, name, subset


def _puppet_file(folder: Path, name: str) -> Path | None:
    candidates = (
        folder / name / 'puppet_mask.mat',
        folder / name / 'joint_positions.mat',
        folder / f'{name}.mat',
    )
    return next((path for path in candidates if path.is_file()), None)


def read_boxes(path: str | Path) -> np.ndarray:
    """Box of the person in every frame of a puppet file.

    Args:
        path: MATLAB file with ``part_mask`` (240, 320, T) or ``pos_img``
            (2, 15, T), x and y of the joints counted from 1.

    Returns:
        (T, 4) float64 xyxy; NaN where nothing of the person is marked.

    Raises:
        ValueError: If the file is damaged or holds neither.
    """
    path = require_file(path, _HINT)
    content = read_matlab(path)
    for name in ('part_mask', 'pos_img'):
        if name in content and not (
            content[name].ndim == 3 and content[name].dtype.kind in 'biuf'
        ):
            raise UserError(
                f'{path}: {name} needs 3 axes, the last one time, and '
                f'numbers, but has shape {content[name].shape} of '
                f'{content[name].dtype}'
            )
    if 'part_mask' in content:
        return mask_boxes(np.moveaxis(content['part_mask'] > 0, -1, 0))
    if 'pos_img' in content:
        if len(content['pos_img']) != 2:
            raise UserError(
                f'{path}: pos_img needs x and y of the joints, but has shape '
                f'{content["pos_img"].shape}'
            )
        joints = np.moveaxis(content['pos_img'], -1, 0) - 1.0  # (T, 2, 15)
        return np.concatenate([joints.min(axis=2), joints.max(axis=2)], axis=1)
    raise UserError(
        f'{path} holds neither part_mask nor pos_img, but '
        f'{sorted(k for k in content if not k.startswith("__"))}'
    )


def mask_boxes(masks: np.ndarray) -> np.ndarray:
    """First and last marked pixel of masks.

    Args:
        masks: (T, H, W) bool.

    Returns:
        (T, 4) float64 x1, y1, x2, y2, inclusive; NaN for empty masks.
    """
    boxes = np.full((len(masks), 4), np.nan)
    seen = masks.any(axis=(1, 2))
    for start, axis in ((0, 1), (1, 2)):
        line = masks.any(axis=axis)[seen]
        boxes[seen, start] = line.argmax(axis=1)
        boxes[seen, start + 2] = (
            line.shape[1] - 1 - line[:, ::-1].argmax(axis=1)
        )
    return boxes
