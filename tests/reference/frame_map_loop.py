"""Frame mAP, average precision and soft voting as plain loops."""

import math


def iou(a, b):
    """IoU of two xyxy boxes, no +1; 0 without a union."""
    width = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
    height = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    area_a = (a[2] - a[0]) * (a[3] - a[1])
    area_b = (b[2] - b[0]) * (b[3] - b[1])
    union = area_a + area_b - width * height
    return width * height / union if union > 0 else 0.0


def average_precision_loop(hits, num_gt):
    """All-point AP of a ranked list of True and False."""
    if num_gt == 0:
        return math.nan
    points = [(0.0, 0.0)]
    found = 0
    for rank, hit in enumerate(hits, start=1):
        found += hit
        points.append((found / num_gt, found / rank))
    points.append((1.0, 0.0))
    area = 0.0
    for i in range(1, len(points)):
        envelope = max(precision for _, precision in points[i:])
        area += (points[i][0] - points[i - 1][0]) * envelope
    return area


def frame_map_loop(detections, ground_truth, num_classes, iou_thr):
    """AP and true positives of every class.

    Args:
        detections: List of (keyframe, box, scores of all classes).
        ground_truth: List of (keyframe, box, set of classes).
        num_classes: Number of classes.
        iou_thr: Least IoU of a true positive.

    Returns:
        List of APs (NaN without ground truth) and list of counts.
    """
    precisions, counts = [], []
    for c in range(num_classes):
        targets = [
            (keyframe, box)
            for keyframe, box, classes in ground_truth
            if c in classes
        ]
        # sorted() keeps the order of equal keys.
        ranked = sorted(detections, key=lambda d: -d[2][c])
        taken = set()
        hits = []
        for keyframe, box, _ in ranked:
            best, best_iou = None, -1.0
            for t, (target_keyframe, target_box) in enumerate(targets):
                if target_keyframe != keyframe:
                    continue
                overlap = iou(box, target_box)
                if overlap > best_iou:
                    best, best_iou = t, overlap
            hit = best_iou >= iou_thr and best not in taken
            if hit:
                taken.add(best)
            hits.append(hit)
        precisions.append(average_precision_loop(hits, len(targets)))
        counts.append(sum(hits))
    return precisions, counts


def soft_vote_loop(action_probs, videos):
    """Mean class probabilities of each box's video."""
    voted = []
    for video in videos:
        rows = [p for p, v in zip(action_probs, videos) if v == video]
        voted.append([sum(column) / len(rows) for column in zip(*rows)])
    return voted
