"""Persons followed along a video, and what each does from when to when."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class PersonTrack:
    """One person on the T keyframes where it was seen; K labels.

    Args:
        track_id: Of the person, >= 1 and the same along the video.
        frame_idx: (T,) int64, ascending.
        boxes_xyxy: (T, 4) float32, px of the frame.
        box_scores: (T,) float32 in [0, 1].
        action_probs: (T, K) float32 in [0, 1].
        times_sec: (T,) float64 since the first frame; None if unknown.
    """

    track_id: int
    frame_idx: np.ndarray
    boxes_xyxy: np.ndarray
    box_scores: np.ndarray
    action_probs: np.ndarray
    times_sec: np.ndarray | None

    def __len__(self) -> int:
        return len(self.frame_idx)

    @property
    def voted_probs(self) -> np.ndarray:
        """(K,) mean over the keyframes: soft voting."""
        return self.action_probs.mean(axis=0)


@dataclass(frozen=True)
class ActionSegment:
    """A person does something, from one keyframe to another.

    Args:
        track_id: Who.
        label: What: a name of the label space.
        first_frame: Number of the first keyframe of it, 0-based.
        last_frame: Of the last one; the same for a single keyframe.
        start_sec: Time of the first keyframe; None if unknown.
        end_sec: Time of the last one; None if unknown.
        score: Mean probability in between, in [0, 1].
    """

    track_id: int
    label: str
    first_frame: int
    last_frame: int
    start_sec: float | None
    end_sec: float | None
    score: float
