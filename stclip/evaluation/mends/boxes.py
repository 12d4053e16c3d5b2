"""Boxes in another form or of another scale, and what undoes it.

Alphabet: G annotated boxes, D predicted ones, V videos.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from stclip.evaluation.functional.ceilings import best_overlap
from stclip.evaluation.functional.frame_map import overlapping_pairs
from stclip.evaluation.mends.case import Case, Mend, in_order
from stclip.structures.box_table import Detections, GroundTruth
from stclip.structures.box_units import seem_fractions

# Overlaps of pairs that a scale is read from, one after the other.
_PAIR_IOU = (0.3, 0.5)
# Percent of the boxes' ends below what stands for the extent of all.
_EXTENTS = (95, 50)
# Parts by which scales must differ to be told one by one.
_SAME_SCALE = 0.02


def box_forms() -> list[Mend]:
    """Other forms than the two corners."""
    return [
        Mend(
            'boxes',
            'xywh',
            'the predicted boxes are x, y, width, height',
            'write x1, y1, x2, y2 = x, y, x + width, y + height',
            lambda case: case.with_boxes(_from_xywh(case.found.boxes)),
        ),
        Mend(
            'boxes',
            'centre_wh',
            'the predicted boxes are centre x, centre y, width, height',
            'write x1 = x - width / 2, x2 = x + width / 2 and y alike',
            lambda case: case.with_boxes(_from_centres(case.found.boxes)),
        ),
        Mend(
            'boxes',
            'swapped_axes',
            'x and y of the predicted boxes are swapped',
            'write x1, y1, x2, y2, not y1, x1, y2, x2',
            lambda case: case.with_boxes(case.found.boxes[:, [1, 0, 3, 2]]),
        ),
    ]


def fitted_scale(case: Case, of_videos: bool) -> Mend:
    """The scale of x and y under which boxes lie where persons are.

    Args:
        case: Where at least some keyframes meet.
        of_videos: Whether each video may have its own.
    """
    detections, truth = case.tables()
    whole = _Grouped(
        detections,
        truth,
        np.zeros(len(detections.boxes), int),
        np.zeros(len(truth.boxes), int),
        1,
    )
    scale = scales = whole.fit(np.ones((1, 2)))
    videos = np.zeros(0, int)
    if of_videos and len(truth.boxes):
        videos, (true_video, found_video) = _videos(case)
        groups = (found_video[case.found.entry], true_video)
        parts = _Grouped(detections, truth, *groups, len(videos))
        scales = parts.fit(np.tile(scale, (len(videos), 1)))

    def apply(case: Case) -> Case:
        video = case.found_at.video[case.found.entry]
        factors = np.repeat(scale, len(video), axis=0)
        at = np.searchsorted(videos, video)
        known = np.isin(video, videos)
        factors[known] = scales[at[known]]
        return case.with_boxes(case.found.boxes * np.tile(factors, 2))

    return Mend('boxes', *_told(case, scales), apply)


def _videos(case: Case) -> tuple[np.ndarray, list[np.ndarray]]:
    """Videos, and which of them annotated boxes that count and entries have.

    They go by their bare names, as boxes of one video have one size under
    whatever name.
    """
    rows = case.true_at.video[case.counted()], case.found_at.video
    videos, index = np.unique(np.concatenate(rows), return_inverse=True)
    return videos, np.split(index, [len(rows[0])])


@dataclass(frozen=True)
class _Grouped:
    """Boxes in groups of one scale each.

    Args:
        detections: As predicted.
        truth: What they are to be scaled to.
        det_group: (D,) int group.
        gt_group: (G,) int group.
        count: Number of groups, V.
    """

    detections: Detections
    truth: GroundTruth
    det_group: np.ndarray
    gt_group: np.ndarray
    count: int

    def fit(self, first: np.ndarray) -> np.ndarray:
        """(V, 2) scales of x and y.

        Of guesses from all boxes of a group the one whose boxes overlap most,
        then that of the pairs that overlap under it.

        Args:
            first: (V, 2) what to begin with.
        """
        best, value = first, self._agreement(first)
        for guess in self._guesses():
            best, value = self._better(best, value, guess)
        for iou_thr in _PAIR_IOU:
            guess = self._of_pairs(best, iou_thr)
            best, value = self._better(best, value, guess)
        return best

    def _better(
        self, best: np.ndarray, value: np.ndarray, guess: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        guess = np.where(np.isfinite(guess) & (guess > 0), guess, best)
        new = self._agreement(guess)
        best = np.where((new > value)[:, None], guess, best)
        return best, np.maximum(new, value)

    def _guesses(self) -> Iterator[np.ndarray]:
        near = _as_many_as_annotated(self.detections, self.truth)
        keyframes = self.detections.keyframe_idx
        met = np.isin(self.truth.keyframe_idx, keyframes)
        for percent in _EXTENTS:
            ours, theirs = (
                group_quantiles(boxes[:, 2:], group, self.count, percent)
                for boxes, group in (
                    (self.detections.boxes[near], self.det_group[near]),
                    (self.truth.boxes[met], self.gt_group[met]),
                )
            )
            yield theirs / np.where(ours > 0, ours, np.nan)

    def _agreement(self, scales: np.ndarray) -> np.ndarray:
        overlap = best_overlap(self._scaled(scales), self.truth)
        return np.bincount(self.gt_group, overlap, self.count)

    def _of_pairs(self, scales: np.ndarray, iou_thr: float) -> np.ndarray:
        scaled = self._scaled(scales)
        det, gt, _ = overlapping_pairs(scaled, self.truth, iou_thr)
        far = self.detections.boxes[det, 2:]
        ratio = self.truth.boxes[gt, 2:] / np.where(far == 0, np.nan, far)
        return group_quantiles(ratio, self.det_group[det], self.count, 50)

    def _scaled(self, scales: np.ndarray) -> Detections:
        boxes = self.detections.boxes * np.tile(scales[self.det_group], 2)
        return replace(self.detections, boxes=boxes)


def _as_many_as_annotated(
    detections: Detections, truth: GroundTruth
) -> np.ndarray:
    """Rows of the best scored boxes, as many as persons in each keyframe.

    The other boxes of a detector lie elsewhere than persons do.
    """
    keyframe = detections.keyframe_idx
    length = int(keyframe.max(initial=0)) + 1
    wanted = np.bincount(truth.keyframe_idx, minlength=length)
    order = np.lexsort((-detections.scores.max(axis=1), keyframe))
    ordered = keyframe[order]
    begin = np.searchsorted(ordered, ordered, 'left')
    return order[np.arange(len(order)) - begin < wanted[ordered]]


def group_quantiles(
    values: np.ndarray, group: np.ndarray, num_groups: int, percent: int
) -> np.ndarray:
    """(V, 2) quantile of the rows of each group; NaN of an empty one."""
    result = np.full((num_groups, values.shape[1]), np.nan)
    for column in range(values.shape[1]):
        order = np.lexsort((values[:, column], group))
        count = np.bincount(group, minlength=num_groups)
        first = np.cumsum(count) - count
        some = count > 0
        at = first[some] + (count[some] - 1) * percent // 100
        result[some, column] = values[order[at], column]
    return result


def _told(case: Case, scales: np.ndarray) -> tuple[str, str, str]:
    """Name, fault and remedy."""
    true_fractions = seem_fractions(in_order(case.truth.boxes))
    found_fractions = seem_fractions(in_order(case.found.boxes))
    if true_fractions == found_fractions:
        name, fault = 'resolution', 'are of frames of another size than'
        remedy = 'scale them to the size that the ground truth refers to'
    elif true_fractions:
        name, fault = 'pixels', 'are in pixels, unlike'
        remedy = 'divide x by the width and y by the height of the frame'
    else:
        name, fault = 'fractions', 'are fractions of the frame, unlike'
        remedy = 'multiply x by the width and y by the height of the frame'
    low, high = scales.min(axis=0), scales.max(axis=0)
    if (high > low * (1 + _SAME_SCALE)).any():
        each = ', of another size in each video'
        told = f'x times {low[0]:.4g} to {high[0]:.4g}, y times '
        told += f'{low[1]:.4g} to {high[1]:.4g}, by the video'
    else:
        each = ''
        told = f'x times {high[0]:.4g}, y times {high[1]:.4g}'
    fault = f'the predicted boxes {fault} those of the ground truth{each}'
    return name, fault, f'{remedy} (about {told})'


def _from_xywh(boxes: np.ndarray) -> np.ndarray:
    return np.hstack([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]])


def _from_centres(boxes: np.ndarray) -> np.ndarray:
    half = boxes[:, 2:] / 2
    return np.hstack([boxes[:, :2] - half, boxes[:, :2] + half])
