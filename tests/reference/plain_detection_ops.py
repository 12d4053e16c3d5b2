"""NMS and RoIAlign as plain loops over their definitions."""

import math
from collections.abc import Iterator, Sequence

import numpy as np


def ious(box: np.ndarray, others: np.ndarray, offset: int) -> np.ndarray:
    """IoU of an xyxy box, ``x2 - x1 + offset`` wide, with each of (n, 4).

    Two boxes without an area have none in common.
    """

    def area(low: np.ndarray, high: np.ndarray) -> np.ndarray:
        return (high - low + offset).clip(min=0).prod(axis=-1)

    inter = area(
        np.maximum(box[:2], others[:, :2]), np.minimum(box[2:], others[:, 2:])
    )
    union = area(box[:2], box[2:]) + area(others[:, :2], others[:, 2:]) - inter
    return np.divide(inter, union, out=np.zeros(len(others)), where=union > 0)


def nms_loop(
    boxes: Sequence[Sequence[float]],
    scores: Sequence[float],
    threshold: float,
    offset: int,
) -> list[int]:
    """Kept indices; equal scores in the order of the input."""
    kept, boxes = [], np.array(boxes, float).reshape(-1, 4)
    for index in sorted(range(len(boxes)), key=lambda i: (-scores[i], i)):
        if (ious(boxes[index], boxes[kept], offset) <= threshold).all():
            kept.append(index)
    return kept


def _bilinear(
    y: float, x: float, height: int, width: int
) -> Iterator[tuple[int, int, float]]:
    """Cells around a point and their weights; none far outside."""
    if y < -1 or y > height or x < -1 or x > width:
        return
    y, x = max(y, 0), max(x, 0)
    top, left = int(y), int(x)
    if top >= height - 1:
        y = top = height - 1
    if left >= width - 1:
        x = left = width - 1
    for row, share_y in ((top, 1 - (y - top)), (top + 1, y - top)):
        for column, share_x in ((left, 1 - (x - left)), (left + 1, x - left)):
            if share_y * share_x > 0:
                yield row, column, share_y * share_x


def roi_align_terms(
    rois: np.ndarray,
    shape: Sequence[int],
    output_size: tuple[int, int],
    scale: float,
    sampling_ratio: int,
    aligned: bool,
) -> Iterator[tuple[int, int, int, int, int, int, float]]:
    """Every product of the pooling.

    Yields:
        roi, bin row, bin column, image, cell row, cell column, weight.
    """
    rows, columns = output_size
    shift = 0.5 if aligned else 0.0
    for n, roi in enumerate(rois):
        x1, y1, x2, y2 = (float(v) * scale - shift for v in roi[1:])
        roi_width, roi_height = x2 - x1, y2 - y1
        if not aligned:
            roi_width, roi_height = max(roi_width, 1), max(roi_height, 1)
        bin_h, bin_w = roi_height / rows, roi_width / columns
        num_y = sampling_ratio or math.ceil(bin_h)
        num_x = sampling_ratio or math.ceil(bin_w)
        for row in range(rows):
            for column in range(columns):
                for i in range(num_y):
                    for j in range(num_x):
                        y = y1 + (row + (i + 0.5) / num_y) * bin_h
                        x = x1 + (column + (j + 0.5) / num_x) * bin_w
                        for cell in _bilinear(y, x, shape[2], shape[3]):
                            weight = cell[2] / (num_y * num_x)
                            yield (
                                n,
                                row,
                                column,
                                int(roi[0]),
                                *cell[:2],
                                weight,
                            )


def roi_align_loop(
    features: np.ndarray,
    rois: np.ndarray,
    output_size: tuple[int, int],
    scale: float,
    sampling_ratio: int,
    aligned: bool,
) -> np.ndarray:
    """Average-pooled features, (N, C, rows, columns)."""
    pooled = np.zeros((len(rois), features.shape[1], *output_size))
    for n, row, column, image, y, x, weight in roi_align_terms(
        rois, features.shape, output_size, scale, sampling_ratio, aligned
    ):
        pooled[n, :, row, column] += weight * features[image, :, y, x]
    return pooled


def roi_align_gradient_loop(
    gradient: np.ndarray,
    rois: np.ndarray,
    shape: Sequence[int],
    scale: float,
    sampling_ratio: int,
    aligned: bool,
) -> np.ndarray:
    """Gradient of the features from that of the pooled ones."""
    total = np.zeros(shape)
    for n, row, column, image, y, x, weight in roi_align_terms(
        rois, shape, gradient.shape[2:], scale, sampling_ratio, aligned
    ):
        total[image, :, y, x] += weight * gradient[n, :, row, column]
    return total
