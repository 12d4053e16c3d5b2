"""Numbers of patches as colours over the frame that they come from."""

import cv2
import numpy as np

# How much of a pixel the colour of its heat makes up.
_OPACITY = 0.45


def upsample_heat(heat: np.ndarray, frame_hw: tuple[int, int]) -> np.ndarray:
    """Spread the values of patches over the pixels of their frame.

    Args:
        heat: (h, w), a value a patch.
        frame_hw: Height and width in px.

    Returns:
        (H, W) float32, linear between the centres of the patches.
    """
    return cv2.resize(
        heat.astype(np.float32), frame_hw[::-1], interpolation=cv2.INTER_LINEAR
    )


def overlay_heat(
    frame: np.ndarray, heat: np.ndarray, value_range: tuple[float, float]
) -> np.ndarray:
    """Tint a frame: blue where its patches are cold, red where they are hot.

    Args:
        frame: (H, W, 3) uint8 RGB.
        heat: (h, w), a value a patch.
        value_range: The coldest and the hottest value; where they are equal,
            all is cold.

    Returns:
        (H, W, 3) uint8 RGB.
    """
    low, high = value_range
    share = (heat - low) / (high - low) if high > low else heat * 0
    share = upsample_heat(share.clip(0, 1), frame.shape[:2])
    levels = np.round(255 * share).astype(np.uint8)
    colours = cv2.applyColorMap(levels, cv2.COLORMAP_JET)[..., ::-1]
    return cv2.addWeighted(
        frame, 1 - _OPACITY, np.ascontiguousarray(colours), _OPACITY, 0
    )
