"""Annotated action tubes as JSON; docs/formats.md has the format."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from stclip.structures.tubes import Tube
from stclip.utils.errors import UserError
from stclip.utils.io import read_json, write_json


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
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise UserError(
                f'{path}, tube {index}: expected movie, action, frames and '
                f'boxes ({error})'
            ) from error
    return tubes


def _read_tube(entry: dict[str, Any]) -> Tube:
    names = entry['movie'], entry['action']
    if not all(isinstance(name, str) for name in names):
        raise UserError(f'movie and action must be names, got {names}')
    frames = np.array(entry['frames'])
    if frames.ndim != 1 or (len(frames) and frames.dtype.kind not in 'iu'):
        raise UserError('frames must be a list of integers')
    tube = Tube(
        frames - 1,
        entry['boxes'],
        action=entry['action'],
        video=entry['movie'],
    )
    if not np.isfinite(tube.boxes).all():
        raise UserError('boxes must be finite')
    return tube
