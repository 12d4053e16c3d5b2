"""Average precision of resampled videos, many samples at once.

Alphabet: D detections, G ground-truth instances of one class, V videos, S
samples.
"""

import numpy as np

# Numbers of a block of samples; bounds the memory.
_BLOCK = 20_000_000


def resampled_average_precision(
    scores: np.ndarray,
    is_hit: np.ndarray,
    videos: np.ndarray,
    num_gt: np.ndarray,
    counts: np.ndarray,
) -> np.ndarray:
    r"""Average precision of one class where videos are drawn several times.

    Which detection is a true positive does not depend on other videos, so a
    sample only changes how often each counts. With :math:`w_i` the count of
    the video of the i-th best detection and :math:`t_i` whether it is a true
    positive,

    .. math::
        AP = \frac{1}{\sum_v w_v G_v} \sum_i w_i t_i \max_{j \ge i}
        \frac{\sum_{k \le j} w_k t_k}{\sum_{k \le j} w_k}

    the maximum over true positives j that are drawn. All copies of a
    detection have the precision that the last of them has.

    Args:
        scores: (D,) of the class.
        is_hit: (D,) bool, whether a detection is a true positive.
        videos: (D,) index of each detection's video.
        num_gt: (V,) ground-truth instances of each video.
        counts: (S, V) how often each video is drawn.

    Returns:
        (S,) float64 in [0, 1]; NaN where no instance is drawn.
    """
    order = np.argsort(-scores, kind='stable')
    is_hit, videos = is_hit[order], videos[order]
    total = counts @ num_gt
    rows = max(_BLOCK // max(len(scores), 1), 1)
    areas = [
        _areas(is_hit, videos, counts[start : start + rows])
        for start in range(0, max(len(counts), 1), rows)
    ]
    with np.errstate(invalid='ignore'):
        return np.concatenate(areas) / total


def _areas(
    is_hit: np.ndarray, videos: np.ndarray, counts: np.ndarray
) -> np.ndarray:
    """Sum of the true positives' precisions by sample, (S,)."""
    weights = counts[:, videos].astype(np.float64)
    seen = np.cumsum(weights, axis=1)[:, is_hit]
    drawn = weights[:, is_hit]
    hits = np.cumsum(drawn, axis=1)
    precision = np.where(drawn > 0, hits / np.maximum(seen, 1), 0.0)
    envelope = np.maximum.accumulate(precision[:, ::-1], axis=1)[:, ::-1]
    return (drawn * envelope).sum(axis=1)
