"""OVAD: open-vocabulary action detection, by tubes and by frames.

Source: OpenMixer, WACV 2025, and its released evaluation.

Alphabet: V videos of one action each, T tubes, C actions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from stclip.evaluation.functional.average_precision import average_precision
from stclip.evaluation.functional.frame_map import descending, frame_map
from stclip.evaluation.functional.means import known_mean
from stclip.evaluation.functional.tube_matches import (
    LinkedTubes,
    ScoredVideo,
    TubeMatches,
    link_videos,
    match_tubes,
    sampled_truth,
)
from stclip.structures.box_table import Detections, GroundTruth
from stclip.utils.errors import UserError

#: Who competes for a video's boxes, and what is measured.
SCORED = ('own_part', 'all_classes')
MEASURES = ('video_released', 'video', 'frame')


@dataclass(frozen=True)
class OpenVocabularyRun:
    """Scored videos of a data set and the parts of its vocabulary.

    Args:
        vocabulary: Names of the C actions.
        base: Names of those that were trained on; the others are novel.
        videos: All that are evaluated.
        iou_thr: Least IoU of a true positive, tubes and boxes alike.
        frame_step: 1, or every how many annotated frames a tube is evaluated.

    Raises:
        ValueError: If a part is empty or a video shows something else.
    """

    vocabulary: tuple[str, ...]
    base: tuple[str, ...]
    videos: Sequence[ScoredVideo]
    iou_thr: float = 0.5
    frame_step: int = 1

    def __post_init__(self) -> None:
        if not 0 < len(self.base) < len(self.vocabulary):
            raise UserError(
                f'OVAD compares base and novel actions, but base names '
                f'{len(self.base)} of {len(self.vocabulary)} actions'
            )
        for video in self.videos:
            if video.action not in self.vocabulary:
                raise UserError(
                    f'video {video.name!r} shows {video.action!r}, which is '
                    'not in the vocabulary'
                )

    @property
    def is_base(self) -> np.ndarray:
        """(C,) bool."""
        return np.isin(self.vocabulary, self.base)

    def evaluate(self, scored: str) -> dict[str, np.ndarray]:
        """AP of every action by each measure.

        Args:
            scored: ``'own_part'``: a base video is scored among the base
                actions, a novel one among the novel ones, as OpenMixer does.
                ``'all_classes'``: every video among all, which is harder.

        Returns:
            By the names of ``MEASURES``, (C,) in [0, 1]; NaN for actions
            without an evaluated video.
        """
        everything = np.ones(len(self.vocabulary), bool)
        parts = dict(
            own_part=(self.is_base, ~self.is_base), all_classes=(everything,)
        )[scored]
        found = np.full((len(MEASURES), len(self.vocabulary)), np.nan)
        for part in parts:
            columns = np.flatnonzero(part)
            videos = np.flatnonzero(part[self._action_of_video])
            found[:, columns] = self._part(columns, videos)
        return dict(zip(MEASURES, found, strict=True))

    def num_tubes(self) -> dict[str, int]:
        """Linked tubes of base and of novel videos, each of every action."""
        shown = self._action_of_video[self.linked.video_idx]
        num_base = int(self.is_base[shown].sum())
        return dict(base=num_base, novel=len(shown) - num_base)

    def tube_scores(self, columns: np.ndarray) -> np.ndarray:
        """(T, n) mean probability of each linked tube.

        Args:
            columns: (n,) actions that compete.
        """
        probs = [softmax(v.logits[:, columns]) for v in self.videos]
        linked = self.linked
        scores = np.zeros((len(linked.rows), len(columns)))
        for tube, rows in enumerate(linked.rows):
            scores[tube] = probs[linked.video_idx[tube]][rows].mean(axis=0)
        return scores

    @cached_property
    def _action_of_video(self) -> np.ndarray:
        names = [self.vocabulary.index(v.action) for v in self.videos]
        return np.array(names, dtype=np.int64)

    @cached_property
    def linked(self) -> LinkedTubes:
        """The tubes of the videos; see :func:`link_videos`."""
        return link_videos(self.videos, self.frame_step)

    @cached_property
    def _matches(self) -> dict[bool, TubeMatches]:
        """By whether spans are those of the release."""
        return {
            legacy: match_tubes(
                self.videos, self.linked, self.frame_step, legacy
            )
            for legacy in (True, False)
        }

    def _part(self, columns: np.ndarray, videos: np.ndarray) -> np.ndarray:
        """(measures, n) AP of some actions on some videos."""
        here = np.isin(self.linked.video_idx, videos)
        scores = self.tube_scores(columns)[here]
        return np.array(
            [
                self._video_ap(columns, here, scores, self._matches[True]),
                self._video_ap(columns, here, scores, self._matches[False]),
                self._frame_ap(columns, videos),
            ]
        )

    def _video_ap(
        self,
        columns: np.ndarray,
        here: np.ndarray,
        scores: np.ndarray,
        matches: TubeMatches,
    ) -> list[float]:
        """AP of tubes.

        Args:
            columns: (n,) actions that compete.
            here: (T,) bool, the tubes of the evaluated videos.
            scores: (sum of here, n) of these.
            matches: What all tubes claim.
        """
        shown = self._action_of_video[self.linked.video_idx[here]]
        enough = matches.iou[here] >= self.iou_thr
        best = matches.best[here]
        num_gt = np.bincount(
            self._action_of_video,
            weights=matches.num_annotated,
            minlength=len(self.vocabulary),
        )
        found = []
        for column, score in zip(columns, scores.T, strict=True):
            order = descending(score)
            hits = np.flatnonzero((enough & (shown == column))[order])
            # Of those that claim one annotated tube the best has it.
            _, first = np.unique(best[order][hits], return_index=True)
            ranks = np.sort(hits[first]) + 1
            found.append(average_precision(ranks, int(num_gt[column])))
        return found

    def _frame_ap(self, columns: np.ndarray, videos: np.ndarray) -> np.ndarray:
        """AP of boxes on the sampled frames."""
        chosen = [self.videos[index] for index in videos]
        at: dict[tuple[int, int], int] = {}

        def keyframe_idx(frames: list[Sequence[int]]) -> np.ndarray:
            keys = [(i, int(f)) for i, of in enumerate(frames) for f in of]
            return np.array([at.setdefault(k, len(at)) for k in keys], int)

        scores = [softmax(video.logits[:, columns]) for video in chosen]
        detections = Detections(
            keyframe_idx([video.frames for video in chosen]),
            np.concatenate([np.zeros((0, 4)), *(v.boxes for v in chosen)]),
            np.concatenate([np.zeros((0, len(columns))), *scores]),
        )
        truth = [sampled_truth(v.annotated, self.frame_step) for v in chosen]
        order = {column: n for n, column in enumerate(columns)}
        labels = [order[column] for column in self._action_of_video[videos]]
        annotated = GroundTruth(
            keyframe_idx([frames for frames, _ in truth]),
            np.concatenate([np.zeros((0, 4)), *(boxes for _, boxes in truth)]),
            np.repeat(labels, [len(f) for f, _ in truth]).astype(int),
        )
        return frame_map(detections, annotated, self.iou_thr).average_precision


def part_means(values: np.ndarray, is_base: np.ndarray) -> dict[str, float]:
    """Means over the base actions, the novel ones, and all.

    Args:
        values: (C,) AP; NaN for actions without video, which do not count.
        is_base: (C,) bool.
    """
    parts = dict(base=is_base, novel=~is_base, mean=np.ones_like(is_base))
    return {name: known_mean(values[part]) for name, part in parts.items()}


def softmax(logits: np.ndarray) -> np.ndarray:
    """(N, C) -> (N, C) probabilities."""
    if not logits.size:
        return np.zeros(logits.shape)
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
