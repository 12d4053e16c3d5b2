"""Answers of a recogniser, resampled as detections are."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stclip.utils.io import read_json


@dataclass(frozen=True)
class Answers:
    """A recogniser's test on one fold.

    Args:
        classes: Names of the C unseen classes.
        videos: Names of the V videos.
        featured: The class of each.
        right: (V,) bool.
    """

    classes: tuple[str, ...]
    videos: list[str]
    featured: list[int]
    right: np.ndarray

    def measured(self) -> np.ndarray:
        """(C,) part of the videos of each class that are right."""
        return self.sampled(self.videos, np.ones((1, len(self.videos)), int))[
            0
        ]

    def sampled(self, videos: list[str], counts: np.ndarray) -> np.ndarray:
        """(R, C) the same where videos are drawn several times.

        Args:
            videos: Names in the order of ``counts``.
            counts: (R, V) how often each video is drawn.
        """
        row_of = {name: row for row, name in enumerate(self.videos)}
        order = [row_of[name] for name in videos]
        labels = np.array(self.featured)[order]
        of_class = labels[:, None] == np.arange(len(self.classes))
        right = of_class & self.right[order][:, None]
        return (counts @ right) / np.maximum(counts @ of_class, 1)


def read_answers(path: Path) -> Answers:
    """Read ``recognition.json`` (docs/formats.md)."""
    content = read_json(path)
    names, answers = tuple(content['labels']), content['answers']
    return Answers(
        names,
        [answer['video'] for answer in answers],
        [names.index(answer['label']) for answer in answers],
        np.array([a['label'] == a['taken_for'] for a in answers]),
    )
