"""Persons of one video from a file, in place of a detector."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stclip.engine.caveats import Caveat
from stclip.structures.box_table import PersonBoxes
from stclip.structures.box_units import require_pixels
from stclip.structures.boxes import clip_boxes
from stclip.utils.errors import UserError
from stclip.utils.io import read_json
from stclip.utils.text_file import read_csv
from stclip.utils.values import (
    MAX_FRAMES,
    as_box,
    as_list,
    as_number,
    as_whole,
    shown,
)
from stclip.video.frame_source import FrameSource
from stclip.video.keyframe_walk import KeyframeWalk

_COLUMNS = ('frame', 'x1', 'y1', 'x2', 'y2')
# Our own table has the score of an action beside that of the box.
_SCORES = ('box_score', 'score')
# Columns of MOT's files: frame from 1, id, left, top, width, height, score.
_MOT_COLUMNS = 7
# What trackers write where a box has no score.
_MOT_UNSCORED = -1
_OURS = 'wanted is the json of stclip infer'
#: x1, y1, x2, y2, and the score.
_Box = tuple[tuple[float, float, float, float], float]
#: Frame (0-based), and boxes on it.
_Row = tuple[int, list[_Box]]


@dataclass(frozen=True)
class StoredBoxes:
    """Persons by frame.

    Args:
        path: The file they are from, for messages.
        by_frame: Frame number, from 0 -> its persons; frames that are not in
            it have none.
    """

    path: Path
    by_frame: dict[int, PersonBoxes]

    @classmethod
    def read(cls, path: str | Path) -> 'StoredBoxes':
        """Read boxes in px of the frames.

        Args:
            path: A ``.csv`` whose heading names ``frame`` (from 0), ``x1``,
                ``y1``, ``x2``, ``y2`` and perhaps ``box_score`` or else
                ``score`` among its columns; a ``.txt`` in MOT's form (frames
                from 1, a score of -1 for none); or the ``.json`` that
                ``stclip infer`` has written. Boxes without a score have 1.

        Raises:
            FileNotFoundError: If the file is missing.
            UserError: If a line or an entry is faulty, it is named; if there
                is none, or the boxes seem to be fractions of the frame.
        """
        path = Path(path)
        rows: dict[int, list[_Box]] = {}
        for frame_idx, boxes in BOX_FILES[path.suffix.lower()](path):
            rows.setdefault(frame_idx, []).extend(boxes)
        if not rows:
            raise UserError(
                f'{path} holds no boxes: check what has written it. That '
                'nobody is on a frame is told by empty persons in the json of '
                'stclip infer'
            )
        stored = cls(path, {k: _persons(boxes) for k, boxes in rows.items()})
        try:
            # Rounded as they are shown: these are single precision.
            require_pixels(stored._all_boxes().astype(float).round(4))
        except UserError as error:
            raise UserError(f'{path}: {error}') from error
        return stored

    def at(self, frame_idx: Sequence[int]) -> list[PersonBoxes]:
        """The persons of some frames.

        Args:
            frame_idx: Their numbers, from 0.
        """
        return [self.by_frame.get(k, PersonBoxes.none()) for k in frame_idx]

    def require_within(self, frame_hw: tuple[int, int]) -> None:
        """Refuse boxes that are of a larger video.

        Args:
            frame_hw: Height and width of the video in px.

        Raises:
            UserError: If a box lies wholly outside; names its frame.
        """
        try:
            clip_boxes(self._all_boxes(), frame_hw, empty_ok=True)
        except UserError:
            # One look at all is quick; only now it matters where it is.
            for frame_idx, persons in self.by_frame.items():
                self._require_within(frame_idx, persons, frame_hw)

    def caveats(self, keyframes: range, box_threshold: float) -> list[Caveat]:
        """What is to be told of boxes that give nobody.

        Args:
            keyframes: Frames that persons are looked for on, as far as is
                known.
            box_threshold: Persons with a lower score are left out.
        """
        looked = [k for k in self.by_frame if k in keyframes]
        if not looked:
            first = min(self.by_frame)
            message = (
                f'{self.path} has no boxes on the keyframes, which are every '
                f'{keyframes.step} frames from {keyframes.start} on; its '
                f'first are on frame {first} (all from 0): nobody is found; '
                'give another stride or start'
            )
            return [Caveat(message, 'no boxes on the keyframes')]
        scores = np.concatenate([self.by_frame[k].scores for k in looked])
        if len(scores) and not (scores >= box_threshold).any():
            message = (
                f'{self.path} has no box on the keyframes with a score of '
                f'{box_threshold:g} or more, the best has {scores.max():.3g}: '
                'nobody is found; give a lower --box-threshold (box_threshold)'
            )
            return [Caveat(message, 'no box scores enough')]
        return []

    def _all_boxes(self) -> np.ndarray:
        return np.concatenate([p.boxes_xyxy for p in self.by_frame.values()])

    def _require_within(
        self, frame_idx: int, persons: PersonBoxes, frame_hw: tuple[int, int]
    ) -> None:
        try:
            clip_boxes(persons.boxes_xyxy, frame_hw, empty_ok=True)
        except UserError as error:
            raise UserError(
                f'{self.path}, frame {frame_idx} (from 0): {error}; give the '
                'boxes of this video, in px of its own size'
            ) from error


def checked_boxes(
    detector: Any,
    source: FrameSource,
    walk: KeyframeWalk,
    detect_every: int,
    box_threshold: float,
) -> list[Caveat]:
    """Look whether stored boxes fit a video.

    Args:
        detector: What finds the persons; all but stored boxes pass.
        source: The video.
        walk: Which of its frames are keyframes.
        detect_every: Every how many keyframes persons are looked for.
        box_threshold: See :meth:`StoredBoxes.caveats`.

    Raises:
        UserError: See :meth:`StoredBoxes.require_within`.
    """
    if not isinstance(detector, StoredBoxes):
        return []
    detector.require_within(source.frame_hw)
    stop = walk.about_stop(source)
    keyframes = range(
        walk.first(source),
        MAX_FRAMES if stop is None else stop,
        walk.step(source) * detect_every,
    )
    return detector.caveats(keyframes, box_threshold)


def _persons(boxes: Sequence[_Box]) -> PersonBoxes:
    sides = np.array([box for box, _ in boxes], np.float32)
    scores = np.array([score for _, score in boxes], np.float32)
    return PersonBoxes(sides.reshape(-1, 4), scores)


def _csv_rows(path: Path) -> Iterator[_Row]:
    lines = read_csv(path)
    line_num, heading = next(lines, (1, []))
    names = [name.strip().lower() for name in heading]
    missing = [name for name in _COLUMNS if name not in names]
    if missing:
        raise UserError(
            f'{path}, line {line_num}: the heading lacks {missing[0]}; wanted '
            f'are {", ".join(_COLUMNS)} and perhaps {" or ".join(_SCORES)}'
        )
    scored = next((name for name in _SCORES if name in names), None)
    for line_num, cells in lines:
        where = f'{path}, line {line_num}'
        if len(cells) != len(names):
            raise UserError(
                f'{where}: {len(cells)} cells under {len(names)} headings'
            )
        row = dict(zip(names, cells, strict=True))
        frame, *sides = (row[name] for name in _COLUMNS)
        box = _box(where, sides, row[scored] if scored else 1)
        yield _frame(where, frame, 0), [box]


def _mot_rows(path: Path) -> Iterator[_Row]:
    for line_num, cells in read_csv(path):
        where = f'{path}, line {line_num}'
        if len(cells) < _MOT_COLUMNS:
            raise UserError(
                f'{where}: MOT has {_MOT_COLUMNS} columns or more (frame, id, '
                f'left, top, width, height, score), got {len(cells)}'
            )
        left, top, width, height, score = (
            as_number(cell, f'{where}: {name}')
            for cell, name in zip(
                cells[2:7], ('a side',) * 4 + ('score',), strict=True
            )
        )
        sides = (left, top, left + width, top + height)
        box = _box(where, sides, 1 if score == _MOT_UNSCORED else score)
        yield _frame(where, cells[0], 1), [box]


def _json_rows(path: Path) -> Iterator[_Row]:
    told = read_json(path, 'Check the path.')
    keyframes = told.get('keyframes') if isinstance(told, dict) else None
    if not isinstance(keyframes, list):
        raise UserError(f'{path} has no keyframes: {_OURS}')
    for index, keyframe in enumerate(keyframes):
        where = f'{path}: keyframes[{index}]'
        frame, persons = _values(where, keyframe, 'frame_idx', 'persons')
        boxes = [
            _box(where, *_values(where, person, 'bbox', 'box_score'))
            for person in as_list(persons, f'{where}: persons')
        ]
        yield _frame(where, frame, 0), boxes


#: Suffix -> reader of a file of boxes.
BOX_FILES = {'.csv': _csv_rows, '.txt': _mot_rows, '.json': _json_rows}


def _values(where: str, entry: Any, *keys: str) -> list[Any]:
    """What an object of JSON has under some keys."""
    if not isinstance(entry, dict):
        raise UserError(f'{where}: got {shown(entry)}; {_OURS}')
    for key in keys:
        if key not in entry:
            raise UserError(f'{where} lacks {key!r}: {_OURS}')
    return [entry[key] for key in keys]


def _frame(where: str, frame: Any, first: int) -> int:
    """The number from 0; ``first`` is that of a video's first frame."""
    return as_whole(frame, f'{where}: frame', first, MAX_FRAMES) - first


def _box(where: str, sides: Any, score: Any) -> _Box:
    """A checked box."""
    x1, y1, x2, y2 = as_box(sides, f'{where}: box')
    if x2 <= x1 or y2 <= y1:
        raise UserError(
            f'{where}: box {[x1, y1, x2, y2]} has no area; wanted are x1 y1 '
            'x2 y2 in px'
        )
    score = as_number(score, f'{where}: score')
    if not 0 <= score <= 1:
        raise UserError(
            f'{where}: score must be from 0 to 1, got {score:g}; divide '
            'percentages by 100'
        )
    return (x1, y1, x2, y2), score
