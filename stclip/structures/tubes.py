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
    ) -> list[Tube]:
        """Link boxes of one video and one action.

        Args:
            frames: (N,) int frame index of each box, ascending.
            boxes: (N, 4) xyxy.
            scores: (N,) score of the action.

        Returns:
            Tubes whose score is the mean of their boxes' scores.
        """
        frames = np.asarray(frames)
        if not len(frames):
            return []
        running: list[_Link] = []
        finished: list[_Link] = []
        last_frame = frames[0]
        steps = np.flatnonzero(np.diff(frames)) + 1
        for start, end in zip([0, *steps], [*steps, len(frames)], strict=True):
            if frames[start] > last_frame + 1:
                finished += running
                running = []
            last_frame = frames[start]
            rows = start + self._suppress(boxes[start:end], scores[start:end])
            running, ended = self._extend(
                running, rows.tolist(), boxes, scores
            )
            finished += ended
        tubes = []
        for link in finished + running:
            mean = link.total / len(link.rows)
            if len(link.rows) >= self.min_length and mean >= self.min_score:
                tubes.append(
                    Tube(frames[link.rows], boxes[link.rows], float(mean))
                )
        return tubes

    def _suppress(self, boxes: np.ndarray, scores: np.ndarray) -> np.ndarray:
        """Non-maximum suppression; rows of what stays, best first."""
        order = np.argsort(-scores, kind='stable')
        if len(order) > 1:
            overlap = box_iou(boxes[order], boxes[order]) > self.nms_iou
            chosen: list[int] = []
            for rank in range(len(order)):
                if not overlap[rank, chosen].any():
                    chosen.append(rank)
            order = order[chosen]
        return order[: self.top_k]

    def _extend(
        self,
        running: list['_Link'],
        rows: list[int],
        boxes: np.ndarray,
        scores: np.ndarray,
    ) -> tuple[list['_Link'], list['_Link']]:
        """Give each tube its next box; return what runs on and what ends."""
        running = sorted(running, key=lambda link: -link.mean)
        ended = []
        if running:
            last = [link.rows[-1] for link in running]
            fits = box_iou(boxes[last], boxes[rows]) >= self.link_iou
        free = dict.fromkeys(range(len(rows)))  # best first
        alive = []
        for link_idx, link in enumerate(running):
            rank = next((r for r in free if fits[link_idx, r]), None)
            if rank is None:
                ended.append(link)
                continue
            del free[rank]
            link.add(rows[rank], scores[rows[rank]])
            alive.append(link)
        for rank in free:
            link = _Link()
            link.add(rows[rank], scores[rows[rank]])
            alive.append(link)
        return alive, ended


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
        self.total += float(score)
