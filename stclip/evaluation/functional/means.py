"""The mean over classes."""

import numpy as np


def known_mean(values: np.ndarray) -> float:
    """Mean of a measure over the classes that have one.

    Args:
        values: (C,); NaN for a class without ground truth.

    Returns:
        The mean without them; NaN if no class is left.
    """
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float('nan')
