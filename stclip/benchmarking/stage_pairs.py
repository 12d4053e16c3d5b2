"""Whether the pairs of ZS-Stage are what they are called.

The members of a motion pair must differ in the order of their frames alone.
Two ridge classifiers learn to tell them apart, with the labels and from the
same features, by cross-validation over videos: one knows what the frames are
like on the average and how they vary, the other also the order, as quarters
of the clip less the whole. A pair counts where the first is right in at most
65 % and the second in at least 90 % of the videos.

The features are edges and colourfulness in a coarse grid over a square about
all places where the person was, turned so that the person faces right: not
where he goes but what he does is asked for.
"""

from collections.abc import Sequence
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
_SQUARE, _GRID = 64, 16
_FOLDS = 5


@dataclass(frozen=True)
class PairResult:
    """How well one pair is told apart.

    Args:
        pair: Names of its members.
        blind: Videos that are told apart without the order.
        aware: Videos that are told apart by the order.
        videos: How many there were.
    """

    pair: tuple[str, str]
    blind: int
    aware: int
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
        cells.append('yes' if self.counts else 'NO')
        return f'| {" | ".join(cells)} |'


def run(videos: int) -> list[PairResult]:
    """Measure all motion pairs and print the table.

    Args:
        videos: Of each action, at least 5.
    """
    results = [
        judge(pair, videos) for pair in tqdm(PAIRS['motion'], 'motion pairs')
    ]
    print('| pair | without order, % | with order, % | counts |')
    print('|---|---|---|---|')
    for result in results:
        print(result.line())
    return results


def judge(pair: tuple[str, str], videos: int) -> PairResult:
    """Render a pair's videos and learn to tell them apart."""
    features = np.array(
        [look(name, index) for name in pair for index in range(videos)]
    )  # (2 * videos, T, D)
    labels = np.repeat([-1.0, 1.0], videos)
    blind = np.concatenate([features.mean(1), features.std(1)], axis=1)
    quarters = np.stack(
        [part.mean(1) for part in np.array_split(features, 4, axis=1)], axis=1
    )
    aware = quarters - features.mean(1, keepdims=True)
    return PairResult(
        pair,
        told_apart(blind, labels),
        told_apart(aware.reshape(len(labels), -1), labels),
        len(labels),
    )


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
    features: np.ndarray, labels: np.ndarray, folds: int = _FOLDS
) -> int:
    """Count the videos that ridge regression on the others gets right.

    Args:
        features: ``(n, D)``.
        labels: ``(n,)``, -1 or 1, half of each.
        folds: Parts of which each is held out once.
    """
    order = np.random.default_rng(0).permutation(len(labels))
    right = 0
    for fold in range(folds):
        held: Sequence[int] = order[fold::folds]
        rest = np.setdiff1d(order, held)
        mean = features[rest].mean(0)
        spread = features[rest].std(0) + 1e-6
        known = (features[rest] - mean) / spread
        unknown = (features[held] - mean) / spread
        kernel = known @ known.T
        ridge = np.trace(kernel) / len(rest) * np.eye(len(rest))
        middle = labels[rest].mean()
        weights = np.linalg.solve(kernel + ridge, labels[rest] - middle)
        scores = unknown @ (known.T @ weights) + middle
        right += int((np.sign(scores) == labels[held]).sum())
    return right
