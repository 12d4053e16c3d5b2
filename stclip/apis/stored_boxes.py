"""Persons of one video from a file, in place of a detector."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stclip.structures.box_table import PersonBoxes
from stclip.utils.errors import UserError
from stclip.utils.io import read_json
from stclip.utils.text_file import read_csv
from stclip.utils.values import as_box, as_number, as_whole

_COLUMNS = ('frame', 'x1', 'y1', 'x2', 'y2')
_SCORE = 'score'
# Columns of MOT's files: frame from 1, id, left, top, width, height, score.
_MOT_COLUMNS = 7
#: Frame (0-based), x1, y1, x2, y2, score.
_Row = tuple[int, tuple[float, float, float, float], float]


@dataclass(frozen=True)
class StoredBoxes:
    """Persons by frame.

    Args:
        by_frame: Frame number, from 0 -> its persons; frames that are not in
            it have none.
    """

    by_frame: dict[int, PersonBoxes]

    @classmethod
    def read(cls, path: str | Path) -> 'StoredBoxes':
        """Read boxes in px of the frames.

        Args:
            path: A ``.csv`` whose heading names ``frame`` (from 0), ``x1``,
                ``y1``, ``x2``, ``y2`` and perhaps ``score`` among its
                columns; a ``.txt`` in MOT's form (frames from 1); or the
                ``.json`` that ``stclip infer`` has written.

        Raises:
            FileNotFoundError: If the file is missing.
            UserError: If a line or an entry is faulty; it is named.
        """
        rows: dict[int, list[_Row]] = {}
        for row in BOX_FILES[Path(path).suffix.lower()](path):
            rows.setdefault(row[0], []).append(row)
        return cls({frame: _persons(each) for frame, each in rows.items()})

    def at(self, frame_idx: Sequence[int]) -> list[PersonBoxes]:
        """The persons of some frames.

        Args:
            frame_idx: Their numbers, from 0.
        """
        return [self.by_frame.get(k, PersonBoxes.none()) for k in frame_idx]


def _persons(rows: Sequence[_Row]) -> PersonBoxes:
    boxes = np.array([box for _, box, _ in rows], np.float32)
    return PersonBoxes(boxes, np.array([s for *_, s in rows], np.float32))


def _csv_rows(path: str | Path) -> Iterator[_Row]:
    lines = read_csv(path)
    line_num, heading = next(lines, (1, []))
    names = [name.strip().lower() for name in heading]
    missing = [name for name in _COLUMNS if name not in names]
    if missing:
        raise UserError(
            f'{path}, line {line_num}: the heading lacks {missing[0]}; wanted '
            f'are {", ".join(_COLUMNS)} and perhaps {_SCORE}'
        )
    for line_num, cells in lines:
        where = f'{path}, line {line_num}'
        if len(cells) != len(names):
            raise UserError(
                f'{where}: {len(cells)} cells under {len(names)} headings'
            )
        row = dict(zip(names, cells, strict=True))
        frame, *box = (row[name] for name in _COLUMNS)
        yield _row(where, frame, 0, box, row.get(_SCORE, 1))


def _mot_rows(path: str | Path) -> Iterator[_Row]:
    for line_num, cells in read_csv(path):
        where = f'{path}, line {line_num}'
        if len(cells) < _MOT_COLUMNS:
            raise UserError(
                f'{where}: MOT has {_MOT_COLUMNS} columns or more (frame, id, '
                f'left, top, width, height, score), got {len(cells)}'
            )
        left, top, width, height = (
            as_number(cell, f'{where}: a side') for cell in cells[2:6]
        )
        box = (left, top, left + width, top + height)
        yield _row(where, cells[0], 1, box, cells[6])


def _json_rows(path: str | Path) -> Iterator[_Row]:
    told = read_json(path, 'Check the path.')
    keyframes = told.get('keyframes') if isinstance(told, dict) else None
    if not isinstance(keyframes, list):
        raise UserError(
            f'{path} has no keyframes: wanted is the json of stclip infer'
        )
    for index, keyframe in enumerate(keyframes):
        where = f'{path}: keyframes[{index}]'
        try:
            frame, persons = keyframe['frame_idx'], keyframe['persons']
            found = [(p['bbox'], p['box_score']) for p in persons]
        except (KeyError, TypeError) as error:
            raise UserError(
                f'{where} lacks {error}: wanted is the json of stclip infer'
            ) from error
        for box, score in found:
            yield _row(where, frame, 0, box, score)


#: Suffix -> reader of a file of boxes.
BOX_FILES = {'.csv': _csv_rows, '.txt': _mot_rows, '.json': _json_rows}


def _row(where: str, frame: Any, first: int, box: Any, score: Any) -> _Row:
    """A checked row; ``first`` is the number of a video's first frame."""
    frame_idx = as_whole(frame, f'{where}: frame', least=first) - first
    x1, y1, x2, y2 = as_box(list(box), f'{where}: box')
    if x2 <= x1 or y2 <= y1:
        raise UserError(
            f'{where}: box {[x1, y1, x2, y2]} has no area; wanted are x1 y1 '
            'x2 y2 in px'
        )
    return frame_idx, (x1, y1, x2, y2), as_number(score, f'{where}: score')
