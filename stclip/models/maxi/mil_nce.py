"""Videos against bags of sentences, of which some fit."""

from torch import Tensor


def mil_nce(scores: Tensor, classes: Tensor) -> Tensor:
    """Multiple-instance contrast of videos and text bags.

    Source: MAXI, arXiv:2303.08914, Eq. (3), and its released code. Each bag
    of the class of a video is asked to hold the whole mass by itself, so the
    loss has no zero where a class repeats.

    Args:
        scores: (B, B, M) scaled cosines of video i and sentence m of bag j.
        classes: (B,) int64, of the videos and their bags.

    Returns:
        () mean over the pairs of one class.
    """
    same = classes[:, None] == classes
    return -log_mass(scores)[same].mean()


def log_mass(scores: Tensor) -> Tensor:
    """Logarithm of what a video's softmax gives each bag.

    Args:
        scores: (B, B, M).

    Returns:
        (B, B); the exponentials of a row add up to 1.
    """
    return scores.logsumexp(dim=2).log_softmax(dim=1)
