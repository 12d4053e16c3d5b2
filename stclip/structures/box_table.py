"""Tables of boxes: detections and ground truth of keyframes, persons of one.

All are checked when built, so that what takes them need not.
"""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from stclip.utils.errors import UserError


@dataclass(frozen=True)
class BoxTable:
    """Boxes of any number of keyframes.

    Args:
        keyframe_idx: (N,) int; which keyframe each box lies in. Any integers
            will do; equal ones stand for the same keyframe.
        boxes: (N, 4) xyxy.

    Raises:
        ValueError: For shapes that do not fit, NaN, infinities or boxes whose
            corners are swapped; names the row and its keyframe.
    """

    #: What a row is called in messages.
    row_name: ClassVar[str] = 'box'

    keyframe_idx: np.ndarray
    boxes: np.ndarray

    def __post_init__(self) -> None:
        keyframe_idx = np.asarray(self.keyframe_idx)
        if keyframe_idx.size and keyframe_idx.dtype.kind not in 'iu':
            raise UserError(
                f'keyframe_idx must be integers, got {keyframe_idx.dtype}'
            )
        if keyframe_idx.ndim != 1:
            raise UserError(
                f'keyframe_idx must be (N,), got {keyframe_idx.shape}'
            )
        boxes = np.asarray(self.boxes, dtype=np.float64)
        if boxes.shape != (len(keyframe_idx), 4):
            raise UserError(
                f'boxes must be ({len(keyframe_idx)}, 4), got {boxes.shape}'
            )
        self._set(keyframe_idx=keyframe_idx.astype(np.int64), boxes=boxes)
        self._require_finite('box', boxes)
        swapped = (boxes[:, 2:] < boxes[:, :2]).any(axis=1)
        if swapped.any():
            row = int(swapped.argmax())
            raise UserError(
                f'{self._row(row)} is {boxes[row].tolist()}: x2 < x1 or '
                'y2 < y1; boxes are xyxy'
            )

    def _set(self, **arrays: np.ndarray) -> None:
        for name, array in arrays.items():
            object.__setattr__(self, name, array)

    def _row(self, row: int) -> str:
        return f'{self.row_name} {row} (keyframe {self.keyframe_idx[row]})'

    def _require_finite(self, column: str, values: np.ndarray) -> None:
        finite = np.isfinite(values)
        if not finite.all():
            row = int((~finite).any(axis=1).argmax())
            raise UserError(
                f'{self._row(row)}: {column} must be finite, got '
                f'{values[row].tolist()}'
            )


@dataclass(frozen=True)
class Detections(BoxTable):
    """Detected boxes, each with a score for every class.

    The order counts: of equal scores, the earlier detection ranks first.

    Args:
        keyframe_idx: (D,) int; see :class:`BoxTable`.
        boxes: (D, 4) xyxy, in the units of the ground truth.
        scores: (D, C) finite; larger is more certain, of any range.

    Raises:
        ValueError: As :class:`BoxTable`, also for the scores.
    """

    row_name: ClassVar[str] = 'detection'

    scores: np.ndarray

    def __post_init__(self) -> None:
        super().__post_init__()
        scores = np.asarray(self.scores)
        if scores.dtype.kind != 'f':
            scores = scores.astype(np.float64)
        if scores.ndim != 2 or len(scores) != len(self.boxes):
            raise UserError(
                f'scores must be ({len(self.boxes)}, C), got {scores.shape}'
            )
        self._require_finite('scores', scores)
        self._set(scores=scores)

    @property
    def num_classes(self) -> int:
        """Number of classes, C."""
        return self.scores.shape[1]


@dataclass(frozen=True)
class GroundTruth(BoxTable):
    """Annotated boxes and their classes.

    Args:
        keyframe_idx: (G,) int; see :class:`BoxTable`.
        boxes: (G, 4) xyxy.
        labels: (G,) int class index of each box, or (G, C) multi-hot for
            boxes with any number of classes.

    Raises:
        ValueError: As :class:`BoxTable`, and for negative class indices.
    """

    row_name: ClassVar[str] = 'ground-truth box'

    labels: np.ndarray

    def __post_init__(self) -> None:
        super().__post_init__()
        labels = np.asarray(self.labels)
        count = len(self.boxes)
        if labels.ndim not in (1, 2) or len(labels) != count:
            raise UserError(
                f'labels must be ({count},) or ({count}, C), got '
                f'{labels.shape}'
            )
        if labels.ndim == 2:
            if not np.isin(labels, (0, 1)).all():
                raise UserError('multi-hot labels must be 0 or 1')
        elif labels.size and labels.dtype.kind not in 'iu':
            raise UserError(f'labels must be integers, got {labels.dtype}')
        else:
            labels = labels.astype(np.int64)
            _refuse_unknown_classes(labels, labels < 0)
        self._set(labels=labels)

    def instances(self, num_classes: int) -> tuple[np.ndarray, np.ndarray]:
        """All (box, class) instances, in the order of the boxes.

        Args:
            num_classes: C of the detections.

        Returns:
            Two (I,) int arrays: row of the box, and class index.

        Raises:
            ValueError: If the labels do not fit ``num_classes``.
        """
        if self.labels.ndim == 2:
            if self.labels.shape[1] != num_classes:
                raise UserError(
                    f'labels have {self.labels.shape[1]} classes, scores '
                    f'{num_classes}'
                )
            return np.nonzero(self.labels)
        _refuse_unknown_classes(self.labels, self.labels >= num_classes)
        return np.arange(len(self.labels)), self.labels


class _BoxesAndScores(NamedTuple):
    boxes_xyxy: np.ndarray
    scores: np.ndarray


class PersonBoxes(_BoxesAndScores):
    """Persons of one frame; unpacks to boxes and scores.

    Whether a box lies in its frame is for those to check who know the size
    (:func:`~stclip.structures.boxes.clip_boxes`).

    Args:
        boxes_xyxy: (N, 4), px of the frame, the unit of an annotation or
            fractions of the frame; kept as float32.
        scores: (N,) in [0, 1]; kept as float32.

    Raises:
        ValueError: For shapes that do not fit.
    """

    __slots__ = ()

    def __new__(
        cls, boxes_xyxy: np.ndarray, scores: np.ndarray
    ) -> 'PersonBoxes':
        """Check and convert the arrays."""
        boxes = np.asarray(boxes_xyxy, dtype=np.float32)
        scores = np.asarray(scores, dtype=np.float32)
        if scores.ndim != 1 or boxes.shape != (len(scores), 4):
            raise UserError(
                'person boxes must be (N, 4) and their scores (N,), got '
                f'{boxes.shape} and {scores.shape}'
            )
        return super().__new__(cls, boxes, scores)

    @classmethod
    def none(cls) -> 'PersonBoxes':
        """A frame without persons."""
        return cls(np.zeros((0, 4)), np.zeros(0))


def _refuse_unknown_classes(labels: np.ndarray, unknown: np.ndarray) -> None:
    if unknown.any():
        row = int(unknown.argmax())
        raise UserError(
            f'ground-truth box {row} has class index {labels[row]}, for which '
            'there are no scores'
        )
