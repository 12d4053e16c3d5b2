"""Average precision of one ranked list."""

import numpy as np

from stclip.utils.errors import UserError


def average_precision(true_positive_ranks: np.ndarray, num_gt: int) -> float:
    r"""All-point area under the precision-recall curve.

    The curve starts at recall 0, ends at (recall 1, precision 0) and is made
    monotone from the right:

    .. math:: AP = \frac{1}{G} \sum_{i=1}^{N} \max_{j \ge i} \frac{j}{r_j}

    where :math:`r_j` is the rank of the j-th true positive. False positives
    enter through the ranks alone: between two true positives recall stands
    still and precision only falls, so the envelope never touches them.

    Args:
        true_positive_ranks: (N,) int, ascending; 1-based positions of the
            true positives among all detections, best score first.
        num_gt: Ground-truth instances; N <= ``num_gt``.

    Returns:
        AP in [0, 1]; NaN if there is no ground truth.

    Raises:
        ValueError: If there are more true positives than instances.
    """
    ranks = np.asarray(true_positive_ranks, dtype=np.float64)
    if len(ranks) > num_gt:
        raise UserError(
            f'{len(ranks)} true positives for {num_gt} ground-truth instances'
        )
    if num_gt == 0:
        return float('nan')
    return float(precision_envelope(ranks).sum() / num_gt)


def precision_envelope(true_positive_ranks: np.ndarray) -> np.ndarray:
    r"""The highest precision at the recall of each true positive or beyond.

    .. math:: p_i = \max_{j \ge i} \frac{j}{r_j}

    Args:
        true_positive_ranks: (N,); see :func:`average_precision`.

    Returns:
        (N,) in (0, 1], descending.
    """
    found = np.arange(1, len(true_positive_ranks) + 1)
    precision = found / true_positive_ranks
    return np.maximum.accumulate(precision[::-1])[::-1]
