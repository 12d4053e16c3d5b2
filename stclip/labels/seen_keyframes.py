"""Training keyframes of the seen actions of a split."""

from collections.abc import Collection

from stclip.structures.keyframe import Keyframe


def videos_with(keyframes: list[Keyframe], columns: list[int]) -> set[str]:
    """Names of the videos in which any of some actions occurs."""
    return {k.video for k in keyframes if k.labels[:, columns].any()}


def select_seen(
    keyframes: list[Keyframe],
    seen: list[int],
    tested: list[int],
    videos: Collection[str] = (),
) -> list[Keyframe]:
    """Choose the keyframes to train on.

    Their videos show no unseen action; everybody in them does something seen
    and nothing else.

    Args:
        keyframes: All keyframes of the training videos.
        seen: Label columns of the seen actions.
        tested: Label columns of the tested actions; those that are not seen
            are unseen.
        videos: The only ones to take; empty for all.
    """
    unseen = sorted(set(tested) - set(seen))
    forbidden = videos_with(keyframes, unseen)
    return [
        keyframe
        for keyframe in keyframes
        if keyframe.video not in forbidden
        and (not videos or keyframe.video in videos)
        and len(keyframe.labels)
        and keyframe.labels[:, seen].any(axis=1).all()
        and keyframe.labels.sum() == keyframe.labels[:, seen].sum()
    ]
