"""Files of person boxes from a detector, and the choice among the boxes."""

import csv
import logging
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from mmengine.logging import print_log

from stclip.datasets.ava_rows import (
    ANYTHING,
    BOX_FIELDS,
    AvaRow,
    read_ava_rows,
)
from stclip.structures.box_table import PersonBoxes
from stclip.structures.box_units import (
    describe_beyond,
    require_fractions,
    require_pixels,
)
from stclip.structures.boxes import INVERTED, are_inverted
from stclip.structures.keyframe import Keyframe
from stclip.utils.errors import UserError
from stclip.utils.io import atomic_write, read_json, require_file, write_json
from stclip.utils.plain_pickle import read_plain_pickle
from stclip.utils.values import MAX_SCORE, as_box, as_id, as_number, shown

#: Image id, or (video, timestamp) -> its persons.
PersonBoxesByImage = dict[Hashable, PersonBoxes]

_PERSON_CATEGORY = 0
# What JSON and pickles hold rows in.
_ROWS = (list, tuple, np.ndarray)
_FIELDS = (*BOX_FIELDS, 'score')
_CSV_FIELDS = (*BOX_FIELDS, ANYTHING, 'score')
_PICKLES = ('.pkl', '.pickle')
_FORMS = 'Box files are .json, .csv or .pkl; docs/formats.md has their forms.'
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
              or the same as a pickle (mmaction2's AVA proposals), where a key
              may also be a tuple of video and timestamp;
            - CSV ``video,timestamp,x1,y1,x2,y2[,...],score``; below headings
              the score is the column that is called so.

    Returns:
        Boxes by image id (the first form, boxes in the unit of the
        annotation) or by (video, timestamp), in fractions of the frame.

    Raises:
        FileNotFoundError: If the file is missing.
        ValueError: If an entry is not of that form; it is named.
    """
    path = require_file(path, _PREPARE)
    if not path.stat().st_size:
        raise UserError(f'{path} is empty. {_FORMS}')
    if by_moment(path):
        return _read_rows(read_ava_rows(path, _CSV_FIELDS))
    content = _content(path)
    if isinstance(content, list):
        return _read_entries(path, content)
    return _read_rows(_rows_by_moment(path, content))


def by_moment(path: str | Path) -> bool:
    """Whether a file of person boxes holds moments, not images: a CSV."""
    return Path(path).suffix.lower() == '.csv'


def write_detections(
    path: str | Path,
    rows_of: Mapping[str, Iterable[Sequence]],
    is_person: bool = True,
) -> int:
    """Write boxes, atomically.

    Args:
        path: ``.csv`` for lines ``video,timestamp,x1,y1,x2,y2,score``, else
            a JSON list of ``image_id``, ``bbox``, ``score`` and
            ``category_id``; :func:`read_detections` reads both.
        rows_of: By video, a row for each box: timestamp or image id, x1, y1,
            x2, y2, score.
        is_person: Whether they are of persons; those of objects have no
            ``category_id``.

    Returns:
        Count of boxes.
    """
    rows = [(video, *row) for video, rows in rows_of.items() for row in rows]
    if by_moment(path):
        with atomic_write(path) as file:
            csv.writer(file, lineterminator='\n').writerows(rows)
    else:
        category = dict(category_id=_PERSON_CATEGORY) if is_person else {}
        entries = [
            dict(image_id=image_id, bbox=box, score=score, **category)
            for _, image_id, *box, score in rows
        ]
        write_json(path, entries)
    return len(rows)


def _content(path: Path) -> object:
    """What a file holds that is no CSV."""
    suffix = path.suffix.lower()
    if suffix in _PICKLES:
        return read_plain_pickle(path)
    try:
        return read_json(path)
    except UserError as error:
        if suffix == '.json':
            raise
        raise UserError(
            f'{path}, read as JSON for its name, is none. {_FORMS}'
        ) from error


def find_all_detections(
    table: PersonBoxesByImage,
    keyframes: Sequence[Keyframe],
    source: str | Path,
) -> list[PersonBoxes | None]:
    """Look up the boxes of keyframes.

    If many of them seem to be of larger pictures, a warning says so.

    Args:
        table: From :func:`read_detections`.
        keyframes: Annotated keyframes.
        source: The file that the table is of, for the warning.

    Returns:
        The persons of each, boxes in the unit of the annotation, or None.

    Raises:
        ValueError: If the boxes seem to be in another unit than the
            annotation, or are by moment and a keyframe by seconds has a
            timestamp that is no number.
    """
    found = [find_detections(table, keyframe) for keyframe in keyframes]
    in_pixels, sizes_hw = [], []
    for keyframe, persons in zip(keyframes, found, strict=True):
        if persons is None:
            continue
        if keyframe.img_shape is not None:
            in_pixels.append(persons.boxes_xyxy)
            sizes_hw.append(keyframe.img_shape)
            continue
        try:
            require_fractions(persons.boxes_xyxy.tolist())
        except ValueError as error:
            raise UserError(f'image {keyframe.image_id}: {error}') from error
    if in_pixels:
        require_pixels(np.concatenate(in_pixels))
    if beyond := describe_beyond(in_pixels, sizes_hw):
        print_log(f'{source}: {beyond}', 'current', logging.WARNING)
    return found


def find_detections(
    table: PersonBoxesByImage, keyframe: Keyframe
) -> PersonBoxes | None:
    """Look up the boxes of a keyframe; see :func:`find_all_detections`."""
    if keyframe.image_id in table:
        return table[keyframe.image_id]
    if keyframe.seconds is None or not _holds_moments(table):
        return None
    second = as_number(
        keyframe.timestamp,
        f'image {keyframe.image_id}: the timestamp of a keyframe given by '
        'seconds',
    )
    persons = table.get((keyframe.video, second))
    if persons is None or keyframe.img_shape is None:
        return persons
    height, width = keyframe.img_shape
    boxes, scores = persons
    return PersonBoxes(boxes * np.float32([width, height] * 2), scores)


def _holds_moments(table: PersonBoxesByImage) -> bool:
    """Whether a table is by (video, timestamp), not by image id."""
    return isinstance(next(iter(table), None), tuple)


def _read_entries(path: Path, content: list) -> PersonBoxesByImage:
    rows = []
    for index, entry in enumerate(content):
        where = f'{path}, entry {index}'
        if not isinstance(entry, dict):
            raise UserError(f'{where} must be an object, got {shown(entry)}')
        for key in ('image_id', 'bbox', 'score'):
            if key not in entry:
                raise UserError(
                    f'{where} lacks {key!r}; it needs image_id, bbox '
                    f'[x1, y1, x2, y2] and score, got {shown(entry)}'
                )
        image_id = as_id(entry['image_id'], f'{where} image_id')
        box = as_box(entry['bbox'], f'{where} bbox')
        if are_inverted(box).any():
            raise UserError(
                f'{where}, image {image_id}: box {list(box)} (x1, y1, x2, '
                f'y2) {INVERTED}'
            )
        rows.append(
            (
                image_id,
                box,
                as_number(
                    entry['score'], f'{where} score', -MAX_SCORE, MAX_SCORE
                ),
            )
        )
    return _group(rows)


def _rows_by_moment(path: Path, content: object) -> Iterator[AvaRow]:
    """Rows of lists of boxes by ``video,timestamp``."""
    if not isinstance(content, dict):
        raise UserError(
            f'{path} holds neither a list of boxes nor lists of boxes by '
            '"video,timestamp"; docs/formats.md has the forms'
        )
    fields = 'video', 'timestamp', *_FIELDS
    for key, boxes in content.items():
        where = f'{path}, {shown(key)}'
        moment = key.rsplit(',', 1) if isinstance(key, str) else key
        if not isinstance(moment, (list, tuple)) or len(moment) != 2:
            raise UserError(
                f'{where}: expected "video,timestamp" or (video, timestamp) '
                'as the key of a list of boxes'
            )
        if isinstance(boxes, np.ndarray):
            boxes = boxes.tolist()
        if not isinstance(boxes, _ROWS) or not all(
            isinstance(box, _ROWS) for box in boxes
        ):
            raise UserError(
                f'{where}: expected a list of boxes by "video,timestamp", got '
                f'{shown(boxes)}'
            )
        for index, box in enumerate(boxes):
            if len(box) != len(_FIELDS):
                raise UserError(
                    f'{where}, box {index}: expected [x1, y1, x2, y2, score], '
                    f'got {shown(box)}; give boxes without scores 1.0'
                )
            yield AvaRow((*moment, *box), f'{where}, box {index}', fields)


def _read_rows(rows: Iterable[AvaRow]) -> PersonBoxesByImage:
    boxes = []
    for row in rows:
        # Between the box and the score there may be an action or nothing.
        score = row.number(row.column_of_score(), 'score')
        if abs(score) > MAX_SCORE:
            raise row.fault(f'score must not be above {MAX_SCORE:g}')
        box = row.box()
        if are_inverted(box).any():
            raise row.fault(f'box {list(box)} (x1, y1, x2, y2) {INVERTED}')
        boxes.append((row.moment(), box, score))
    return _group(boxes)


def _group(rows: Iterable[tuple]) -> PersonBoxesByImage:
    groups: dict[Hashable, list] = {}
    for image, box, score in rows:
        groups.setdefault(image, []).append((*box, score))
    table = {}
    for image, values in groups.items():
        array = np.array(values, dtype=np.float32)
        table[image] = PersonBoxes(array[:, :4], array[:, 4])
    return table
