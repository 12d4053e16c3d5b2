"""Annotated action tubes as JSON; docs/formats.md has the format."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from stclip.structures.tubes import Tube
from stclip.utils.errors import UserError
from stclip.utils.io import read_json, write_json
from stclip.utils.values import (
    MAX_COORDINATE,
    MAX_FRAMES,
    as_list,
    as_name,
    as_numbers,
    as_video,
    as_whole,
    shown,
)


def write_tubes(path: str | Path, tubes: Iterable[Tube]) -> None:
    """Write tubes, atomically.

    Args:
        path: JSON file; reads back as the same tubes.
        tubes: Annotated tubes with action and video; frames count from 0.
    """
    entries = [
        dict(
            movie=tube.video,
            action=tube.action,
            frames=(tube.frames + 1).tolist(),
            boxes=tube.boxes.round(6).tolist(),
        )
        for tube in tubes
    ]
    write_json(path, entries)


def read_tubes(path: str | Path) -> list[Tube]:
    """Read tubes.

    Args:
        path: JSON list of ``movie``, ``action``, ``frames`` (from 1) and
            ``boxes`` (x1, y1, x2, y2).

    Returns:
        Annotated tubes with action and video; frames count from 0.

    Raises:
        FileNotFoundError: If the file is missing.
        ValueError: If an entry is faulty; it is named.
    """
    content = read_json(path, 'tools/data/prepare.py writes it.')
    if not isinstance(content, list):
        raise UserError(f'{path} must hold a list of tubes')
    tubes = []
    for index, entry in enumerate(content):
        try:
            tubes.append(_read_tube(entry))
        except ValueError as error:
            raise UserError(
                f'{path}, tube {index}: expected movie, action, frames and '
                f'boxes ({error})'
            ) from error
    return tubes


def _read_tube(entry: Any) -> Tube:
    if not isinstance(entry, dict):
        raise UserError(f'got {shown(entry)}')
    for key in ('movie', 'action', 'frames', 'boxes'):
        if key not in entry:
            raise UserError(f'lacks {key!r}')
    frames = [
        as_whole(frame, 'frames (which count from 1)', 1, MAX_FRAMES)
        for frame in as_list(entry['frames'], 'frames')
    ]
    boxes = as_numbers(
        entry['boxes'], 'boxes', (len(frames), 4), MAX_COORDINATE
    )
    if (boxes[:, 2:] < boxes[:, :2]).any():
        raise UserError('boxes must be x1, y1, x2, y2, but one is inverted')
    return Tube(
        np.array(frames, dtype=np.int64) - 1,
        boxes,
        action=as_name(entry['action'], 'action'),
        video=as_video(entry['movie'], 'movie'),
    )
