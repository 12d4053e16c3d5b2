"""Person boxes from a detector, as they are read for testing."""

import csv
from collections.abc import Hashable, Iterable, Sequence
from pathlib import Path

import numpy as np

from stclip.structures.box_table import PersonBoxes
from stclip.structures.keyframe import Keyframe
from stclip.utils.errors import UserError
from stclip.utils.io import read_json, require_file
from stclip.utils.plain_pickle import read_plain_pickle

#: Image id, or (video, timestamp) -> its persons.
PersonBoxesByImage = dict[Hashable, PersonBoxes]

_PREPARE = 'What to prepare is described in data/README.md.'


def keep_top_boxes(scores: np.ndarray, threshold: float) -> np.ndarray:
    """Choose the boxes of a frame that are classified.

    The best box (score S) stays, and every other with a score above S - t.

    Source: ST-CLIP, arXiv:2408.15996, section 5.1.

    Args:
        scores: (N,) box scores of one frame.
        threshold: The t of the rule; 1 or more keeps all boxes.

    Returns:
        (N,) bool; (0,) for no boxes.
    """
    scores = np.asarray(scores)
    if not len(scores):
        return np.zeros(0, dtype=bool)
    keep = scores > scores.max() - threshold
    keep[scores.argmax()] = True
    return keep


def read_detections(path: str | Path) -> PersonBoxesByImage:
    """Read person boxes in any of the forms that are around.

    Args:
        path: One of

            - JSON list of ``{"image_id": ..., "bbox": [x1, y1, x2, y2],
              "score": ...}``; the score may be a string (ST-CLIP's release,
              ``tools/detect_persons.py``);
            - JSON ``{"video,timestamp": [[x1, y1, x2, y2, score], ...]}``,
              or the same as a pickle (mmaction2's AVA proposals);
            - CSV ``video,timestamp,x1,y1,x2,y2[,...],score``.

    Returns:
        Boxes by image id (the first form, boxes in the unit of the
        annotation) or by (video, timestamp), in fractions of the frame.

    Raises:
        FileNotFoundError: If the file is missing.
        ValueError: If an entry is not of that form; it is named.
    """
    path = require_file(path, _PREPARE)
    if path.suffix == '.csv':
        with path.open(newline='', encoding='utf-8') as file:
            return _read_rows(path, (row for row in csv.reader(file) if row))
    content = (
        read_plain_pickle(path) if path.suffix == '.pkl' else read_json(path)
    )
    if isinstance(content, list):
        return _read_entries(path, content)
    return _read_rows(
        path,
        (
            (*key.rsplit(',', 1), *box)
            for key, boxes in content.items()
            for box in boxes
        ),
    )


def find_detections(
    table: PersonBoxesByImage, keyframe: Keyframe
) -> PersonBoxes | None:
    """Look up the boxes of a keyframe.

    Args:
        table: From :func:`read_detections`.
        keyframe: An annotated keyframe.

    Returns:
        Its persons, boxes in the unit of the annotation, or None.
    """
    if keyframe.image_id in table:
        return table[keyframe.image_id]
    if keyframe.seconds is None:
        return None
    persons = table.get((keyframe.video, float(keyframe.timestamp)))
    if persons is None or keyframe.img_shape is None:
        return persons
    height, width = keyframe.img_shape
    boxes, scores = persons
    return PersonBoxes(boxes * np.float32([width, height] * 2), scores)


def _read_entries(path: Path, content: list) -> PersonBoxesByImage:
    rows = []
    for number, entry in enumerate(content):
        try:
            box = [float(value) for value in entry['bbox']]
            row = (entry['image_id'], *_checked(box, float(entry['score'])))
        except (KeyError, TypeError, ValueError) as error:
            raise UserError(
                f'{path}, entry {number} ({entry}): expected image_id, '
                f'bbox [x1, y1, x2, y2] and score ({error!r})'
            ) from error
        rows.append(row)
    return _group(rows)


def _read_rows(path: Path, raw: Iterable[Sequence]) -> PersonBoxesByImage:
    rows = []
    for number, row in enumerate(raw, 1):
        try:
            video, timestamp, *box = row[:6]
            box, score = [float(value) for value in box], float(row[6:][-1])
            rows.append(((video, float(timestamp)), *_checked(box, score)))
        except (IndexError, ValueError) as error:
            raise UserError(
                f'{path}, row {number} ({row}): expected video, timestamp, '
                f'x1, y1, x2, y2, score ({error})'
            ) from error
    return _group(rows)


def _checked(box: list[float], score: float) -> tuple[list[float], float]:
    if len(box) != 4 or not np.isfinite([*box, score]).all():
        raise UserError('needs four finite numbers and a finite score')
    return box, score


def _group(rows: Iterable[tuple]) -> PersonBoxesByImage:
    groups: dict[Hashable, list] = {}
    for image, box, score in rows:
        groups.setdefault(image, []).append((*box, score))
    table = {}
    for image, values in groups.items():
        array = np.array(values, dtype=np.float32)
        table[image] = PersonBoxes(array[:, :4], array[:, 4])
    return table
