"""Means over the classes that were trained on, and over the others."""

import numpy as np

from stclip.evaluation.functional.means import known_mean
from stclip.evaluation.functional.recognition import harmonic_mean


def seen_unseen_means(
    values: np.ndarray, is_seen: np.ndarray
) -> dict[str, float]:
    """Means of a measure over seen and over unseen classes.

    Args:
        values: (C,) a measure of each class, >= 0; NaN for classes without
            ground truth, which the means leave out.
        is_seen: (C,) bool, whether a class was trained on.

    Returns:
        ``seen``, ``unseen`` and their ``harmonic_mean``, NaN where no class
        has ground truth; of a closed set, where all are seen, ``seen`` alone;
        nothing if none is seen, as the plain mean is that of the unseen then.
    """
    if not is_seen.any():
        return {}
    means = {'seen': known_mean(values[is_seen])}
    if not is_seen.all():
        means['unseen'] = known_mean(values[~is_seen])
        means['harmonic_mean'] = harmonic_mean(*means.values())
    return means
