"""A result with two persons who are followed, by plain loops."""

from pathlib import Path

import numpy as np
import pytest

from stclip.labels.label_space import LabelSpace
from stclip.results.keyframe_actions import KeyframeActions
from stclip.results.tracks import ActionSegment
from stclip.results.video_actions import VideoActions

LABELS = LabelSpace(('walk', 'stand "up" & go', 'wave'), (True, True, False))
STRIDE, NUM_FRAMES, FPS = 4, 43, 10.0
HEIGHT, WIDTH = 120, 160


def box_of(track_id: int, frame_idx: int) -> tuple[float, ...] | None:
    """Person 1 turns round at frame 20; person 2 is away at 16 and 20."""
    if track_id == 1:
        left = 10 + 2 * min(frame_idx, 40 - frame_idx)
        return (left, 20, left + 30, 80)
    if frame_idx in (16, 20):
        return None
    return (100, 30 + frame_idx / 2, 130, 90 + frame_idx / 2)


def probs_of(track_id: int, frame_idx: int) -> tuple[float, ...]:
    """Walk, stand, wave and none: person 1 stands from frame 12 to 24."""
    if track_id == 2:
        return (0.25, 0.125, 0.75 if frame_idx < 8 else 0.25, 0.625)
    if 12 <= frame_idx <= 24:
        return (0.25, 0.625, 0.25, 0.125)
    return (0.75, 0.125, 0.25, 0.125)


def keyframe(frame_idx: int, tracked: bool = True) -> KeyframeActions:
    boxes = {i: box_of(i, frame_idx) for i in (2, 1)}
    boxes = {i: box for i, box in boxes.items() if box}
    probs = np.array([probs_of(i, frame_idx) for i in boxes], np.float32)
    return KeyframeActions(
        frame_idx=frame_idx,
        boxes_xyxy=np.array(list(boxes.values()), np.float32),
        box_scores=np.full(len(boxes), 0.5, np.float32),
        action_probs=probs[:, :3],
        time_sec=frame_idx / FPS,
        track_ids=np.array(list(boxes), np.int64) if tracked else None,
        none_probs=probs[:, 3],
    )


def make_result(path: Path, tracked: bool = True) -> VideoActions:
    return VideoActions(
        video=path,
        labels=LABELS,
        frames=tuple(
            keyframe(i, tracked) for i in range(0, NUM_FRAMES, STRIDE)
        ),
        num_frames=NUM_FRAMES,
        frame_hw=(HEIGHT, WIDTH),
        fps=FPS,
        segments=(
            ActionSegment(1, 'walk', 0, 8, 0.0, 0.8, 0.75),
            ActionSegment(2, 'wave', 0, 4, None, None, 0.75),
        )
        if tracked
        else (),
    )


@pytest.fixture
def followed(tmp_path):
    """Two persons on eleven keyframes of a video that nobody has to read."""
    return make_result(tmp_path / 'v, 1.mp4')


@pytest.fixture
def not_followed(tmp_path):
    """The same without ids."""
    return make_result(tmp_path / 'v, 1.mp4', tracked=False)
