"""Persons followed along a video, and what each does from when to when."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from stclip.results.keyframe_actions import KeyframeActions


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
        """Soft voting, that is the mean over the keyframes, (K,)."""
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

    def to_json(self) -> dict[str, Any]:
        """Plain values, described in docs/how_to/annotate_a_video.md."""
        times = (self.start_sec, self.end_sec)
        start, end = (t if t is None else round(t, 4) for t in times)
        return dict(
            track_id=self.track_id,
            label=self.label,
            first_frame=self.first_frame,
            last_frame=self.last_frame,
            start_sec=start,
            end_sec=end,
            score=round(self.score, 5),
        )


def tracks_of(frames: Iterable[KeyframeActions]) -> tuple[PersonTrack, ...]:
    """Gather each person's keyframes.

    Args:
        frames: In order; persons without an id are passed over.

    Returns:
        By id. Times are None for a person who was seen on any keyframe whose
        time is unknown.
    """
    seen: dict[int, list[tuple[KeyframeActions, int]]] = {}
    for frame in frames:
        if frame.track_ids is not None:
            for row, track_id in enumerate(frame.track_ids.tolist()):
                seen.setdefault(track_id, []).append((frame, row))
    return tuple(
        _track(track_id, sightings)
        for track_id, sightings in sorted(seen.items())
    )


def _track(
    track_id: int, sightings: list[tuple[KeyframeActions, int]]
) -> PersonTrack:
    times = [frame.time_sec for frame, _ in sightings]
    return PersonTrack(
        track_id=track_id,
        frame_idx=np.array([frame.frame_idx for frame, _ in sightings]),
        boxes_xyxy=np.stack([f.boxes_xyxy[row] for f, row in sightings]),
        box_scores=np.stack([f.box_scores[row] for f, row in sightings]),
        action_probs=np.stack([f.action_probs[row] for f, row in sightings]),
        times_sec=None if None in times else np.array(times, np.float64),
    )
