"""Arrays from predicted samples."""

from typing import Any

import numpy as np


def as_array(value: Any) -> np.ndarray:
    """A copy of a tensor of any device, or of what NumPy takes.

    A view would keep the memory that a data worker shares, and with it an open
    file for each tensor: some thousand samples exhaust their number.
    """
    if hasattr(value, 'detach'):
        value = value.detach().cpu().numpy()
    return np.array(value)
