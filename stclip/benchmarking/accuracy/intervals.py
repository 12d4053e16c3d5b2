"""Intervals of differences, over folds, classes and videos.

Alphabet: F folds, C classes and V videos of a fold, S samples, R times that a
fold is drawn in all of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from stclip.evaluation.frame_results import FrameResults
from stclip.evaluation.functional.frame_map import true_positives
from stclip.evaluation.functional.resampled_map import (
    resampled_average_precision,
)
from stclip.utils.errors import UserError

_LEVEL = (2.5, 97.5)
_SAMPLES = 1000


@dataclass(frozen=True)
class Interval:
    """A mean and its 95 % interval."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f'{self.mean:+.1f} ({self.low:+.1f} to {self.high:+.1f})'

    def in_points(self) -> 'Interval':
        """That of shares in [-1, 1], in points of a hundred."""
        return Interval(100 * self.mean, 100 * self.low, 100 * self.high)


@dataclass(frozen=True)
class Draws:
    """What the samples of a hierarchical bootstrap draw.

    Folds are drawn with replacement; for each that is drawn, anew, its
    classes, and of each class the videos that feature it. Videos that feature
    none are drawn among themselves: what is found in them may be wrong.
    Methods that are compared share the draws.

    Args:
        folds: (S, F) indices of folds.
        classes: Of each fold (R, C) indices of its classes, one row for each
            time that it is drawn, in the order of ``folds``.
        videos: Of each fold (R, V) how often each video counts.
    """

    folds: np.ndarray
    classes: Sequence[np.ndarray]
    videos: Sequence[np.ndarray]


def draw(
    featured: Sequence[Sequence[int | None]],
    classes: Sequence[int],
    samples: int,
    seed: int = 0,
) -> Draws:
    """Draw folds, classes and videos.

    Args:
        featured: Of each fold, the class that each of its videos features,
            in 0 ... C - 1; None for none.
        classes: C, number of classes of each fold.
        samples: Number of samples.
        seed: Of the draws.

    Raises:
        UserError: If a class has no video.
    """
    rng = np.random.default_rng(seed)
    folds = rng.integers(len(featured), size=(samples, len(featured)))
    times = np.bincount(folds.ravel(), minlength=len(featured))
    videos = []
    for number, labels, count in zip(times, featured, classes, strict=True):
        drawn = np.empty((number, len(labels)), np.int64)
        for label in (*range(count), None):
            rows = [row for row, name in enumerate(labels) if name == label]
            if rows:
                equal = np.full(len(rows), 1 / len(rows))
                drawn[:, rows] = rng.multinomial(len(rows), equal, size=number)
            elif label is not None:
                raise UserError(f'no video features class {label} of a fold')
        videos.append(drawn)
    return with_classes(Draws(folds, (), videos), classes, seed)


def with_classes(draws: Draws, counts: Sequence[int], seed: int = 0) -> Draws:
    """The same folds and videos, with other classes drawn.

    Args:
        draws: Folds and videos.
        counts: Number of classes of each fold.
        seed: Of the draws.
    """
    rng = np.random.default_rng([seed, 1])
    classes = [
        rng.integers(count, size=(len(videos), count))
        for count, videos in zip(counts, draws.videos, strict=True)
    ]
    return replace(draws, classes=classes)


def class_precisions(
    results: FrameResults,
    names: Sequence[str],
    counts: np.ndarray,
    iou_thr: float = 0.5,
) -> np.ndarray:
    """Average precision of every class for every draw of a fold's videos.

    Args:
        results: Of a test; its ``eval_labels`` are the fold's classes.
        names: The V videos in the order of ``counts``.
        counts: (R, V) how often each counts.
        iou_thr: Least IoU of a true positive.

    Returns:
        (R, C) in the order of ``eval_labels``.
    """
    row_of = {name: row for row, name in enumerate(names)}
    video_of = np.array([row_of[movie] for movie in results.movies])
    detections, truth = results.detections, results.ground_truth
    columns = results.eval_columns
    instances = truth.instances(detections.num_classes)
    hits, labels = true_positives(detections, truth, instances, iou_thr)
    boxes, classes = instances
    videos = video_of[detections.keyframe_idx]
    precisions = []
    for column in columns:
        is_hit = np.zeros(len(detections.boxes), bool)
        is_hit[hits[labels == column]] = True
        where = video_of[truth.keyframe_idx[boxes[classes == column]]]
        num_gt = np.bincount(where, minlength=len(names))
        precisions.append(
            resampled_average_precision(
                detections.scores[:, column], is_hit, videos, num_gt, counts
            )
        )
    return np.stack(precisions, axis=1)


def sampled_means(
    draws: Draws, precisions: Sequence[np.ndarray]
) -> np.ndarray:
    """Mean over the folds drawn, of the mean over the classes drawn.

    Args:
        draws: Folds and classes.
        precisions: Of each fold (R, C), of its videos drawn.

    Returns:
        (S,).
    """
    means = np.empty(draws.folds.size)
    for fold, (values, classes) in enumerate(
        zip(precisions, draws.classes, strict=True)
    ):
        chosen = np.take_along_axis(values, classes, axis=1)
        means[draws.folds.ravel() == fold] = np.nanmean(chosen, axis=1)
    return means.reshape(draws.folds.shape).mean(axis=1)


def drawn_videos(number: int) -> np.ndarray:
    """Videos drawn with replacement: (S, V) indices, the same at each call.

    Args:
        number: V.
    """
    rng = np.random.default_rng(0)
    return rng.integers(number, size=(_SAMPLES, number))


def interval(mean: float, samples: np.ndarray) -> Interval:
    """95 % percentile interval.

    Args:
        mean: Of what was measured.
        samples: (S,) of what was drawn.
    """
    low, high = np.nanpercentile(samples, _LEVEL)
    return Interval(mean, float(low), float(high))


def difference(
    ours: Mapping[int, np.ndarray], others: Mapping[int, np.ndarray]
) -> np.ndarray:
    """Paired difference of two methods in every sample, (S,).

    Args:
        ours: (S,) by seed of the training.
        others: The same of the other; of both, seeds are averaged.
    """
    return _over_seeds(ours) - _over_seeds(others)


def _over_seeds(samples: Mapping[int, np.ndarray]) -> np.ndarray:
    return np.mean(list(samples.values()), axis=0)
