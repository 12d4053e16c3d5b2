"""The training videos of ZS-AVA, some of them drawn at random."""

import random
from dataclasses import replace

from stclip.labels.label_space import LabelSpace
from stclip.labels.label_split import LabelSplit
from stclip.labels.seen_keyframes import select_seen
from stclip.structures.keyframe import Keyframe


def training_keyframes(
    split: LabelSplit, labels: LabelSpace, keyframes: list[Keyframe]
) -> list[Keyframe]:
    """Those that a label split leaves to train on.

    Args:
        split: Label split.
        labels: All actions.
        keyframes: All of the official training videos.
    """
    seen = [labels.index(name) for name in split.train]
    tested = [labels.index(name) for name in split.test]
    return select_seen(keyframes, seen, tested, set(split.train_videos))


def draw_train_videos(
    split: LabelSplit,
    labels: LabelSpace,
    keyframes: list[Keyframe],
    num_videos: int,
    seed: int,
) -> LabelSplit:
    """Choose videos to train on at random (paper, section 4).

    Args:
        split: Label split.
        labels: All actions.
        keyframes: All of the official training videos.
        num_videos: How many videos to draw; all if there are no more.
        seed: Of the drawing.

    Returns:
        The split with its ``train_videos``, sorted.
    """
    usable = {k.video for k in training_keyframes(split, labels, keyframes)}
    drawn = random.Random(seed).sample(
        sorted(usable), min(num_videos, len(usable))
    )
    return replace(split, train_videos=tuple(sorted(drawn)))
