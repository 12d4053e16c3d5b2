"""Soft voting: one class distribution for all persons of a video."""

import numpy as np

from stclip.utils.errors import UserError


def soft_vote(action_probs: np.ndarray, video_idx: np.ndarray) -> np.ndarray:
    """Give every box the mean class probabilities of its video.

    For videos that show one action only. The mean runs over all boxes of all
    keyframes of the video, each with the same weight, and is taken before the
    probabilities are multiplied with the box scores.

    Source: ST-CLIP, arXiv:2408.15996, "soft voting". Differs: nothing; that
    the mean is unweighted and comes before the box score is our reading.

    Args:
        action_probs: (D, C) class probabilities of each box.
        video_idx: (D,) int or str; which video each box belongs to.

    Returns:
        (D, C) float64; (0, C) for no boxes.

    Raises:
        ValueError: If the lengths differ.
    """
    action_probs = np.asarray(action_probs)
    if action_probs.ndim != 2 or len(action_probs) != len(video_idx):
        raise UserError(
            f'action_probs must be ({len(video_idx)}, C), got '
            f'{action_probs.shape}'
        )
    if not len(action_probs):
        return action_probs.astype(np.float64)
    _, video_idx, count = np.unique(
        video_idx, return_inverse=True, return_counts=True
    )
    by_video = np.argsort(video_idx, kind='stable')
    sums = np.add.reduceat(
        action_probs[by_video],
        np.cumsum(count) - count,
        axis=0,
        dtype=np.float64,
    )
    return (sums / count[:, None])[video_idx]
