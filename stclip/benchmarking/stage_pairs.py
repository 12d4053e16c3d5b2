"""Whether the pairs of ZS-Stage are what they are called.

The members of a motion pair must differ in the order of their frames alone.
Ridge classifiers learn to tell them apart, with the labels and from the
same features, by cross-validation over videos: one knows what the frames are
like on the average and how they vary, the other also the order, as quarters
of the clip less the whole. A pair counts where the first is right in at most
65 % and the second in at least 90 % of the videos. A third one sees a second
at a time, as methods that look about a keyframe do: its later frames less its
earlier ones.

The features are edges and colourfulness in a coarse grid over a square about
all places where the person was, turned so that the person faces right: not
where he goes but what he does is asked for.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from scipy.stats import binomtest
from tqdm import tqdm

from stclip.zs_stage.action_casting import cast_action
from stclip.zs_stage.classes import ACTIONS, PAIRS
from stclip.zs_stage.clip import FPS

#: A pair counts at or below, and at or above.
MOST_BLIND, LEAST_AWARE = 0.65, 0.90
_SEED = 7
_SECONDS = 3.0
# Every second frame of a clip.
_STEP = 2
# Frames of those that a second holds.
_SECOND = 5
_SQUARE, _GRID = 64, 16
_FOLDS = 5


@dataclass(frozen=True)
class PairResult:
    """How well one pair is told apart.

    Args:
        pair: Names of its members.
        blind: Videos that are told apart without the order.
        aware: Videos that are told apart by the order.
        second: Part of all seconds that are told apart by their order.
        videos: How many there were.
    """

    pair: tuple[str, str]
    blind: int
    aware: int
    second: float
    videos: int

    @property
    def counts(self) -> bool:
        """Whether it is a motion pair as it should be."""
        return (
            self.blind <= MOST_BLIND * self.videos
            and self.aware >= LEAST_AWARE * self.videos
        )

    def line(self) -> str:
        """Its row of the table, with 95 % Wilson intervals."""
        cells = [' / '.join(self.pair)]
        for right in (self.blind, self.aware):
            interval = binomtest(right, self.videos).proportion_ci(
                method='wilson'
            )
            cells.append(
                f'{100 * right / self.videos:.0f} '
                f'[{100 * interval.low:.0f}, {100 * interval.high:.0f}]'
            )
        cells.append(f'{100 * self.second:.0f}')
        cells.append('yes' if self.counts else 'NO')
        return f'| {" | ".join(cells)} |'


def table(videos: int) -> str:
    """Measure all motion pairs.

    Args:
        videos: Of each action, at least 5.

    Returns:
        A table in Markdown.
    """
    results = [
        judge(pair, videos) for pair in tqdm(PAIRS['motion'], 'motion pairs')
    ]
    lines = [
        '| motion pair | without order, % | with order, % | in 1 s | counts |',
        '|---|---|---|---|---|',
        *(result.line() for result in results),
    ]
    return '\n'.join(lines) + '\n'


def judge(pair: tuple[str, str], videos: int) -> PairResult:
    """Render a pair's videos and learn to tell them apart."""
    features = np.array(
        [look(name, index) for name in pair for index in range(videos)]
    )  # (2 * videos, T, D)
    labels = np.repeat([-1.0, 1.0], videos)
    videos = np.arange(len(labels))
    average = features.mean(1)
    blind = np.concatenate([average, features.std(1)], axis=1)
    parts = np.array_split(features, 4, axis=1)
    aware = np.concatenate([part.mean(1) - average for part in parts], axis=1)
    starts = range(features.shape[1] - _SECOND + 1)
    changes = [change(features[:, at : at + _SECOND]) for at in starts]
    seconds = told_apart(
        np.concatenate(changes), np.tile(labels, len(starts)),
        np.tile(videos, len(starts)),
    )  # fmt: skip
    return PairResult(
        pair,
        int(told_apart(blind, labels, videos).sum()),
        int(told_apart(aware, labels, videos).sum()),
        float(seconds.mean()),
        len(labels),
    )


def change(features: np.ndarray) -> np.ndarray:
    """Return later frames less earlier ones, ``(n, T, D)`` -> ``(n, D)``."""
    half = features.shape[1] // 2
    return features[:, -half:].mean(1) - features[:, :half].mean(1)


def look(name: str, index: int) -> np.ndarray:
    """Render a video of an action and describe its frames.

    Returns:
        ``(T, D)`` float.
    """
    seed = [_SEED, list(ACTIONS).index(name), index]
    clip = cast_action(name, np.random.default_rng(seed), _SECONDS)
    rendered = [
        clip.render(frame) for frame in range(0, int(_SECONDS * FPS), _STEP)
    ]
    boxes = np.array([seen[0] for _, seen in rendered if seen[0]], float)
    low, high = boxes[:, :2].min(0), boxes[:, 2:].max(0)
    scale = _SQUARE / (1.3 * (high - low).max())
    x, y = 0.5 * _SQUARE - scale * 0.5 * (low + high)
    to_square = np.array([[scale, 0.0, x], [0.0, scale, y]])
    mirrored = clip.actors[0].placement.mirror
    return np.array(
        [describe(image, to_square, mirrored) for image, _ in rendered]
    )


def describe(
    image: np.ndarray, to_square: np.ndarray, mirrored: bool
) -> np.ndarray:
    """Return edges and colourfulness in a grid.

    Args:
        image: ``(H, W, 3)`` uint8 RGB.
        to_square: ``(2, 3)`` from pixels to those of the square.
        mirrored: Whether to turn left to right.
    """
    square = cv2.warpAffine(
        image, to_square, (_SQUARE, _SQUARE), borderMode=cv2.BORDER_REPLICATE
    )
    if mirrored:
        square = square[:, ::-1]
    smooth = cv2.GaussianBlur(square, (0, 0), 1.0).astype(np.float32)
    maps = (
        np.abs(cv2.Sobel(smooth, cv2.CV_32F, 1, 0)).max(-1),
        np.abs(cv2.Sobel(smooth, cv2.CV_32F, 0, 1)).max(-1),
        smooth.max(-1) - smooth.min(-1),
    )
    coarse = [
        cv2.resize(part, (_GRID, _GRID), interpolation=cv2.INTER_AREA)
        for part in maps
    ]
    return np.stack([part / (part.mean() + 1e-6) for part in coarse]).ravel()


def told_apart(
    features: np.ndarray, labels: np.ndarray, videos: np.ndarray
) -> np.ndarray:
    """Say which samples ridge regression on other videos gets right.

    Args:
        features: ``(n, D)``.
        labels: ``(n,)``, -1 or 1.
        videos: ``(n,)`` number of each sample's video, from 0.

    Returns:
        ``(n,)`` bool.
    """
    order = np.random.default_rng(0).permutation(videos.max() + 1)
    right = np.zeros(len(labels), bool)
    for fold in range(_FOLDS):
        held = np.isin(videos, order[fold::_FOLDS])
        scores = ridge(features[~held], labels[~held], features[held])
        right[held] = np.sign(scores) == labels[held]
    return right


def ridge(
    features: np.ndarray, labels: np.ndarray, others: np.ndarray
) -> np.ndarray:
    """Learn from ``(n, D)`` samples, return scores of ``(m, D)`` others."""
    mean, spread = features.mean(0), features.std(0) + 1e-6
    known, unknown = (features - mean) / spread, (others - mean) / spread
    kernel = known @ known.T
    penalty = np.trace(kernel) / len(kernel) * np.eye(len(kernel))
    middle = labels.mean()
    weights = np.linalg.solve(kernel + penalty, labels - middle)
    return unknown @ (known.T @ weights) + middle
