"""Detections of a run and ground truth of the same keyframes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from stclip.evaluation.functional.frame_map import FrameMAPResult, frame_map
from stclip.evaluation.functional.soft_voting import soft_vote
from stclip.structures.box_table import Detections, GroundTruth


@dataclass(frozen=True)
class FrameResults:
    """Detections and ground truth of the same keyframes and labels.

    Args:
        labels: Names of the C classes.
        eval_labels: Names of those to average over.
        image_ids: The K evaluated keyframes; ``keyframe_idx`` of detections
            and ground truth point into them.
        movies: Video of each keyframe.
        timestamps: Time of each keyframe in its video, as annotated.
        ground_truth: Boxes with one class index each; a box of several
            classes stands there once for each of them.
        detections: Boxes with final scores, the box scores included.
        box_scores: (D,) certainty of each box, whatever its class.
        action_probs: (D, C) class probabilities before the box scores; only
            voting needs them.
        seen_labels: Names of the ``eval_labels`` that were trained on; none
            in a zero-shot test.
        warnings: What the detections cannot be trusted for, a line each.
    """

    labels: tuple[str, ...]
    eval_labels: tuple[str, ...]
    image_ids: Sequence[int | str]
    movies: Sequence[str]
    timestamps: Sequence[int | float | str]
    ground_truth: GroundTruth
    detections: Detections
    box_scores: np.ndarray
    action_probs: np.ndarray | None = None
    seen_labels: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def evaluate(self, iou_thr: float, voted: bool = False) -> FrameMAPResult:
        """Frame mAP of ``eval_labels``.

        All keyframes count, also those without ground truth of these labels.

        Args:
            iou_thr: Least IoU of a true positive.
            voted: Whether all boxes of a video share their mean class
                probabilities.

        Returns:
            The result, with classes in the order of ``eval_labels``.
        """
        alone = self.of_eval_labels()
        detections = alone.detections
        if voted:
            detections = replace(detections, scores=alone.voted_scores())
        return frame_map(detections, alone.ground_truth, iou_thr)

    def of_eval_labels(self) -> 'FrameResults':
        """The same, of ``eval_labels`` alone and in their order."""
        columns = self.eval_columns
        if columns == list(range(len(self.labels))):
            return self
        evaluated = np.isin(np.arange(len(self.labels)), columns)
        index = np.zeros(len(self.labels), int)
        index[columns] = np.arange(len(columns))
        truth, probs = self.ground_truth, self.action_probs
        wanted = evaluated[truth.labels]
        return replace(
            self,
            labels=self.eval_labels,
            ground_truth=GroundTruth(
                truth.keyframe_idx[wanted],
                truth.boxes[wanted],
                index[truth.labels[wanted]],
            ),
            detections=replace(
                self.detections, scores=self.detections.scores[:, columns]
            ),
            action_probs=None if probs is None else probs[:, columns],
        )

    @property
    def eval_columns(self) -> list[int]:
        """Indices of ``eval_labels`` among ``labels``."""
        return [self.labels.index(name) for name in self.eval_labels]

    @property
    def num_keyframes_without_gt(self) -> int:
        """Evaluated keyframes without any ground truth."""
        annotated = np.unique(self.ground_truth.keyframe_idx)
        return len(self.image_ids) - len(annotated)

    def voted_scores(self) -> np.ndarray:
        """(D, C) scores where boxes of a video share class probabilities."""
        _, video_idx = np.unique(self.movies, return_inverse=True)
        video_idx = video_idx[self.detections.keyframe_idx]
        probs = soft_vote(self.action_probs, video_idx)
        return probs * self.box_scores[:, None]
