"""How well segments agree with what people do, at several settings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from stclip.benchmarking.accuracy.intervals import (
    Interval,
    drawn_videos,
    interval,
)
from stclip.benchmarking.followed_videos import FollowedVideo
from stclip.structures.tubes import Tube, tube_iou
from stclip.tracking.following import SHOWN_PROB
from stclip.tracking.segments import END_RATIO, GAP_SEC, find_segments
from stclip.tracking.smoothing import SMOOTH_SEC

#: Least :func:`~stclip.structures.tubes.tube_iou` of a right segment.
IOU = 0.5


@dataclass(frozen=True)
class Setting:
    """How segments are found; s, see ``tracking/segments.py``."""

    start: float = SHOWN_PROB
    ratio: float = END_RATIO
    gap: float = GAP_SEC
    smooth: float = SMOOTH_SEC


DEFAULT = Setting()
#: One value differs from the default in each.
SETTINGS = (
    DEFAULT,
    *(Setting(start=value) for value in (0.2, 0.3, 0.4, 0.6, 0.7, 0.8)),
    *(Setting(ratio=value) for value in (0.4, 0.55, 0.85, 1.0)),
    *(Setting(gap=value) for value in (0.0, 0.5, 2.0)),
    *(Setting(smooth=value) for value in (0.0, 0.5, 2.0)),
)


@dataclass(frozen=True)
class SegmentMeasures:
    """Of some videos together, in [0, 1].

    Args:
        precision: Segments that are right.
        recall: What people do that was found.
        f1: Of both.
        gain: How much higher ``f1`` is than with :data:`DEFAULT`, its
            interval over videos.
    """

    precision: float
    recall: float
    f1: float
    gain: Interval


def segment_measures(
    videos: Sequence[FollowedVideo],
    names: Sequence[str],
    scored: Sequence[str],
) -> Iterator[tuple[Setting, SegmentMeasures]]:
    """Find segments in each setting and compare them with the truth.

    Args:
        videos: Followed persons, not smoothed.
        names: Of the K labels.
        scored: Those of them that count.
    """
    truths = [true_tubes(video, names, scored) for video in videos]
    draws = drawn_videos(len(videos))
    everything = np.arange(len(videos))[None]
    plain = None
    for setting in SETTINGS:
        counts = np.array(
            [
                _counts(found_tubes(video, names, scored, setting), truth)
                for video, truth in zip(videos, truths, strict=True)
            ]
        )
        f1 = _f1(counts[draws].sum(1))
        right, found, there = counts.sum(0)
        here = _f1(counts[everything].sum(1))[0]
        if plain is None:
            plain = here, f1
        gain = interval(here - plain[0], f1 - plain[1])
        yield (
            setting,
            SegmentMeasures(
                right / max(found, 1), right / max(there, 1), here, gain
            ),
        )


def true_tubes(
    video: FollowedVideo, names: Sequence[str], scored: Sequence[str]
) -> list[Tube]:
    """A tube for each time that a person does something, on keyframes.

    A person who is out of sight in between still does the same; one who does
    something else in between does it twice.
    """
    seen: dict[int, list[tuple[int, np.ndarray, np.ndarray]]] = {}
    for number, keyframe in enumerate(video.truth):
        for idx, box, does in zip(
            keyframe.ids, keyframe.boxes_xyxy, keyframe.does, strict=True
        ):
            seen.setdefault(int(idx), []).append((number, box, does))
    tubes = []
    for moments in seen.values():
        numbers, boxes, does = map(np.array, zip(*moments, strict=True))
        for name in scored:
            done = does[:, names.index(name)]
            changes = np.flatnonzero(np.diff(done)) + 1
            for run in np.split(np.arange(len(done)), changes):
                if done[run[0]]:
                    tubes.append(Tube(numbers[run], boxes[run], action=name))
    return tubes


def found_tubes(
    video: FollowedVideo,
    names: Sequence[str],
    scored: Sequence[str],
    setting: Setting,
) -> list[Tube]:
    """The boxes of each segment, on keyframes."""
    frames = video.smoothed(setting.smooth).frames
    segments = find_segments(
        frames,
        names,
        setting.start,
        setting.start * setting.ratio,
        setting.gap,
    )
    numbers = {frame.frame_idx: k for k, frame in enumerate(frames)}
    at = np.repeat(np.arange(len(frames)), [len(frame) for frame in frames])
    ids = np.concatenate([frame.track_ids for frame in frames])
    boxes = np.concatenate([frame.boxes_xyxy for frame in frames])
    tubes = []
    for segment in segments:
        if segment.label in scored:
            first = numbers[segment.first_frame]
            last = numbers[segment.last_frame]
            theirs = (ids == segment.track_id) & (first <= at) & (at <= last)
            tubes.append(
                Tube(at[theirs], boxes[theirs], segment.score, segment.label)
            )
    return tubes


def _counts(found: list[Tube], truth: list[Tube]) -> tuple[int, int, int]:
    """Right ones, those found, those there; each true one is found once."""
    left, right = list(truth), 0
    for tube in sorted(found, key=lambda each: -each.score):
        same = [each for each in left if each.action == tube.action]
        best = max(same, key=lambda each: tube_iou(tube, each), default=None)
        if best is not None and tube_iou(tube, best) >= IOU:
            left = [each for each in left if each is not best]
            right += 1
    return right, len(found), len(truth)


def _f1(counts: np.ndarray) -> np.ndarray:
    """(N,) of (N, 3) right ones, those found, those there."""
    right, found, there = counts.T
    return 2 * right / np.maximum(found + there, 1)
