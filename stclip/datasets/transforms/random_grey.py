"""Whole clips without colour, now and then."""

from typing import Any

import numpy as np
from mmcv.transforms import BaseTransform

from stclip.registry import TRANSFORMS

# Of red, green and blue in the brightness (ITU-R BT.601, as in PIL).
_WEIGHTS = np.array([0.299, 0.587, 0.114], np.float32)


@TRANSFORMS.register_module()
class RandomGrey(BaseTransform):
    """Takes the colour out of all frames of a clip, or of none.

    Args:
        prob: How often, 0 to 1.
    """

    def __init__(self, prob: float) -> None:
        self.prob = prob

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """``imgs``, a list of (H, W, 3) uint8 RGB, may become grey."""
        if np.random.rand() < self.prob:
            results['imgs'] = [_grey(image) for image in results['imgs']]
        return results


def _grey(image: np.ndarray) -> np.ndarray:
    brightness = np.rint(image @ _WEIGHTS).astype(image.dtype)
    return np.repeat(brightness[..., None], 3, axis=-1)
