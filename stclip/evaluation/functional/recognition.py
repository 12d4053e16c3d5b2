"""Accuracy of video recognition, from scores."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class RecognitionResult:
    """Counts of a test run.

    Args:
        confusion: (C, C) int64, videos of each class (row) by the class that
            scored best (column).
        num_top5: Videos whose class is among the five that score best.
    """

    confusion: np.ndarray
    num_top5: int

    @property
    def num_videos(self) -> np.ndarray:
        """(C,) int64, videos of each class."""
        return self.confusion.sum(axis=1)

    @property
    def class_accuracy(self) -> np.ndarray:
        """(C,) float, NaN for classes without videos."""
        correct = np.diagonal(self.confusion).astype(float)
        counts = self.num_videos
        blank = np.full(len(counts), np.nan)
        return np.divide(correct, counts, out=blank, where=counts > 0)

    @property
    def top1(self) -> float:
        """Fraction of the videos whose class scores best."""
        return float(np.trace(self.confusion) / self.confusion.sum())

    @property
    def top5(self) -> float:
        """Fraction of the videos with their class among the best five."""
        return float(self.num_top5 / self.confusion.sum())

    @property
    def mean_accuracy(self) -> float:
        """Mean of the accuracies of the classes that have videos."""
        return float(np.nanmean(self.class_accuracy))


def count_recognised(
    scores: np.ndarray, labels: np.ndarray
) -> RecognitionResult:
    """Compare scores with the true classes.

    Of equal scores, the class that stands first counts as the better.

    Args:
        scores: (V, C) float.
        labels: (V,) int, the class of each video.
    """
    order = np.argsort(-scores, axis=1, kind='stable')
    confusion = np.zeros((scores.shape[1],) * 2, dtype=np.int64)
    np.add.at(confusion, (labels, order[:, 0]), 1)
    among = (order[:, :5] == labels[:, None]).any(axis=1)
    return RecognitionResult(confusion, int(among.sum()))


def half_class_accuracies(
    scores: np.ndarray, labels: np.ndarray, num_draws: int
) -> np.ndarray:
    """Top-1 among half of the classes, as if the others were not known.

    Source: the half-class protocol of Text4Vis and BIKE: draw k takes the
    first half of ``numpy.random.RandomState(k).permutation(C)``.

    Args:
        scores: (V, C) float.
        labels: (V,) int, the class of each video.
        num_draws: Halves D.

    Returns:
        (D,) float, NaN for a half without videos.
    """
    num_classes = scores.shape[1]
    found = np.full(num_draws, np.nan)
    for draw in range(num_draws):
        order = np.random.RandomState(draw).permutation(num_classes)
        half = np.sort(order[: num_classes // 2])
        rows = np.isin(labels, half)
        if rows.any():
            taken = half[scores[np.ix_(rows, half)].argmax(axis=1)]
            found[draw] = (taken == labels[rows]).mean()
    return found


def harmonic_mean(*accuracies: float) -> float:
    """The mean that the worst accuracy rules: of two, 2 s u / (s + u).

    Args:
        *accuracies: At least one, each >= 0.

    Returns:
        0 if any accuracy is 0; NaN if any is NaN.
    """
    with np.errstate(divide='ignore'):
        return float(len(accuracies) / np.sum(1 / np.float64(accuracies)))
