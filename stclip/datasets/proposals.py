"""Person boxes from a detector, as they are read for testing."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from stclip.structures.keyframe import Keyframe
from stclip.utils.errors import UserError
from stclip.utils.io import read_json, require_file
from stclip.utils.plain_pickle import read_plain_pickle
from stclip.utils.text_file import read_csv

#: Image -> (N, 4) xyxy and (N,) score, both float32.
Detections = dict[Hashable, tuple[np.ndarray, np.ndarray]]

# What JSON and pickles hold rows in.
_ROWS = (list, tuple, np.ndarray)
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


def read_detections(path: str | Path) -> Detections:
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
        return _read_rows(path, (row for _, row in read_csv(path)))
    content = (
        read_plain_pickle(path) if path.suffix == '.pkl' else read_json(path)
    )
    if isinstance(content, list):
        return _read_entries(path, content)
    return _read_rows(path, _rows_by_moment(path, content))


def find_detections(
    table: Detections, keyframe: Keyframe
) -> tuple[np.ndarray, np.ndarray] | None:
    """Look up the boxes of a keyframe.

    Args:
        table: From :func:`read_detections`.
        keyframe: An annotated keyframe.

    Returns:
        (N, 4) boxes in the unit of the annotation and (N,) scores, or None.
    """
    if keyframe.image_id in table:
        return table[keyframe.image_id]
    if keyframe.seconds is None:
        return None
    try:
        second = float(keyframe.timestamp)
    except (TypeError, ValueError, OverflowError) as error:
        raise UserError(
            f'image {keyframe.image_id}: the timestamp of a keyframe given by '
            f'seconds must be a number, got {keyframe.timestamp!r}'
        ) from error
    found = table.get((keyframe.video, second))
    if found is None or keyframe.img_shape is None:
        return found
    height, width = keyframe.img_shape
    return found[0] * np.float32([width, height] * 2), found[1]


def _read_entries(path: Path, content: list) -> Detections:
    rows = []
    for number, entry in enumerate(content):
        try:
            box = [float(value) for value in entry['bbox']]
            hash(entry['image_id'])  # or TypeError
            row = (entry['image_id'], *_checked(box, float(entry['score'])))
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise UserError(
                f'{path}, entry {number} ({entry}): expected image_id, '
                f'bbox [x1, y1, x2, y2] and score ({error!r})'
            ) from error
        rows.append(row)
    return _group(rows)


def _rows_by_moment(path: Path, content: object) -> Iterator[tuple]:
    """Rows of lists of boxes by ``video,timestamp``."""
    if not isinstance(content, dict):
        raise UserError(
            f'{path} holds neither a list of boxes nor lists of boxes by '
            '"video,timestamp"; docs/formats.md has the forms'
        )
    for key, boxes in content.items():
        if not (
            isinstance(key, str)
            and isinstance(boxes, _ROWS)
            and all(isinstance(box, _ROWS) for box in boxes)
        ):
            raise UserError(
                f'{path}, {key!r}: expected a list of boxes by '
                f'"video,timestamp", got {boxes!r:.120}'
            )
        for box in boxes:
            yield (*key.rsplit(',', 1), *box)


def _read_rows(path: Path, raw: Iterable[Sequence]) -> Detections:
    rows = []
    for number, row in enumerate(raw, 1):
        try:
            video, timestamp, *box = row[:6]
            box, score = [float(value) for value in box], float(row[6:][-1])
            rows.append(((video, float(timestamp)), *_checked(box, score)))
        except (IndexError, TypeError, ValueError, OverflowError) as error:
            raise UserError(
                f'{path}, row {number} ({row}): expected video, timestamp, '
                f'x1, y1, x2, y2, score ({error})'
            ) from error
    return _group(rows)


def _checked(box: list[float], score: float) -> tuple[list[float], float]:
    if len(box) != 4 or not np.isfinite([*box, score]).all():
        raise UserError('needs four finite numbers and a finite score')
    return box, score


def _group(rows: Iterable[tuple]) -> Detections:
    groups: dict[Hashable, list] = {}
    for image, box, score in rows:
        groups.setdefault(image, []).append((*box, score))
    detections = {}
    for image, values in groups.items():
        table = np.array(values, dtype=np.float32)
        detections[image] = (table[:, :4], table[:, 4])
    return detections
