"""What metrics take out of predicted samples."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from stclip.text.label_space import LabelSpace


def as_array(value: Any) -> np.ndarray:
    """A copy of a tensor of any device, or of what NumPy takes.

    A view would keep the memory that a data worker shares, and with it an open
    file for each tensor: some thousand samples exhaust their number.
    """
    if hasattr(value, 'detach'):
        value = value.detach().cpu().numpy()
    return np.array(value)


def common_label_space(results: Sequence[Mapping[str, Any]]) -> LabelSpace:
    """The one label space of all results.

    Raises:
        ValueError: If there are several.
    """
    label_spaces = {result['label_space'] for result in results}
    if len(label_spaces) > 1:
        raise ValueError(
            f'samples have {len(label_spaces)} different label spaces; '
            'evaluate them in separate runs'
        )
    return label_spaces.pop()
