"""Action tubes: one box in each frame of a stretch of video."""

from dataclasses import dataclass, field

import numpy as np

from stclip.structures.boxes import box_iou, paired_box_iou
from stclip.utils.errors import UserError


@dataclass(frozen=True)
class Tube:
    """Boxes of one person over time: annotated, linked or compared.

    Args:
        frames: (n,) int frame indices, ascending, n >= 1.
        boxes: (n, 4) xyxy.
        score: How certain its action is.
        action: Name of the action, where there are several.
        video: Name of the video, where there are several.

    Raises:
        ValueError: For shapes that do not fit or frames that do not ascend.
    """

    frames: np.ndarray
    boxes: np.ndarray
    score: float = 1.0
    action: str | None = None
    video: str | None = None

    def __post_init__(self) -> None:
        frames = np.asarray(self.frames)
        boxes = np.asarray(self.boxes, dtype=np.float64)
        if len(frames) < 1 or boxes.shape != (len(frames), 4):
            raise UserError(
                f'a tube needs one box a frame, got {len(frames)} frames and '
                f'boxes of shape {boxes.shape}'
            )
        if (np.diff(frames) <= 0).any():
            raise UserError(f'frames of a tube must ascend, got {frames}')
        object.__setattr__(self, 'frames', frames)
        object.__setattr__(self, 'boxes', boxes)


def tube_iou(tube: Tube, other: Tube, legacy_span: bool = False) -> float:
    """Overlap in time times the mean overlap of the boxes in that time.

    Source: Kalogeiton et al., Action Tubelet Detector, arXiv:1705.01861, and
    its evaluation code.

    Args:
        tube: A tube.
        other: Another one.
        legacy_span: Measure time as OpenMixer's release does, by differences
            of frame numbers: tubes of n and n - 1 frames that begin together
            share (n - 2) / (n - 1) of it, not (n - 1) / n. A tube of one
            frame has no length then and overlaps none (0 / 0 of two such).

    Returns:
        IoU in [0, 1]; 0 for tubes that share no frame.
    """
    shared, rows, other_rows = np.intersect1d(
        tube.frames, other.frames, assume_unique=True, return_indices=True
    )
    if not len(shared):
        return 0.0
    if legacy_span:
        starts, ends = zip(
            *((t.frames[0], t.frames[-1]) for t in (tube, other)), strict=True
        )
        common, together = min(ends) - max(starts), max(ends) - min(starts)
    else:
        common = len(shared)
        together = len(tube.frames) + len(other.frames) - common
    if not together:
        return 0.0
    spatial = paired_box_iou(tube.boxes[rows], other.boxes[other_rows])
    return float(spatial.mean() * common / together)


@dataclass(frozen=True)
class TubeLinker:
    """Link the boxes of one action frame by frame, best tubes first.

    In each frame, boxes that a better one overlaps go. Each tube, from the
    highest mean score down, takes the best box that overlaps its last one;
    a tube that finds none ends; boxes that are left start new tubes.

    Source: Kalogeiton et al., arXiv:1705.01861, section 3.3 (incremental
    linking), for boxes of single frames; the defaults are of its code.

    Args:
        nms_iou: IoU above which the worse of two boxes goes.
        top_k: Boxes of a frame that stay.
        link_iou: Least IoU of a box with the last one of its tube.
        min_length: Shorter tubes are dropped, in frames.
        min_score: Tubes with a lower mean score are dropped.
    """

    nms_iou: float = 0.3
    top_k: int = 10
    link_iou: float = 0.2
    min_length: int = 15
    min_score: float = 0.005

    def __call__(
        self, frames: np.ndarray, boxes: np.ndarray, scores: np.ndarray
    ) -> list[list[Tube]]:
        """Link boxes of one video, for each action by its own scores.

        How boxes overlap is the same for all actions, so it is found once.

        Args:
            frames: (N,) int frame index of each box, ascending.
            boxes: (N, 4) xyxy.
            scores: (N, C) score of each action.

        Returns:
            Tubes of each of the C actions, whose score is the mean of their
            boxes' scores.
        """
        frames, scores = np.asarray(frames), np.asarray(scores)
        actions = [_Links() for _ in range(scores.shape[1])]
        begin = 0
        starts = np.flatnonzero(np.diff(frames)) + 1
        for rows in np.split(np.arange(len(frames)), starts)[: len(frames)]:
            start, end = int(rows[0]), int(rows[-1]) + 1
            here = boxes[start:end]
            clashes = box_iou(here, here) > self.nms_iou
            fits = box_iou(boxes[begin:start], here) >= self.link_iou
            fits = fits.tolist()  # of which single entries are read
            gap = frames[start] > frames[begin] + 1
            for links, of_action in zip(
                actions, scores[start:end].T, strict=True
            ):
                if gap:
                    links.end_all()
                chosen = self._suppress(clashes, of_action)
                links.extend(chosen, of_action.tolist(), fits, begin, start)
            begin = start
        return [
            [
                Tube(frames[link.rows], boxes[link.rows], link.mean)
                for link in links.finished + links.running
                if len(link.rows) >= self.min_length
                and link.mean >= self.min_score
            ]
            for links in actions
        ]

    def _suppress(self, clashes: np.ndarray, scores: np.ndarray) -> list[int]:
        """Non-maximum suppression; which boxes of a frame stay, best first.

        Args:
            clashes: (n, n) bool, which of them overlap too much.
            scores: (n,).
        """
        gone = np.zeros(len(scores), dtype=bool)
        chosen = []
        for box in np.argsort(-scores, kind='stable').tolist():
            if not gone[box]:
                chosen.append(box)
                gone |= clashes[box]
        return chosen[: self.top_k]


@dataclass
class _Link:
    """A tube in the making: rows of its boxes, sum of their scores."""

    rows: list[int] = field(default_factory=list)
    total: float = 0.0

    @property
    def mean(self) -> float:
        return self.total / len(self.rows)

    def add(self, row: int, score: float) -> None:
        self.rows.append(row)
        self.total += score


@dataclass
class _Links:
    """Tubes of one action in the making, and those that have ended."""

    running: list[_Link] = field(default_factory=list)
    finished: list[_Link] = field(default_factory=list)

    def end_all(self) -> None:
        """Nothing runs on over a gap."""
        self.finished += self.running
        self.running = []

    def extend(
        self,
        chosen: list[int],
        scores: list[float],
        fits: list[list[bool]],
        begin: int,
        start: int,
    ) -> None:
        """Give each tube its next box, the best tube first.

        Args:
            chosen: Boxes of the frame that stay, best first.
            scores: Of all boxes of the frame.
            fits: Whether a box of the frame before (row) and one of this
                (column) may be of one tube.
            begin: Row of the first box of the frame before.
            start: Row of the first box of this one.
        """
        free = dict.fromkeys(chosen)
        alive = []
        for link in sorted(self.running, key=lambda link: -link.mean):
            fit = fits[link.rows[-1] - begin]
            box = next((box for box in free if fit[box]), None)
            if box is None:
                self.finished.append(link)
                continue
            del free[box]
            link.add(start + box, scores[box])
            alive.append(link)
        for box in free:
            link = _Link()
            link.add(start + box, scores[box])
            alive.append(link)
        self.running = alive
