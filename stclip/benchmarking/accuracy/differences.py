"""Methods compared on the same folds: means, differences, intervals.

Protocol: docs/zs_stage_protocol.md. Alphabet: F folds, C classes and V videos
of a fold, S samples, R times that a fold is drawn in all of them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

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


@dataclass(frozen=True)
class Method:
    """A row whose runs have finished.

    Args:
        title: Of the row.
        files: By seed, the detection file of each fold.
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
        mean: Frame mAP in percent, over folds and seeds.
        gain: In points, over the best control; None for that itself.
    """

    title: str
    mean: Interval
    gain: Interval | None


class Comparison:
    """Methods on the same folds, with one bootstrap for all.

    Args:
        methods: Rows; at least one is a control.
        kinds: Classes to report apart, by the name of their kind.
        samples: Of the bootstrap.

    Raises:
        UserError: If methods were not tested on the same videos.
    """

    def __init__(
        self,
        methods: Sequence[Method],
        kinds: Mapping[str, Collection[str]] | None = None,
        samples: int = SAMPLES,
    ) -> None:
        self.methods = methods
        self.kinds = dict(kinds or {})
        first = methods[0]
        results = [
            read_frame_results(path, path)
            for path in next(iter(first.files.values()))
        ]
        #: Names of the unseen classes of each fold.
        self.classes = [each.eval_labels for each in results]
        self._videos = [list(dict.fromkeys(each.movies)) for each in results]
        featured = [
            featured_classes(each, names)
            for each, names in zip(results, self._videos, strict=True)
        ]
        self._draws = draw(featured, samples)

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
        results = read_frame_results(path, path)
        videos = self._videos[fold]
        same = set(results.movies) == set(videos)
        if not same or results.eval_labels != self.classes[fold]:
            raise UserError(
                f'{path} ({method.title}) has other videos or classes than '
                f'those of {self.methods[0].title!r}: test both again'
            )
        measured = results.evaluate(0.5).average_precision
        counts = self._draws.videos[fold]
        return measured, class_precisions(results, videos, counts)

    def table(self, kind: str = '') -> list[Compared]:
        """What is said of every method.

        Args:
            kind: Of the classes that count; empty for all.
        """
        means = {m.title: self._mean(m.title, kind) for m in self.methods}
        sampled = {m.title: self._sampled(m.title, kind) for m in self.methods}
        controls = [m.title for m in self.methods if m.control]
        best = max(controls, key=means.get)
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
) -> list[int]:
    """The evaluated class that most people of each video do.

    Args:
        results: Of a fold.
        videos: Their names.

    Raises:
        UserError: If nobody in a video does one.
    """
    row_of = {name: row for row, name in enumerate(videos)}
    video_of = np.array([row_of[movie] for movie in results.movies])
    columns = results.eval_columns
    truth = results.ground_truth
    counts = np.zeros((len(videos), len(results.labels)), np.int64)
    np.add.at(counts, (video_of[truth.keyframe_idx], truth.labels), 1)
    counts = counts[:, columns]
    for row in np.flatnonzero(counts.sum(axis=1) == 0):
        raise UserError(f'nobody in {videos[row]} does an evaluated class')
    return counts.argmax(axis=1).tolist()
