"""Symmetric cross-entropy between the videos and the classes of a batch."""

import torch
from torch import Tensor


def symmetric_cross_entropy(scores: Tensor, targets: Tensor) -> Tensor:
    """Mean of both directions, Eqs. (11)-(13) of DA-STI, arXiv:2510.27255.

    Videos of one class are each other's positives: each direction averages
    the log-probabilities of all positives.

    Args:
        scores: (B, U) scaled cosines of B videos and the U classes that
            occur among them; each belongs to its pair of video and class.
        targets: (B,) int64, class of each video.

    Returns:
        () loss.
    """
    # (B, B): row i is video i, column j the class of video j.
    pairs = scores[:, targets]
    same = targets[:, None] == targets
    over_videos = _mean_positive(pairs.log_softmax(dim=0), same, dim=0)
    over_classes = _mean_positive(pairs.log_softmax(dim=1), same, dim=1)
    return -(over_videos.mean() + over_classes.mean()) / 2


def _mean_positive(log_probs: Tensor, same: Tensor, dim: int) -> Tensor:
    """(B, B) -> (B,): mean over the positives K(i) along ``dim``."""
    positives = torch.where(same, log_probs, log_probs.new_zeros(()))
    return positives.sum(dim=dim) / same.sum(dim=dim)
