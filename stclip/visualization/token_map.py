"""Patches that were chosen, on the picture that they come from."""

import cv2
import numpy as np
from PIL import Image, ImageDraw

# What is left of the light of patches that were not chosen.
_DIMMED = 0.2
_BOX = (255, 255, 255)
_EDGE = (255, 196, 0)


def draw_tokens(picture: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Dim all patches but the chosen ones.

    Args:
        picture: (H, W, 3) uint8 RGB.
        chosen: (h, w) bool, the patches row by row.

    Returns:
        (H, W, 3) uint8 RGB; chosen patches are as they were, but for a line
        around each group of them.
    """
    height, width = picture.shape[:2]
    rows = np.arange(height) * chosen.shape[0] // height
    columns = np.arange(width) * chosen.shape[1] // width
    mask = chosen[rows[:, None], columns]
    grey = picture.mean(axis=2, keepdims=True) * _DIMMED
    drawn = np.where(mask[..., None], picture, grey).astype(np.uint8)
    edges, _ = cv2.findContours(
        mask.astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE
    )
    return cv2.drawContours(np.ascontiguousarray(drawn), edges, -1, _EDGE, 1)


def draw_box(picture: np.ndarray, box_xyxy: np.ndarray) -> np.ndarray:
    """Draw a white box, which may reach beyond the picture.

    Args:
        picture: (H, W, 3) uint8 RGB.
        box_xyxy: (4,) px of the picture.

    Returns:
        (H, W, 3) uint8 RGB, a copy.
    """
    image = Image.fromarray(picture)
    # At least a line, and in order, whatever the rounding does.
    x1, y1, x2, y2 = map(round, box_xyxy.tolist())
    box = (x1, y1, max(x1, x2 - 1), max(y1, y2 - 1))
    ImageDraw.Draw(image).rectangle(box, outline=_BOX, width=2)
    return np.asarray(image).copy()
