"""Ground truth and predictions as they are, or as a mend makes them.

Alphabet: G annotated boxes, K entries of predictions, D predicted boxes,
C classes.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from stclip.evaluation.loose_file import Annotated, Predicted
from stclip.evaluation.mends.naming import Naming, namings
from stclip.structures.box_table import Detections, GroundTruth

# Times are equal up to a microsecond.
_DECIMALS = 6


@dataclass(frozen=True)
class Case:
    """What is compared, and what says that keyframes are the same.

    Args:
        truth: As read.
        found: As read, with scores in the order of ``truth.labels``.
        true_at: G entries.
        found_at: K entries.
        bare: Whether keyframes go by the bare name of their video and their
            time; else by their id, as in a test.
    """

    truth: Annotated
    found: Predicted
    true_at: Naming
    found_at: Naming
    bare: bool = False

    @classmethod
    def of(cls, truth: Annotated, found: Predicted) -> 'Case':
        """The case as a test takes it."""
        return cls(truth, found, *namings(truth.places, found.places))

    def videos(self) -> tuple[np.ndarray, np.ndarray]:
        """(G,) and (K,) int: what names the video of an entry."""
        if self.bare:
            return self.true_at.video, self.found_at.video
        return self.true_at.code, self.found_at.code

    def times(self) -> tuple[np.ndarray, np.ndarray]:
        """(G,) and (K,): what names the moment within it."""
        if self.bare:
            return self.true_at.time, self.found_at.time
        return self.true_at.number, self.found_at.number

    def keys(self) -> tuple[np.ndarray, np.ndarray]:
        """(G,) and (K,) complex keys, equal for what is one keyframe.

        Of different ids that fall together only the first is taken for the
        keyframe: a test would refuse the others.
        """
        true, found = (
            video + 1j * np.round(time, _DECIMALS)
            for video, time in zip(self.videos(), self.times(), strict=True)
        )
        if self.bare and len(found):
            ids = self.found_at.code + 1j * self.found_at.number
            _, first, key_of = np.unique(
                found, return_index=True, return_inverse=True
            )
            others = np.flatnonzero(ids[first][key_of] != ids)
            found[others] = -1 - others
        return true, found

    def tables(self) -> tuple[Detections, GroundTruth]:
        """Detections and ground truth of the classes to average over.

        Boxes whose corners are swapped become empty: they overlap nothing.
        """
        _, index = np.unique(np.concatenate(self.keys()), return_inverse=True)
        true_idx, found_idx = np.split(index, [len(self.truth.boxes)])
        columns = self.truth.eval_columns
        column_of = np.zeros(len(self.truth.labels), int)
        column_of[columns] = np.arange(len(columns))
        wanted = self.counted()
        scores = self.found.scores
        if len(columns) < scores.shape[1] or columns != sorted(columns):
            scores = scores[:, columns]
        return Detections(
            found_idx[self.found.entry], in_order(self.found.boxes), scores
        ), GroundTruth(
            true_idx[wanted],
            in_order(self.truth.boxes[wanted]),
            column_of[self.truth.classes[wanted]],
        )

    def outside_labels(self) -> np.ndarray:
        """(G,) bool: whose class index is none of ``labels``."""
        classes = self.truth.classes
        return (classes < 0) | (classes >= len(self.truth.labels))

    def counted(self) -> np.ndarray:
        """(G,) bool: whose class is averaged over."""
        return np.isin(self.truth.classes, self.truth.eval_columns)

    def share(self) -> float:
        """Fraction of the annotated keyframes that have an entry."""
        true, found = self.keys()
        return float(np.isin(np.unique(true), found).mean())

    def with_times(self, times: np.ndarray) -> 'Case':
        """The same with other times of the predictions."""
        key = 'time' if self.bare else 'number'
        return replace(self, found_at=replace(self.found_at, **{key: times}))

    def with_boxes(self, boxes: np.ndarray) -> 'Case':
        """The same with other predicted boxes."""
        return replace(self, found=replace(self.found, boxes=boxes))

    def with_scores(self, scores: np.ndarray) -> 'Case':
        """The same with other scores."""
        return replace(self, found=replace(self.found, scores=scores))

    def with_classes(self, classes: np.ndarray) -> 'Case':
        """The same with other class indices of the ground truth."""
        return replace(self, truth=replace(self.truth, classes=classes))

    def annotated_only(self) -> 'Case':
        """The same without predictions in keyframes of no ground truth."""
        true, found = self.keys()
        return self.of_entries(np.isin(found, true))

    def predicted_only(self) -> 'Case':
        """The same without ground truth in keyframes of no predictions."""
        true, found = self.keys()
        return self.of_annotated(np.isin(true, found))

    def of_annotated(self, rows: np.ndarray) -> 'Case':
        """Some of the annotated boxes; by (G,) bool."""
        where = np.flatnonzero(rows)
        truth = replace(
            self.truth,
            places=[self.truth.places[i] for i in where],
            boxes=self.truth.boxes[where],
            classes=self.truth.classes[where],
        )
        return replace(self, truth=truth, true_at=self.true_at.rows(where))

    def of_entries(self, rows: np.ndarray) -> 'Case':
        """Some of the entries of predictions; by (K,) bool."""
        where = np.flatnonzero(rows)
        boxes = np.flatnonzero(rows[self.found.entry])
        found = replace(
            self.found,
            places=[self.found.places[i] for i in where],
            entry=(np.cumsum(rows) - 1)[self.found.entry[boxes]],
            boxes=self.found.boxes[boxes],
            scores=self.found.scores[boxes],
        )
        return replace(self, found=found, found_at=self.found_at.rows(where))


@dataclass(frozen=True)
class Mend:
    """A fault, in words, and what undoes it.

    Args:
        kind: ``'keyframes'``, ``'boxes'``, ``'classes'`` or ``'coverage'``.
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


def mended(case: Case, *mends: Mend) -> Case:
    """A case after some mends, in their order."""
    for mend in mends:
        case = mend.apply(case)
    return case


def in_order(boxes: np.ndarray) -> np.ndarray:
    """Boxes whose second corner is never before the first."""
    return np.hstack([boxes[:, :2], np.maximum(boxes[:, :2], boxes[:, 2:])])
