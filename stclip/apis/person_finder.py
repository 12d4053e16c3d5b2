"""Persons of keyframe after keyframe: detected, chosen and followed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from stclip.labels.label_space import LabelSpace
from stclip.results.keyframe_actions import (
    KeyframeActions,
    without_background,
)
from stclip.structures.box_table import PersonBoxes
from stclip.structures.boxes import box_area, clip_boxes
from stclip.tracking.person_tracker import PersonTracker
from stclip.utils.errors import UserError

#: Loaded keyframes in, the persons of each out.
Detect = Callable[[Sequence[Mapping[str, Any]]], Sequence[PersonBoxes]]


@dataclass(frozen=True)
class FoundPersons:
    """Persons of one frame, best first.

    Args:
        boxes_xyxy: (N, 4) float32, px, within the frame.
        box_scores: (N,) float32 in [0, 1].
        time_sec: Of the frame; ``None`` if unknown.
        track_ids: (N,) int64, from 1 on; ``None`` if nobody is followed.
    """

    boxes_xyxy: np.ndarray
    box_scores: np.ndarray
    time_sec: float | None
    track_ids: np.ndarray | None

    def with_actions(self, result: Any, labels: LabelSpace) -> KeyframeActions:
        """The keyframe, once a model has told what they do.

        Args:
            result: Data sample with the probabilities.
            labels: What these stand for.
        """
        persons = result.pred_instances
        probs = persons.action_probs.float().cpu().numpy()
        probs, none_probs = without_background(probs, labels)
        return KeyframeActions(
            frame_idx=result.frame_idx,
            boxes_xyxy=persons.bboxes.float().cpu().numpy(),
            box_scores=persons.box_scores.float().cpu().numpy(),
            action_probs=probs,
            time_sec=self.time_sec,
            track_ids=self.track_ids,
            none_probs=none_probs,
        )


class PersonFinder:
    """The persons of one video, whose keyframes come in order.

    Args:
        detect: Finds the persons of some keyframes.
        box_threshold: Persons with a lower score are left out.
        max_persons: Most persons of a keyframe, the best ones.
        tracker: Of this video alone; ``None`` to follow nobody.
        detect_every: Every how many keyframes there are detections; between
            these the tracker tells where the persons are by now.
    """

    def __init__(
        self,
        detect: Detect,
        box_threshold: float,
        max_persons: int,
        tracker: PersonTracker | None = None,
        detect_every: int = 1,
    ) -> None:
        self.detect = detect
        self.box_threshold = box_threshold
        self.max_persons = max_persons
        self.tracker = tracker
        self.detect_every = detect_every
        self._count = 0

    def __call__(
        self,
        keyframes: Sequence[Mapping[str, Any]],
        times_sec: Sequence[float | None],
    ) -> list[FoundPersons]:
        """Find the persons of the next keyframes.

        Args:
            keyframes: Loaded, with ``image`` (H, W, 3) uint8 RGB each.
            times_sec: Since the first frame; ``None`` if unknown.
        """
        looked = [
            keyframe
            for number, keyframe in enumerate(keyframes, self._count)
            if self._is_looked_at(number)
        ]
        detected = iter(self.detect(looked) if looked else ())
        persons = []
        for keyframe, time_sec in zip(keyframes, times_sec, strict=True):
            frame_hw = keyframe['image'].shape[:2]
            if self._is_looked_at(self._count):
                chosen = self._chosen(next(detected), frame_hw)
                persons.append(self._followed(chosen, time_sec))
            else:
                persons.append(self._predicted(frame_hw, time_sec))
            self._count += 1
        return persons

    def replay(self, frames: Iterable[KeyframeActions]) -> None:
        """Go on after keyframes that were found before, from the first on.

        Who comes next then has the id that an undisturbed run gives.
        """
        for frame in frames:
            if self.tracker and self._is_looked_at(self._count):
                boxes = PersonBoxes(frame.boxes_xyxy, frame.box_scores)
                self.tracker.update(boxes, frame.time_sec)
            elif self.tracker:
                self.tracker.predict(frame.time_sec)
            self._count += 1

    def _is_looked_at(self, number: int) -> bool:
        return number % self.detect_every == 0

    def _followed(
        self, persons: PersonBoxes, time_sec: float | None
    ) -> FoundPersons:
        ids = self.tracker and self.tracker.update(persons, time_sec)
        return FoundPersons(*persons, time_sec, ids)

    def _predicted(
        self, frame_hw: tuple[int, int], time_sec: float | None
    ) -> FoundPersons:
        persons, ids = self.tracker.predict(time_sec)
        # A prediction may leave the frame, or turn a side over.
        boxes = np.clip(persons.boxes_xyxy, 0, (*frame_hw[::-1],) * 2)
        inside = box_area(boxes) > 0
        return FoundPersons(
            boxes[inside].astype(np.float32),
            persons.scores[inside],
            time_sec,
            ids[inside],
        )

    def _chosen(
        self, persons: PersonBoxes, frame_hw: tuple[int, int]
    ) -> PersonBoxes:
        """The boxes that are classified, best first, clipped to the frame."""
        scores = np.asarray(persons.scores, dtype=np.float32)
        boxes = np.asarray(persons.boxes_xyxy, np.float32).reshape(-1, 4)
        boxes = clip_boxes(boxes, frame_hw, empty_ok=True)
        order = np.argsort(-scores, kind='stable')[: self.max_persons]
        order = order[scores[order] >= self.box_threshold]
        return PersonBoxes(boxes[order], scores[order])


def require_followed(track: bool, detect_every: int) -> None:
    """Refuse to look seldom for persons whom nobody follows.

    Raises:
        UserError: Then, or if ``detect_every`` is not positive.
    """
    if detect_every < 1:
        raise UserError(f'detect_every must be positive, got {detect_every}')
    if detect_every > 1 and not track:
        raise UserError(
            f'detect_every {detect_every} needs persons who are followed '
            'between detections: leave out --no-track (track=False)'
        )
