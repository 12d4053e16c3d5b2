"""The frame-mAP file: ground truth and detections of a run, as JSON or CSV.

docs/formats.md describes the format. Reading checks every entry, since such
files also come from other programs.
"""

import csv
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from mmengine.logging import print_log

from stclip.evaluation.frame_results import FrameResults
from stclip.structures.box_table import Detections, GroundTruth
from stclip.structures.box_units import require_same_unit
from stclip.utils.errors import UserError
from stclip.utils.io import atomic_write, read_json, write_json
from stclip.utils.values import (
    MAX_COORDINATE,
    MAX_SCORE,
    as_id,
    as_list,
    as_name,
    as_number,
    as_numbers,
    as_object,
    as_whole,
    require_one_kind,
    shown,
)


def read_frame_results(
    gt_path: str | Path, pred_path: str | Path, with_probs: bool = False
) -> FrameResults:
    """Read ground truth and detections.

    Args:
        gt_path: File with ``labels`` and ``gt``.
        pred_path: File with ``detections``; may be the same file.
        with_probs: Also recover the class probabilities for soft voting, as
            ``scores`` over ``det_scores``.

    Returns:
        The results. Keyframes are those of ``image_ids`` where the
        ground-truth file has it, else all that occur in either file.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: For malformed content; names the file, the key and the
            index of the entry.
    """
    gt_path, pred_path = Path(gt_path), Path(pred_path)
    gt_file = _read_mapping(gt_path, ('labels', 'gt'))
    pred_file = (
        gt_file if gt_path == pred_path else _read_mapping(pred_path, ())
    )
    _require(pred_path, pred_file, ('detections',))
    labels, eval_labels = _read_labels(gt_path, gt_file)
    if pred_file.get('labels', list(labels)) != list(labels):
        raise UserError(
            f'{pred_path}: labels {pred_file["labels"]} differ from those of '
            f'{gt_path}: {list(labels)}'
        )
    truth = [
        _GTEntry(f'{gt_path}: gt[{i}]', entry, len(labels))
        for i, entry in enumerate(gt_file['gt'])
    ]
    detected = [
        _DetectionEntry(
            f'{pred_path}: detections[{i}]', entry, len(labels), with_probs
        )
        for i, entry in enumerate(pred_file['detections'])
    ]
    index = _keyframe_index(gt_path, gt_file, truth, detected)
    results = _assemble(
        (labels, eval_labels), index, truth, detected, with_probs
    )
    require_same_unit(
        {
            f'gt of {gt_path}': results.ground_truth.boxes,
            f'detections of {pred_path}': results.detections.boxes,
        }
    )
    if truth and not detected:
        print_log(
            f'{pred_path}: detections is empty, so nothing is found; a test '
            'run writes an entry for each keyframe, with or without boxes',
            'current',
            logging.WARNING,
        )
    told = as_list(pred_file.get('warnings', []), f'{pred_path}: warnings')
    return replace(
        results,
        seen_labels=_read_seen(gt_path, gt_file, eval_labels),
        warnings=tuple(as_name(w, f'{pred_path}: warnings') for w in told),
    )


def write_detections_json(
    path: str | Path, results: FrameResults, report: Mapping[str, Any]
) -> None:
    """Write a file that :func:`read_frame_results` reads back unchanged.

    Args:
        path: Target file.
        results: What to write; numbers keep their full precision.
        report: Further keys of the file: the measures.
    """
    truth = results.ground_truth
    gt = [
        {**_keyframe(results, k), 'box': box, 'label': label}
        for k, box, label in zip(
            truth.keyframe_idx,
            truth.boxes.tolist(),
            truth.labels.tolist(),
            strict=True,
        )
    ]
    detections = []
    for k, rows in enumerate(_rows_of_keyframes(results)):
        detections.append(
            {
                **_keyframe(results, k),
                'boxes': results.detections.boxes[rows].tolist(),
                'det_scores': results.box_scores[rows].tolist(),
                'scores': results.detections.scores[rows].tolist(),
            }
        )
    write_json(
        path,
        {
            **report,
            'labels': list(results.labels),
            'eval_labels': list(results.eval_labels),
            'seen_labels': list(results.seen_labels),
            'warnings': list(results.warnings),
            'image_ids': list(results.image_ids),
            'gt': gt,
            'detections': detections,
        },
    )


def write_detections_csv(path: str | Path, results: FrameResults) -> None:
    """Write one line for each detection, with one column for each label.

    Args:
        path: Target file.
        results: What to write; the ground truth is left out.
    """
    with atomic_write(path) as file:
        writer = csv.writer(file, lineterminator='\n')
        columns = ['image_id', 'movie', 'timestamp', 'x1', 'y1', 'x2', 'y2']
        writer.writerow([*columns, 'det_score', *results.labels])
        for k, rows in enumerate(_rows_of_keyframes(results)):
            keyframe = _keyframe(results, k).values()
            for box, det_score, scores in zip(
                results.detections.boxes[rows].tolist(),
                results.box_scores[rows].tolist(),
                results.detections.scores[rows].tolist(),
                strict=True,
            ):
                writer.writerow([*keyframe, *box, det_score, *scores])


class _Entry:
    """What entries of both kinds have in common, checked.

    Args:
        where: File, key and index, for messages.
        entry: The entry as read.
        keys: Keys it must have besides ``image_id``.
    """

    def __init__(self, where: str, entry: Any, keys: Sequence[str]) -> None:
        self.where = where
        as_object(entry, where)
        for key in ('image_id', *keys):
            if key not in entry:
                raise UserError(f'{where} has no {key!r}')
        self.image_id = as_id(entry['image_id'], f'{where}.image_id')
        self.movie = ''
        if entry.get('movie', '') != '':
            self.movie = str(as_id(entry['movie'], f'{where}.movie'))
        self.timestamp = entry.get('timestamp', '')
        if not isinstance(self.timestamp, str):
            as_number(self.timestamp, f'{where}.timestamp')

    def _numbers(
        self, key: str, value: Any, shape: tuple, limit: float = MAX_SCORE
    ) -> np.ndarray:
        where = f'{self.where}.{key} (image_id {self.image_id!r})'
        return as_numbers(value, where, shape, limit)

    def _boxes(self, key: str, value: Any, shape: tuple) -> np.ndarray:
        boxes = self._numbers(key, value, shape, MAX_COORDINATE)
        if (boxes[..., 2:] < boxes[..., :2]).any():
            raise UserError(
                f'{self.where}.{key} (image_id {self.image_id!r}) must be '
                f'x1, y1, x2, y2, got {value!r:.120}'
            )
        return boxes


class _GTEntry(_Entry):
    """One ground-truth box with its class."""

    def __init__(self, where: str, entry: Any, num_labels: int) -> None:
        super().__init__(where, entry, ('box', 'label'))
        self.box = self._boxes('box', entry['box'], (4,))
        try:
            self.label = as_whole(entry['label'], 'label', 0, num_labels - 1)
        except ValueError as error:
            raise UserError(
                f'{where}.label must be an index into the {num_labels} '
                f'labels, from 0, got {shown(entry["label"])}'
            ) from error


class _DetectionEntry(_Entry):
    """All detections of one keyframe."""

    def __init__(
        self, where: str, entry: Any, num_labels: int, with_probs: bool
    ) -> None:
        needed = ('movie', 'det_scores') if with_probs else ()
        super().__init__(where, entry, ('boxes', 'scores', *needed))
        if not isinstance(entry['boxes'], list):
            raise UserError(f'{where}.boxes must be a list')
        count = len(entry['boxes'])
        self.boxes = self._boxes('boxes', entry['boxes'], (count, 4))
        self.scores = self._numbers(
            'scores', entry['scores'], (count, num_labels)
        )
        self.det_scores = self._numbers(
            'det_scores', entry.get('det_scores', [1.0] * count), (count,)
        )
        if with_probs and (self.det_scores <= 0).any():
            raise UserError(
                f'{where}.det_scores (image_id {self.image_id!r}) must be '
                'positive for soft voting, which divides by them'
            )


def _read_mapping(path: Path, keys: Sequence[str]) -> dict[str, Any]:
    content = read_json(path, 'docs/formats.md describes the file it must be.')
    if not isinstance(content, dict):
        raise UserError(f'{path} must hold a JSON object')
    _require(path, content, keys)
    return content


def _require(
    path: Path, content: Mapping[str, Any], keys: Sequence[str]
) -> None:
    for key in keys:
        if not isinstance(content.get(key), list):
            raise UserError(f'{path} must hold a list under the key {key!r}')


def _read_labels(
    path: Path, content: Mapping[str, Any]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """All labels, and those to average over, of a ground-truth file."""
    labels = content['labels']
    eval_labels = content.get('eval_labels', labels)
    for key, names in (('labels', labels), ('eval_labels', eval_labels)):
        if (
            not isinstance(names, list)
            or not names
            or not all(isinstance(n, str) and n.strip() for n in names)
            or len(set(names)) < len(names)
        ):
            raise UserError(
                f'{path}: {key} must be a list of different names, got '
                f'{names!r:.120}'
            )
    unknown = [name for name in eval_labels if name not in labels]
    if unknown:
        raise UserError(f'{path}: eval_labels not in labels: {unknown}')
    return tuple(labels), tuple(eval_labels)


def _read_seen(
    path: Path, content: Mapping[str, Any], eval_labels: tuple[str, ...]
) -> tuple[str, ...]:
    """Labels that were trained on, of a ground-truth file."""
    seen = content.get('seen_labels', [])
    if not isinstance(seen, list) or not all(n in eval_labels for n in seen):
        raise UserError(
            f'{path}: seen_labels must be a list of names of eval_labels (or '
            f'labels), got {seen!r:.120}'
        )
    return tuple(seen)


def _keyframe_index(
    gt_path: Path,
    gt_file: Mapping[str, Any],
    truth: Sequence[_GTEntry],
    detected: Sequence[_DetectionEntry],
) -> dict[int | str, int]:
    """Index of every evaluated keyframe; refuses strays and repeats."""
    first: dict[int | str, _DetectionEntry] = {}
    for entry in detected:
        if entry.image_id in first:
            raise UserError(
                f'{entry.where} repeats image_id {entry.image_id!r} of '
                f'{first[entry.image_id].where}'
            )
        first[entry.image_id] = entry
    annotated = dict.fromkeys(entry.image_id for entry in truth)
    if 'image_ids' in gt_file:
        _require(gt_path, gt_file, ('image_ids',))
        image_ids = [
            as_id(image_id, f'{gt_path}: image_ids[{i}]')
            for i, image_id in enumerate(gt_file['image_ids'])
        ]
    else:
        if annotated and first and annotated.keys().isdisjoint(first):
            raise UserError(
                f'{detected[0].where} has image_id '
                f'{detected[0].image_id!r}, and like all detections it is of '
                f'no keyframe in {gt_path} (which has image_id '
                f'{truth[0].image_id!r})'
            )
        image_ids = [*annotated, *(i for i in first if i not in annotated)]
    require_one_kind(image_ids, f'{gt_path}: image_id')
    index = {image_id: k for k, image_id in enumerate(image_ids)}
    if len(index) < len(image_ids):
        raise UserError(f'{gt_path}: image_ids repeat a keyframe')
    for entry in (*truth, *detected):
        if entry.image_id not in index:
            raise UserError(
                f'{entry.where} has image_id {entry.image_id!r}, which is not '
                f'in image_ids of {gt_path}'
            )
    return index


def _assemble(
    labels: tuple[tuple[str, ...], tuple[str, ...]],
    index: Mapping[int | str, int],
    truth: Sequence[_GTEntry],
    detected: Sequence[_DetectionEntry],
    with_probs: bool,
) -> FrameResults:
    movies = [''] * len(index)
    timestamps: list[Any] = [''] * len(index)
    for entry in (*truth, *detected):
        movies[index[entry.image_id]] = entry.movie
        timestamps[index[entry.image_id]] = entry.timestamp
    counts = [len(entry.boxes) for entry in detected]
    scores = np.concatenate(
        [np.zeros((0, len(labels[0]))), *(entry.scores for entry in detected)]
    )
    box_scores = np.concatenate(
        [np.zeros(0), *(entry.det_scores for entry in detected)]
    )
    return FrameResults(
        *labels,
        list(index),
        movies,
        timestamps,
        GroundTruth(
            np.array([index[entry.image_id] for entry in truth], int),
            np.array([entry.box for entry in truth]).reshape(-1, 4),
            np.array([entry.label for entry in truth], int),
        ),
        Detections(
            np.repeat([index[e.image_id] for e in detected], counts).astype(
                int
            ),
            np.concatenate([np.zeros((0, 4)), *(e.boxes for e in detected)]),
            scores,
        ),
        box_scores,
        scores / box_scores[:, None] if with_probs else None,
    )


def _keyframe(results: FrameResults, k: int) -> dict[str, Any]:
    return {
        'image_id': results.image_ids[k],
        'movie': results.movies[k],
        'timestamp': results.timestamps[k],
    }


def _rows_of_keyframes(results: FrameResults) -> list[np.ndarray]:
    """Rows of the detections of each keyframe, in their order."""
    keyframe_idx = results.detections.keyframe_idx
    order = np.argsort(keyframe_idx, kind='stable')
    count = np.bincount(keyframe_idx, minlength=len(results.image_ids))
    return np.split(order, np.cumsum(count)[:-1])
