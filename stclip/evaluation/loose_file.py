"""Frame-mAP files read for diagnosis: what does not fit is kept, not refused.

:func:`~stclip.evaluation.detection_file.read_frame_results` refuses boxes of
swapped corners, keyframes of other names and other labels. Here these are
what is looked for.
"""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stclip.utils.errors import UserError
from stclip.utils.io import read_json
from stclip.utils.values import (
    MAX_COORDINATE,
    MAX_SCORE,
    as_id,
    as_numbers,
    as_object,
)


@dataclass(frozen=True)
class Place:
    """Which keyframe an entry is of.

    Args:
        image_id: As in the file.
        movie: Name of the video; empty if unknown.
        timestamp: As in the file; empty if unknown.
    """

    image_id: int | str
    movie: str
    timestamp: Any


@dataclass(frozen=True)
class Annotated:
    """Ground truth as it stands in a file: G boxes, one class each.

    Args:
        labels: Names of the classes.
        eval_columns: Indices of those to average over.
        places: (G,) keyframe of each box.
        boxes: (G, 4) as in the file.
        classes: (G,) int class index; may lie outside ``labels``.
        source: File it was read from; empty if none.
        seen_labels: Names of those that were trained on.
    """

    labels: list[str]
    eval_columns: list[int]
    places: Sequence[Place]
    boxes: np.ndarray
    classes: np.ndarray
    source: str = ''
    seen_labels: Sequence[str] = ()


@dataclass(frozen=True)
class Predicted:
    """Predictions as they stand in a file: D boxes on K keyframes.

    Args:
        labels: Names of the classes; empty if the file has none.
        places: (K,) keyframe of each entry.
        entry: (D,) int; which of ``places`` a box lies in.
        boxes: (D, 4) as in the file.
        scores: (D, C).
        warnings: What they cannot be trusted for, a line each.
    """

    labels: list[str]
    places: Sequence[Place]
    entry: np.ndarray
    boxes: np.ndarray
    scores: np.ndarray
    warnings: Sequence[str] = ()


def read_both(gt: str | Path, pred: str | Path) -> tuple[Annotated, Predicted]:
    """Read ground truth and predictions; one file of both is read once.

    Args:
        gt: File with ``labels`` and ``gt``.
        pred: File with ``detections``.

    Raises:
        FileNotFoundError: If one is missing.
        ValueError: If one has another form; names the file and the key.
    """
    with _collector_at_rest():
        content = _read(gt)
        truth = _annotated(gt, content)
        if Path(gt).resolve() != Path(pred).resolve():
            content = _read(pred)
        return truth, _predicted(pred, content)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Let nobody look for cycles: millions of lists of JSON have none.

    Looking for them takes longer than reading.
    """
    at_work = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if at_work:
            gc.enable()


def read_annotated(path: str | Path) -> Annotated:
    """Read the ground truth alone; see :func:`read_both`."""
    return _annotated(path, _read(path))


def read_predicted(path: str | Path) -> Predicted:
    """Read the predictions alone; see :func:`read_both`."""
    return _predicted(path, _read(path))


def _annotated(path: str | Path, content: dict[str, Any]) -> Annotated:
    _require(path, content, ('labels', 'gt'))
    labels = _names(path, 'labels', content['labels'])
    tested = _names(path, 'eval_labels', content.get('eval_labels', labels))
    unknown = [name for name in tested if name not in labels]
    if unknown or not labels or not content['gt']:
        raise UserError(
            f'{path}: gt and labels must not be empty, and eval_labels be '
            f'some of labels (not {unknown}); docs/formats.md has the form'
        )
    places, boxes, classes = [], [], []
    for i, entry in enumerate(content['gt']):
        where = f'{path}: gt[{i}]'
        places.append(_place(where, entry, ('box', 'label')))
        boxes.append(
            as_numbers(entry['box'], f'{where}.box', (4,), MAX_COORDINATE)
        )
        label = entry['label']
        if isinstance(label, bool) or not isinstance(label, int):
            raise UserError(
                f'{where}.label must be an index into labels, got {label!r}'
            )
        classes.append(label)
    return Annotated(
        labels,
        [labels.index(name) for name in tested],
        places,
        np.array(boxes),
        np.array(classes),
        str(path),
        _names(path, 'seen_labels', content.get('seen_labels', [])),
    )


def _predicted(path: str | Path, content: dict[str, Any]) -> Predicted:
    _require(path, content, ('detections',))
    labels = _names(path, 'labels', content.get('labels', []))
    places, boxes, scores = [], [], []
    width = len(labels)
    for i, entry in enumerate(content['detections']):
        where = f'{path}: detections[{i}]'
        places.append(_place(where, entry, ('boxes', 'scores')))
        if not isinstance(entry['boxes'], list):
            raise UserError(f'{where}.boxes must be a list')
        count = len(entry['boxes'])
        if count and not width and isinstance(entry['scores'], list):
            first = (entry['scores'] or [None])[0]
            width = len(first) if isinstance(first, list) else 0
        boxes.append(
            as_numbers(
                entry['boxes'], f'{where}.boxes', (count, 4), MAX_COORDINATE
            )
        )
        scores.append(
            as_numbers(
                entry['scores'], f'{where}.scores', (count, width), MAX_SCORE
            )
        )
    return Predicted(
        labels,
        places,
        np.repeat(np.arange(len(boxes)), [len(b) for b in boxes]).astype(int),
        np.concatenate([np.zeros((0, 4)), *(b for b in boxes if len(b))]),
        np.concatenate([np.zeros((0, width)), *(s for s in scores if len(s))]),
        _names(path, 'warnings', content.get('warnings', [])),
    )


def _read(path: str | Path) -> dict[str, Any]:
    content = read_json(path, 'docs/formats.md describes the file it must be.')
    if not isinstance(content, dict):
        raise UserError(f'{path} must hold a JSON object')
    return content


def _require(
    path: str | Path, content: dict[str, Any], keys: Sequence[str]
) -> None:
    for key in keys:
        if not isinstance(content.get(key), list):
            raise UserError(
                f'{path} must hold a list under the key {key!r}, as the file '
                'that a test run writes'
            )


def _names(path: str | Path, key: str, names: Any) -> list[str]:
    if (
        not isinstance(names, list)
        or not all(isinstance(name, str) for name in names)
        or len(set(names)) < len(names)
    ):
        raise UserError(
            f'{path}: {key} must be a list of different names, got '
            f'{names!r:.120}'
        )
    return names


def _place(where: str, entry: Any, keys: Sequence[str]) -> Place:
    as_object(entry, where)
    for key in ('image_id', *keys):
        if key not in entry:
            raise UserError(f'{where} has no {key!r}')
    image_id = as_id(entry['image_id'], f'{where}.image_id')
    timestamp = entry.get('timestamp', '')
    return Place(image_id, str(entry.get('movie', '')), timestamp)
