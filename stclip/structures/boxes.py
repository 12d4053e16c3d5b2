"""Boxes as NumPy arrays: (N, 4), x1 y1 x2 y2, absolute pixels, no +1."""

import numpy as np

from stclip.utils.errors import UserError

#: What is said of :func:`are_inverted`.
INVERTED = 'is inverted, or x, y, width and height'


def box_iou(boxes_a: np.ndarray, boxes_b: np.ndarray) -> np.ndarray:
    """Intersection over union of every box of one set with every other.

    Args:
        boxes_a: (N, 4) xyxy.
        boxes_b: (M, 4) xyxy.

    Returns:
        (N, M) float64 in [0, 1]; (0, M) or (N, 0) for an empty set. Boxes
        without area have IoU 0 with everything.
    """
    a = np.asarray(boxes_a, dtype=np.float64).reshape(-1, 4)
    b = np.asarray(boxes_b, dtype=np.float64).reshape(-1, 4)
    return paired_box_iou(a[:, None], b[None])


def paired_box_iou(boxes_a: np.ndarray, boxes_b: np.ndarray) -> np.ndarray:
    """Intersection over union of boxes that broadcast against each other.

    Args:
        boxes_a: (..., 4) xyxy.
        boxes_b: (..., 4) xyxy, broadcastable to ``boxes_a``.

    Returns:
        (...) float64 in [0, 1].
    """
    a = np.asarray(boxes_a, dtype=np.float64)
    b = np.asarray(boxes_b, dtype=np.float64)
    corner_min = np.maximum(a[..., :2], b[..., :2])
    corner_max = np.minimum(a[..., 2:], b[..., 2:])
    intersection = np.prod(np.clip(corner_max - corner_min, 0, None), axis=-1)
    union = box_area(a) + box_area(b) - intersection
    return np.divide(
        intersection, union, out=np.zeros_like(union), where=union > 0
    )


def box_area(boxes: np.ndarray) -> np.ndarray:
    """Area of boxes; 0 where x2 <= x1 or y2 <= y1.

    Args:
        boxes: (..., 4) xyxy.

    Returns:
        (...) float64, square pixels.
    """
    boxes = np.asarray(boxes, dtype=np.float64)
    return np.prod(np.clip(boxes[..., 2:] - boxes[..., :2], 0, None), axis=-1)


def are_inverted(boxes: np.ndarray) -> np.ndarray:
    """Which boxes end before they begin, as x, y, width and height may.

    Args:
        boxes: (N, 4) xyxy.

    Returns:
        (N,) bool; boxes without area are not inverted.
    """
    boxes = np.asarray(boxes, dtype=np.float64).reshape(-1, 4)
    return (boxes[:, 2:] < boxes[:, :2]).any(axis=1)


def clip_boxes(
    boxes: np.ndarray, size_hw: tuple[float, float], empty_ok: bool = False
) -> np.ndarray:
    """Check annotated or detected boxes and cut off what leaves the frame.

    Args:
        boxes: (N, 4) xyxy.
        size_hw: Height and width of the frame in the unit of the boxes.
        empty_ok: Whether boxes without area pass (detectors write some).

    Returns:
        (N, 4) float32 within the frame.

    Raises:
        ValueError: For a box that is not finite, is inverted, has no area or
            lies wholly outside the frame; the message shows the first one.
    """
    boxes = np.asarray(boxes, dtype=np.float32).reshape(-1, 4)
    height, width = size_hw
    limit = np.array([width, height] * 2, dtype=np.float32)
    inside = np.clip(boxes, 0, limit)
    sides, left_over = (b[:, 2:] - b[:, :2] for b in (boxes, inside))
    lost = (left_over <= 0) & (sides > 0)
    faults = {
        'is not finite': ~np.isfinite(boxes).all(axis=1),
        INVERTED: are_inverted(boxes),
        'has no area': (sides == 0).any(axis=1) & (not empty_ok),
        f'lies outside the frame of {width} x {height}': lost.any(axis=1),
    }
    for fault, where in faults.items():
        if where.any():
            box = boxes[np.argmax(where)].tolist()
            raise UserError(f'box {box} (x1, y1, x2, y2) {fault}')
    return inside
