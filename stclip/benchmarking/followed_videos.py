"""ZS-Stage's test videos with the persons found in them and their scores."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from tqdm import tqdm

from stclip.apis.inferencer import ActionInferencer
from stclip.benchmarking.rendered_truth import TrueTrack, TrueVideo
from stclip.labels.label_question import label_question
from stclip.labels.label_space import LabelSpace
from stclip.results.keyframe_actions import KeyframeActions
from stclip.tracking.smoothing import smoothed
from stclip.zs_stage.clip import FPS

#: Frames between keyframes: four keyframes in a second.
STRIDE = 2


@dataclass(frozen=True)
class TrueKeyframe:
    """Who is on a keyframe and what each does; G persons, K labels.

    Args:
        boxes_xyxy: (G, 4), px.
        does: (G, K) bool.
        ids: (G,) int.
    """

    boxes_xyxy: np.ndarray
    does: np.ndarray
    ids: np.ndarray


@dataclass(frozen=True)
class FollowedVideo:
    """A video's persons as they were found and as they are.

    Args:
        frames: What was found, by keyframe.
        truth: Likewise.
    """

    frames: Sequence[KeyframeActions]
    truth: Sequence[TrueKeyframe]

    def smoothed(self, window: float) -> 'FollowedVideo':
        """The same with scores smoothed over so many s."""
        return FollowedVideo(tuple(smoothed(self.frames, window)), self.truth)


def label_space(truth: TrueTrack) -> LabelSpace:
    """The labels asked for: poses in a group, the others independent."""
    names = [name for group in truth.labels for name in group]
    groups = [group for group in truth.labels if len(group) > 1]
    alone = [group[0] for group in truth.labels if len(group) == 1]
    return label_question(names, groups=groups, independent=alone)


def follow(
    infer: ActionInferencer, title: str, truth: TrueTrack
) -> Iterator[FollowedVideo]:
    """Find, follow and score the persons of each video."""
    labels = label_space(truth)
    for video in tqdm(truth.videos, desc=title, unit='video'):
        frames = tuple(infer.stream(video.path, labels, STRIDE, fps=FPS))
        there = [_there(video, f.frame_idx, labels.names) for f in frames]
        yield FollowedVideo(frames, there)


def _there(
    video: TrueVideo, frame_idx: int, names: Sequence[str]
) -> TrueKeyframe:
    persons = video.persons[frame_idx]
    does = [
        [name in video.labels[idx] for name in names] for idx in persons.ids
    ]
    table = np.array(does, bool).reshape(-1, len(names))
    return TrueKeyframe(persons.boxes_xyxy, table, persons.ids)


def spliced(videos: Sequence[FollowedVideo]) -> list[FollowedVideo]:
    """First half of each video, then the second half of another.

    Persons are numbered alike in both, so that each does something else from
    the middle on: the case that smoothing blurs.
    """
    others = np.roll(np.arange(len(videos)), len(videos) // 2)
    pairs = [(videos[a], videos[b]) for a, b in enumerate(others)]
    return [
        FollowedVideo(
            (*a.frames[: len(a.frames) // 2], *b.frames[len(a.frames) // 2 :]),
            (*a.truth[: len(a.truth) // 2], *b.truth[len(a.truth) // 2 :]),
        )
        for a, b in pairs
    ]
