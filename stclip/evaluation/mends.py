"""Faults of predictions as what undoes them: each mend is tried, not guessed.

A mend takes a case and gives the case as it would be without one fault. How
much frame mAP that wins says how much of the loss the fault explains.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

import numpy as np
from scipy.optimize import linear_sum_assignment

from stclip.evaluation.functional.frame_map import overlapping_pairs
from stclip.evaluation.loose_file import Annotated, Place, Predicted
from stclip.structures.box_table import Detections, GroundTruth
from stclip.structures.box_units import seem_fractions

_FRAME_RATES = (24, 25, 30)


@dataclass(frozen=True)
class Case:
    """Ground truth and predictions, and what says that keyframes are the same.

    Args:
        truth: As read.
        found: As read, with scores in the order of ``truth.labels``.
        true_keys: (G,) key of the keyframe of each box.
        found_keys: (K,) key of each entry of ``found``.
    """

    truth: Annotated
    found: Predicted
    true_keys: list
    found_keys: list

    @classmethod
    def of(cls, truth: Annotated, found: Predicted) -> 'Case':
        """The case as a test takes it: keyframes go by ``image_id``."""
        return cls(
            truth,
            found,
            [place.image_id for place in truth.places],
            [place.image_id for place in found.places],
        )

    def tables(self) -> tuple[Detections, GroundTruth]:
        """Detections and ground truth of the classes to average over.

        Boxes whose corners are swapped become empty: they overlap nothing.
        """
        index: dict = {}
        true_idx = [index.setdefault(k, len(index)) for k in self.true_keys]
        found_idx = [index.setdefault(k, len(index)) for k in self.found_keys]
        columns = self.truth.eval_columns
        column_of = np.full(len(self.truth.labels), -1)
        column_of[columns] = np.arange(len(columns))
        classes = self.truth.classes
        known = (classes >= 0) & (classes < len(column_of))
        label = np.where(known, column_of[np.where(known, classes, 0)], -1)
        wanted = label >= 0
        detections = Detections(
            np.array(found_idx, int)[self.found.entry],
            _in_order(self.found.boxes),
            self.found.scores[:, columns],
        )
        return detections, GroundTruth(
            np.array(true_idx, int)[wanted],
            _in_order(self.truth.boxes[wanted]),
            label[wanted],
        )

    def with_boxes(self, boxes: np.ndarray) -> 'Case':
        """The same with other boxes."""
        return replace(self, found=replace(self.found, boxes=boxes))

    def with_scores(self, scores: np.ndarray) -> 'Case':
        """The same with other scores."""
        return replace(self, found=replace(self.found, scores=scores))


@dataclass(frozen=True)
class Mend:
    """A fault, in words, and what undoes it.

    Args:
        kind: ``'keyframes'``, ``'boxes'`` or ``'classes'``.
        name: A word for programs.
        fault: What is wrong.
        remedy: What to do about it.
        apply: Makes the case without the fault.
    """

    kind: str
    name: str
    fault: str
    remedy: str
    apply: Callable[[Case], Case]


def possible_mends(case: Case) -> Iterator[Mend]:
    """All mends that are worth trying on a case."""
    yield from _keyframe_mends()
    yield from _box_mends(case)
    yield from _class_mends()


def _keyframe_mends() -> Iterator[Mend]:
    yield Mend(
        'keyframes',
        'video_names',
        'the predictions name their videos differently (folder, suffix or '
        'leading zeros)',
        'write image_id and movie as the ground truth has them',
        lambda case: _rekeyed(case, lambda video, time: (video, time)),
    )
    for step in (1, -1):
        yield Mend(
            'keyframes',
            'time_off_by_one',
            f'the predictions stand one keyframe too {_when(step)}',
            f'{"subtract 1 from" if step > 0 else "add 1 to"} the number in '
            'their image_id and timestamp',
            lambda case, s=step: _rekeyed(case, lambda v, t: (v, t - s)),
        )
    for fps in _FRAME_RATES:
        yield Mend(
            'keyframes',
            'frames_for_seconds',
            f'the predictions number frames ({fps} a second) where the '
            'ground truth has seconds',
            f'divide their times by {fps}',
            lambda case, f=fps: _rekeyed(case, lambda v, t: (v, t / f)),
        )
        yield Mend(
            'keyframes',
            'seconds_for_frames',
            'the predictions have seconds where the ground truth numbers '
            f'frames ({fps} a second)',
            f'multiply their times by {fps}',
            lambda case, f=fps: _rekeyed(case, lambda v, t: (v, t * f)),
        )


def _box_mends(case: Case) -> Iterator[Mend]:
    yield Mend(
        'boxes',
        'xywh',
        'the predicted boxes are x, y, width, height',
        'write x1, y1, x2, y2 = x, y, x + width, y + height',
        lambda case: case.with_boxes(_from_xywh(case.found.boxes)),
    )
    yield Mend(
        'boxes',
        'centre_wh',
        'the predicted boxes are centre x, centre y, width, height',
        'write x1 = x - width / 2, x2 = x + width / 2 and y alike',
        lambda case: case.with_boxes(_from_centres(case.found.boxes)),
    )
    yield Mend(
        'boxes',
        'swapped_axes',
        'x and y of the predicted boxes are swapped',
        'write x1, y1, x2, y2, not y1, x1, y2, x2',
        lambda case: case.with_boxes(case.found.boxes[:, [1, 0, 3, 2]]),
    )
    true_fractions = seem_fractions(_in_order(case.truth.boxes))
    found_fractions = seem_fractions(_in_order(case.found.boxes))
    if true_fractions == found_fractions:
        name, fault = 'resolution', 'are of frames of another size than'
        remedy = 'scale them to the size that the ground truth refers to'
    elif true_fractions:
        name, fault = 'pixels', 'are in pixels, unlike'
        remedy = 'divide x by the width and y by the height of the frame'
    else:
        name, fault = 'fractions', 'are fractions of the frame, unlike'
        remedy = 'multiply x by the width and y by the height of the frame'
    yield Mend(
        'boxes',
        name,
        f'the predicted boxes {fault} those of the ground truth',
        remedy,
        _scaled,
    )


def _class_mends() -> Iterator[Mend]:
    for step, way in ((-1, 'too high'), (1, 'too low')):
        yield Mend(
            'classes',
            'class_off_by_one',
            f'the class indices of the predictions are {way} by one',
            'count classes from 0 in both files, in the order of labels',
            lambda case, s=step: case.with_scores(
                np.roll(case.found.scores, s, axis=1)
            ),
        )
    yield Mend(
        'classes',
        'label_order',
        'the predictions have the classes in another order',
        'write scores in the order of labels in the ground truth, and check '
        'that both were made with the same label file',
        _reordered,
    )


def _when(step: int) -> str:
    return 'late' if step > 0 else 'early'


def _in_order(boxes: np.ndarray) -> np.ndarray:
    """Boxes whose second corner is never before the first."""
    return np.hstack([boxes[:, :2], np.maximum(boxes[:, :2], boxes[:, 2:])])


def _from_xywh(boxes: np.ndarray) -> np.ndarray:
    return np.hstack([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]])


def _from_centres(boxes: np.ndarray) -> np.ndarray:
    half = boxes[:, 2:] / 2
    return np.hstack([boxes[:, :2] - half, boxes[:, :2] + half])


def _rekeyed(
    case: Case, mend: Callable[[str, float], tuple[str, float]]
) -> Case:
    """The case with keyframes matched by bare video name and mended time."""
    found: dict = {}
    keys = []
    for i, place in enumerate(case.found.places):
        video, time = mend(*video_and_time(place))
        key = (video, round(time, 6))
        # Two entries of one keyframe cannot both be mended.
        keys.append(key if found.setdefault(key, i) == i else (key, i))
    truth = [video_and_time(place) for place in case.truth.places]
    return replace(
        case,
        true_keys=[(video, round(time, 6)) for video, time in truth],
        found_keys=keys,
    )


def video_and_time(place: Place) -> tuple[str, float]:
    """Bare name of a video and time, of the entry or read from its id."""
    movie, time = place.movie, _number(place.timestamp)
    if not movie or time is None:
        name, digits = re.fullmatch(
            r'(.*?)(\d*)', str(place.image_id), re.DOTALL
        ).groups()
        movie = movie or name.rstrip(',_-/ :')
        time = float(digits or 0) if time is None else time
    name = PurePosixPath(movie.replace('\\', '/')).name
    return re.sub(r'\.(mp4|avi|mkv|webm|mov|flv)$', '', name, flags=re.I), time


def _number(value: object) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _scaled(case: Case) -> Case:
    """Scale boxes so that those of shared keyframes lie where persons are.

    The scale of each axis is that of the means, then of the pairs that
    overlap under it.
    """
    detections, truth = case.tables()
    shared = np.isin(detections.keyframe_idx, truth.keyframe_idx)
    shared_gt = np.isin(truth.keyframe_idx, detections.keyframe_idx)
    if not shared.any():
        return case
    mean = np.abs(detections.boxes[shared]).mean(axis=0).reshape(2, 2).sum(0)
    wanted = np.abs(truth.boxes[shared_gt]).mean(axis=0).reshape(2, 2).sum(0)
    scale = np.tile(wanted / np.maximum(mean, 1e-12), 2)
    near = replace_boxes(detections, detections.boxes * scale)
    pairs = overlapping_pairs(near, truth, 0.3)
    det, gt, _ = (np.concatenate(part) for part in zip(*pairs, strict=True))
    if len(det):
        far = detections.boxes[det, 2:]
        ratio = truth.boxes[gt, 2:] / np.where(far == 0, np.nan, far)
        better = np.tile(np.nanmedian(ratio, axis=0), 2)
        scale = np.where(np.isfinite(better) & (better > 0), better, scale)
    return case.with_boxes(case.found.boxes * scale)


def replace_boxes(detections: Detections, boxes: np.ndarray) -> Detections:
    """The same detections elsewhere."""
    return Detections(detections.keyframe_idx, boxes, detections.scores)


def _reordered(case: Case) -> Case:
    """Order the columns of scores by the names that the file has for them.

    Where it has none, as fits the persons below the boxes best.
    """
    names = case.truth.labels
    if case.found.labels and case.found.labels != names:
        columns = [case.found.labels.index(name) for name in names]
        return case.with_scores(case.found.scores[:, columns])
    detections, truth = case.tables()
    pairs = overlapping_pairs(detections, truth, 0.5)
    det, gt, _ = (np.concatenate(part) for part in zip(*pairs, strict=True))
    num_classes = detections.num_classes
    if not len(det) or num_classes < 2:
        return case
    total = np.zeros((num_classes, num_classes))
    np.add.at(total, truth.labels[gt], detections.scores[det])
    count = np.bincount(truth.labels[gt], minlength=num_classes)
    mean = total / np.maximum(count, 1)[:, None]
    # What a class scores above its own average counts, not how high it is.
    mean -= detections.scores[det].mean(axis=0)
    _, column = linear_sum_assignment(-mean)
    scores = case.found.scores.copy()
    columns = np.array(case.truth.eval_columns)
    scores[:, columns] = case.found.scores[:, columns[column]]
    return case.with_scores(scores)
