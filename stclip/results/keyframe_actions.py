"""What is found on one keyframe of a video, in memory and as plain values."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from stclip.labels.label_space import LabelSpace
from stclip.utils.values import as_seconds, as_whole


@dataclass(frozen=True)
class KeyframeActions:
    """Persons of one frame and what they do; N persons, K labels.

    Args:
        frame_idx: 0-based.
        boxes_xyxy: (N, 4) float32, px of the frame.
        box_scores: (N,) float32 in [0, 1], of the person detector.
        action_probs: (N, K) float32 in [0, 1], given that the box is right.
        time_sec: Since the first frame of the video; None if unknown.
        track_ids: (N,) int64, who is who along the video, from 1 on; None if
            nobody was followed.
        none_probs: (N,) float32 in [0, 1], that a person does none of the
            labels; None where nothing stood against them.
    """

    frame_idx: int
    boxes_xyxy: np.ndarray
    box_scores: np.ndarray
    action_probs: np.ndarray
    time_sec: float | None = None
    track_ids: np.ndarray | None = None
    none_probs: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.boxes_xyxy)

    def __repr__(self) -> str:
        when = '' if self.time_sec is None else f', {self.time_sec:.2f} s'
        return (
            f'KeyframeActions(frame {self.frame_idx}{when}, persons: '
            f'{len(self)}, labels: {self.action_probs.shape[1]})'
        )

    @property
    def scores(self) -> np.ndarray:
        """Box scores times action probabilities, (N, K)."""
        return self.box_scores[:, None] * self.action_probs

    def to_json(self, names: Sequence[str]) -> dict[str, Any]:
        """Plain values, described in docs/how_to/annotate_a_video.md.

        Args:
            names: Of the K labels.
        """
        time_sec = self.time_sec
        if time_sec is not None:
            time_sec = round(time_sec, 4)
        persons = [
            dict(
                bbox=[round(float(value), 2) for value in box],
                box_score=round(float(score), 5),
                actions={
                    name: round(float(prob), 5)
                    for name, prob in zip(names, probs, strict=True)
                },
            )
            for box, score, probs in zip(
                self.boxes_xyxy,
                self.box_scores,
                self.action_probs,
                strict=True,
            )
        ]
        if self.track_ids is not None:
            for person, track_id in zip(persons, self.track_ids, strict=True):
                person['track_id'] = int(track_id)
        if self.none_probs is not None:
            for person, prob in zip(persons, self.none_probs, strict=True):
                person['none'] = round(float(prob), 5)
        return dict(
            frame_idx=self.frame_idx, time_sec=time_sec, persons=persons
        )

    @classmethod
    def from_json(
        cls, value: Mapping[str, Any], names: Sequence[str]
    ) -> 'KeyframeActions':
        """The keyframe of :meth:`to_json`, as exact as that is.

        Args:
            value: Plain values.
            names: Of the K labels.

        Raises:
            KeyError: If one is missing.
            UserError: If the frame or its time is no number.
        """
        persons = value['persons']
        probs = [[p['actions'][name] for name in names] for p in persons]
        boxes = [person['bbox'] for person in persons]
        return cls(
            frame_idx=as_whole(value['frame_idx'], 'frame_idx', 0),
            boxes_xyxy=np.array(boxes, np.float32).reshape(-1, 4),
            box_scores=np.array([p['box_score'] for p in persons], np.float32),
            action_probs=np.array(probs, np.float32).reshape(-1, len(names)),
            time_sec=as_seconds(value['time_sec'], 'time_sec'),
            track_ids=_column(persons, 'track_id', np.int64),
            none_probs=_column(persons, 'none', np.float32),
        )


def _column(
    persons: Sequence[Mapping[str, Any]], key: str, dtype: type
) -> np.ndarray | None:
    """Values that all persons of a keyframe have, or none of them."""
    if not any(key in person for person in persons):
        return None
    return np.array([person[key] for person in persons], dtype)


def without_background(
    probs: np.ndarray, labels: LabelSpace
) -> tuple[np.ndarray, np.ndarray | None]:
    """Split the background, which is no answer, off probabilities.

    Args:
        probs: (N, C) in [0, 1].
        labels: The C labels, K of which are answers.

    Returns:
        (N, K) of the answers, and (N,) that a person does none of them;
        ``None`` where nothing stands against them.
    """
    behind = np.array(labels.background)
    none = probs[:, behind].sum(axis=1) if behind.any() else None
    return probs[:, ~behind], none


class Keyframes(Protocol):
    """Keyframes of a video, ascending, in memory or in a file."""

    def __len__(self) -> int:
        """How many there are."""

    def __iter__(self) -> Iterator[KeyframeActions]:
        """Give them in turn, from the first one on each time."""
