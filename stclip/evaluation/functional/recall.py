"""Recall of annotated persons by person boxes."""

import numpy as np

from stclip.structures.boxes import box_iou


def recalled_by_boxes(
    gt_boxes: np.ndarray, boxes: np.ndarray, iou_thr: float = 0.5
) -> np.ndarray:
    """Tell which annotated boxes of a frame are recalled.

    Args:
        gt_boxes: (G, 4) xyxy.
        boxes: (N, 4) xyxy, in the same unit.
        iou_thr: Smallest IoU that counts.

    Returns:
        (G,) bool: whether any box overlaps enough. One box may find several.
    """
    return (box_iou(gt_boxes, boxes) >= iou_thr).any(axis=1)
