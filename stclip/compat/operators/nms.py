"""Greedy non-maximum suppression with mmcv's signature."""

import torch

from stclip.compat.operators import compiled

# Boxes per IoU block: large enough for few steps, small enough for cache.
_BLOCK = 512


def nms(
    bboxes: torch.Tensor,
    scores: torch.Tensor,
    iou_threshold: float,
    offset: int = 0,
) -> torch.Tensor:
    """Keep the best boxes, drop what overlaps one kept above the threshold.

    Args:
        bboxes: (N, 4) float xyxy, px.
        scores: (N,) float.
        iou_threshold: a box is dropped when its IoU with a kept box is
            greater than this.
        offset: 0 or 1; a box is ``x2 - x1 + offset`` wide.

    Returns:
        (K,) int64 indices of the kept boxes by descending score; equal
        scores keep the order of the input. Empty for empty input.
    """
    # IoU of half-precision coordinates would be off by whole percents.
    dtype = torch.promote_types(bboxes.dtype, torch.float32)
    boxes = bboxes.to(dtype)
    if offset:
        boxes = boxes + boxes.new_tensor([0, 0, offset, offset])
    if operators := compiled.torchvision_operators():
        # They compare in double: an IoU of 0.3 would exceed a threshold 0.3.
        threshold = torch.tensor(iou_threshold, dtype=dtype).item()
        return operators.nms(boxes, scores.to(dtype), threshold)
    rest = scores.argsort(descending=True, stable=True)
    keep = []
    while len(rest):
        block, rest = rest[:_BLOCK], rest[_BLOCK:]
        winners = block[_greedy(_iou(boxes, block, block) > iou_threshold)]
        keep.append(winners)
        overlaps = _iou(boxes, winners, rest) > iou_threshold
        rest = rest[~overlaps.any(dim=0)]
    return torch.cat(keep) if keep else rest


def _iou(
    boxes: torch.Tensor, first: torch.Tensor, second: torch.Tensor
) -> torch.Tensor:
    """IoU of two index sets, (A, B); NaN where both areas are zero."""
    a, b = boxes[first].unbind(1), boxes[second].unbind(1)
    width = torch.minimum(a[2][:, None], b[2]) - torch.maximum(
        a[0][:, None], b[0]
    )
    height = torch.minimum(a[3][:, None], b[3]) - torch.maximum(
        a[1][:, None], b[1]
    )
    inter = width.clamp_(min=0) * height.clamp_(min=0)
    area_a = (a[2] - a[0]) * (a[3] - a[1])
    area_b = (b[2] - b[0]) * (b[3] - b[1])
    return inter / (area_a[:, None] + area_b - inter)


def _greedy(overlaps: torch.Tensor) -> torch.Tensor:
    """Solve ``keep[i] = no kept j < i overlaps i``, (N, N) -> (N,) bool.

    After k rounds the first k entries are final, so repeating until nothing
    changes is exact; the rounds needed are the longest chain of boxes that
    suppress one another, a few in practice.
    """
    earlier = overlaps.triu(diagonal=1).float()  # (N, N): row hits column
    keep = overlaps.new_ones(len(overlaps))
    while True:
        new = keep.float() @ earlier == 0
        if torch.equal(new, keep):
            return keep
        keep = new
