"""What metrics take from predicted samples and of their data set."""

from collections.abc import Mapping
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


def warnings_of(dataset_meta: Mapping[str, Any] | None) -> list[str]:
    """What a test cannot be trusted for, as its runner has found out.

    Args:
        dataset_meta: Of a metric.
    """
    return list((dataset_meta or {}).get('warnings', ()))
