"""What is found on one keyframe of a video, in memory and as plain values."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np


@dataclass(frozen=True)
class KeyframeActions:
    """Persons of one frame and what they do; N persons, K labels.

    Args:
        frame_idx: 0-based.
        boxes_xyxy: (N, 4) float32, px of the frame.
        box_scores: (N,) float32 in [0, 1], of the person detector.
        action_probs: (N, K) float32 in [0, 1], given that the box is right.
        time_sec: Since the first frame of the video; None if unknown.
    """

    frame_idx: int
    boxes_xyxy: np.ndarray
    box_scores: np.ndarray
    action_probs: np.ndarray
    time_sec: float | None = None

    @property
    def scores(self) -> np.ndarray:
        """(N, K) detection scores: box score times action probability."""
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
        """
        persons = value['persons']
        probs = [[p['actions'][name] for name in names] for p in persons]
        boxes = [person['bbox'] for person in persons]
        return cls(
            frame_idx=value['frame_idx'],
            boxes_xyxy=np.array(boxes, np.float32).reshape(-1, 4),
            box_scores=np.array([p['box_score'] for p in persons], np.float32),
            action_probs=np.array(probs, np.float32).reshape(-1, len(names)),
            time_sec=value['time_sec'],
        )


class Keyframes(Protocol):
    """Keyframes of a video, ascending, in memory or in a file."""

    def __len__(self) -> int:
        """How many there are."""

    def __iter__(self) -> Iterator[KeyframeActions]:
        """Give them in turn, from the first one on each time."""
