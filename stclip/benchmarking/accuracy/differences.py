"""Methods compared on the same folds: means, differences, intervals.

Protocol: docs/zs_stage_protocol.md. Alphabet: F folds, C classes and V videos
of a fold, S samples, R times that a fold is drawn in all of them.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np

from stclip.benchmarking.accuracy.intervals import (
    Interval,
    class_precisions,
    difference,
    draw,
    interval,
    sampled_means,
    with_classes,
)
from stclip.evaluation.detection_file import read_frame_results
from stclip.evaluation.frame_results import FrameResults
from stclip.utils.errors import UserError

#: Samples of the bootstrap.
SAMPLES = 2000
_IOU = 0.5


@dataclass(frozen=True)
class Method:
    """A row whose runs have finished.

    Args:
        title: Of the row.
        files: By seed, the record of each fold's test.
        control: Whether it is one that methods are compared with.
    """

    title: str
    files: Mapping[int, Sequence[Path]]
    control: bool = False


@dataclass(frozen=True)
class Compared:
    """What is said of a method.

    Args:
        title: Of the row.
        mean: Of the metric in percent, over classes, folds and seeds.
        gain: In points, over the best control; None for that itself.
    """

    title: str
    mean: Interval
    gain: Interval | None


class FoldResult(Protocol):
    """What a method has found on one fold.

    Attributes:
        classes: Names of the C unseen classes.
        videos: Names of the V videos.
        featured: Index of the class that each of them features; None for
            none.
    """

    classes: Sequence[str]
    videos: Sequence[str]
    featured: Sequence[int | None]

    def measured(self) -> np.ndarray:
        """(C,) the metric of each class, in [0, 1]."""

    def sampled(self, videos: Sequence[str], counts: np.ndarray) -> np.ndarray:
        """(R, C) the same, where videos are drawn several times.

        Args:
            videos: Names in the order of ``counts``.
            counts: (R, V) how often each video is drawn.
        """


FoldReader = Callable[[Path], FoldResult]


@dataclass(frozen=True)
class DetectedFold:
    """Detections of one fold; the metric is average precision.

    Args:
        results: Of a test; its ``eval_labels`` are the unseen classes.
    """

    results: FrameResults

    @property
    def classes(self) -> Sequence[str]:
        """Names of the unseen classes."""
        return self.results.eval_labels

    @property
    def videos(self) -> list[str]:
        """Names of the videos."""
        return list(dict.fromkeys(self.results.movies))

    @property
    def featured(self) -> list[int | None]:
        """The class that most people of each video do; None for none."""
        return featured_classes(self.results, self.videos)

    def measured(self) -> np.ndarray:
        """See :class:`FoldResult`."""
        return self.results.evaluate(_IOU).average_precision

    def sampled(self, videos: Sequence[str], counts: np.ndarray) -> np.ndarray:
        """See :class:`FoldResult`."""
        return class_precisions(self.results, videos, counts, _IOU)


def read_detections(path: Path) -> DetectedFold:
    """Read a frame-mAP file."""
    return DetectedFold(read_frame_results(path, path))


class Comparison:
    """Methods on the same folds, with one bootstrap for all.

    Args:
        methods: Rows; at least one is a control.
        read: Reads their files.
        kinds: Classes to report apart, by the name of their kind.
        samples: Of the bootstrap.

    Raises:
        UserError: If methods were not tested on the same videos.
    """

    def __init__(
        self,
        methods: Sequence[Method],
        read: FoldReader = read_detections,
        kinds: Mapping[str, Collection[str]] | None = None,
        samples: int = SAMPLES,
    ) -> None:
        self.methods = methods
        self.kinds = dict(kinds or {})
        self._read = read
        results = [
            read(path) for path in next(iter(methods[0].files.values()))
        ]
        #: Names of the unseen classes of each fold.
        self.classes = [tuple(each.classes) for each in results]
        self._videos = [list(each.videos) for each in results]
        self._draws = draw(
            [each.featured for each in results],
            [len(names) for names in self.classes],
            samples,
        )

    @property
    def kinds_there(self) -> list[str]:
        """Kinds of which every fold has a class."""
        return [
            kind for kind in self.kinds if all(map(len, self._columns(kind)))
        ]

    @cached_property
    def _precisions(self) -> dict[str, dict[int, list[tuple]]]:
        """Of each method and seed, by fold: (C,) measured, (R, C) sampled."""
        return {
            method.title: {
                seed: [
                    self._of_fold(method, path, fold)
                    for fold, path in enumerate(paths)
                ]
                for seed, paths in method.files.items()
            }
            for method in self.methods
        }

    def _of_fold(
        self, method: Method, path: Path, fold: int
    ) -> tuple[np.ndarray, np.ndarray]:
        results = self._read(path)
        videos = self._videos[fold]
        same = sorted(results.videos) == sorted(videos)
        if not same or tuple(results.classes) != self.classes[fold]:
            raise UserError(
                f'{path} ({method.title}) has other videos or classes than '
                f'those of {self.methods[0].title!r}: test both again'
            )
        counts = self._draws.videos[fold]
        return results.measured(), results.sampled(videos, counts)

    @property
    def best_control(self) -> str:
        """Title of the control with the highest mean over all classes."""
        controls = [method.title for method in self.methods if method.control]
        return max(controls, key=lambda title: self._mean(title, ''))

    def table(self, kind: str = '') -> list[Compared]:
        """What is said of every method.

        Args:
            kind: Of the classes that count; empty for all.
        """
        means = {m.title: self._mean(m.title, kind) for m in self.methods}
        sampled = {m.title: self._sampled(m.title, kind) for m in self.methods}
        best = self.best_control
        rows = []
        for title, mean in means.items():
            over_seeds = np.mean(list(sampled[title].values()), axis=0)
            gain = None
            if title != best:
                paired = difference(sampled[title], sampled[best])
                gain = interval(mean - means[best], paired)
            rows.append(Compared(title, interval(mean, over_seeds), gain))
        return rows

    def difference(self, ours: str, other: str, kind: str = '') -> Interval:
        """A claim: how far one row is above another, in points."""
        paired = difference(self._sampled(ours, kind),
                            self._sampled(other, kind))  # fmt: skip
        return interval(self._mean(ours, kind) - self._mean(other, kind),
                        paired)  # fmt: skip

    def _columns(self, kind: str) -> list[np.ndarray]:
        """Which classes of each fold count."""
        wanted = self.kinds[kind] if kind else None
        return [
            np.array(
                [
                    column
                    for column, name in enumerate(names)
                    if wanted is None or name in wanted
                ]
            )
            for names in self.classes
        ]

    def _mean(self, title: str, kind: str) -> float:
        columns = self._columns(kind)
        means = [
            np.nanmean(measured[chosen])
            for folds in self._precisions[title].values()
            for (measured, _), chosen in zip(folds, columns, strict=True)
        ]
        return 100 * float(np.mean(means))

    def _sampled(self, title: str, kind: str) -> dict[int, np.ndarray]:
        """(S,) means of every seed, in percent."""
        columns = self._columns(kind)
        counts = [len(chosen) for chosen in columns]
        draws = with_classes(self._draws, counts)
        return {
            seed: 100
            * sampled_means(
                draws,
                [
                    values[:, chosen]
                    for (_, values), chosen in zip(folds, columns, strict=True)
                ],
            )
            for seed, folds in self._precisions[title].items()
        }


def featured_classes(
    results: FrameResults, videos: Sequence[str]
) -> list[int | None]:
    """The evaluated class that most people of each video do; None for none.

    Args:
        results: Of a fold.
        videos: Their names.
    """
    row_of = {name: row for row, name in enumerate(videos)}
    video_of = np.array([row_of[movie] for movie in results.movies])
    truth = results.ground_truth
    counts = np.zeros((len(videos), len(results.labels)), np.int64)
    np.add.at(counts, (video_of[truth.keyframe_idx], truth.labels), 1)
    counts = counts[:, results.eval_columns]
    return [int(row.argmax()) if row.any() else None for row in counts]
