"""Tubes linked without positions, and the annotated tube each claims.

Source: OpenMixer, WACV 2025, and its released evaluation.

Alphabet: V videos of one action each, T linked tubes, C actions.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stclip.structures.order_linker import filled, link_in_order
from stclip.structures.tubes import Tube, tube_iou


@dataclass(frozen=True)
class ScoredVideo:
    """A video that shows one action, with its annotated and scored boxes.

    Args:
        name: Of the video.
        action: Name of what it shows.
        annotated: Its tubes, at least one.
        frames: (N,) int frame index of each box, ascending.
        boxes: (N, 4) xyxy, px.
        logits: (N, C) of all actions; softmax makes probabilities of them.
    """

    name: str
    action: str
    annotated: Sequence[Tube]
    frames: np.ndarray
    boxes: np.ndarray
    logits: np.ndarray


@dataclass(frozen=True)
class LinkedTubes:
    """Linked tubes of all videos.

    Args:
        video_idx: (T,) index of each tube's video.
        rows: Of each tube, which boxes of its video it has.
        tubes: The T tubes, on every frame of their spans.
    """

    video_idx: np.ndarray
    rows: list[np.ndarray]
    tubes: list[Tube]


@dataclass(frozen=True)
class TubeMatches:
    """The annotated tube that each linked one claims.

    Args:
        best: (T,) annotated tube of its video with the largest IoU, numbered
            over all videos.
        iou: (T,) with it.
        num_annotated: (V,) annotated tubes of each video.
    """

    best: np.ndarray
    iou: np.ndarray
    num_annotated: np.ndarray


def link_videos(videos: Sequence[ScoredVideo], frame_step: int) -> LinkedTubes:
    """Link the boxes of each video in their order, whatever their scores.

    Args:
        videos: V videos.
        frame_step: Frames from one sampled frame to the next.
    """
    video_idx: list[int] = []
    rows_of: list[np.ndarray] = []
    tubes: list[Tube] = []
    for index, video in enumerate(videos):
        for rows in link_in_order(video.frames, frame_step):
            # Corners are integers, as in the release.
            boxes = video.boxes[rows].round()
            video_idx.append(index)
            rows_of.append(rows)
            tubes.append(filled(Tube(video.frames[rows], boxes)))
    return LinkedTubes(np.array(video_idx, dtype=np.int64), rows_of, tubes)


def match_tubes(
    videos: Sequence[ScoredVideo],
    linked: LinkedTubes,
    frame_step: int,
    legacy_span: bool,
) -> TubeMatches:
    """Find the annotated tube that each linked one overlaps most.

    Args:
        videos: V videos.
        linked: Their tubes.
        frame_step: Frames from one sampled frame to the next.
        legacy_span: Whether time is measured, and annotated tubes are made,
            as in the release; see
            :func:`~stclip.structures.tubes.tube_iou` and
            :func:`released_truth`.
    """
    annotated = [video.annotated for video in videos]
    if legacy_span:
        annotated = [released_truth(of, frame_step) for of in annotated]
    counts = np.array([len(of) for of in annotated], dtype=np.int64)
    before = np.cumsum(counts) - counts
    best = before[linked.video_idx]
    iou = np.zeros(len(linked.tubes))
    for index, tube in enumerate(linked.tubes):
        truths = annotated[linked.video_idx[index]]
        ious = [tube_iou(truth, tube, legacy_span) for truth in truths]
        best[index] += np.argmax(ious)
        iou[index] = max(ious)
    return TubeMatches(best, iou, counts)


def released_truth(
    annotated: Sequence[Tube], frame_step: int
) -> Sequence[Tube]:
    """Annotated tubes of a video as OpenMixer's release makes them.

    J-HMDB's (every frame) are taken as they are. UCF101-24's (sampled frames)
    are linked anew from the boxes of each frame, rounded to integers, by the
    rule that detections are linked by: two persons of one action can swap.

    Args:
        annotated: Tubes of a video of one action.
        frame_step: Frames from one sampled frame to the next.
    """
    if frame_step == 1:
        return annotated
    frames = np.concatenate([tube.frames for tube in annotated])
    boxes = np.concatenate([tube.boxes for tube in annotated])
    order = np.argsort(frames, kind='stable')
    frames, boxes = frames[order], boxes[order].round()
    return [Tube(frames[r], boxes[r]) for r in link_in_order(frames)]


def sampled_truth(
    annotated: Sequence[Tube], frame_step: int
) -> tuple[np.ndarray, np.ndarray]:
    """Every ``frame_step``-th frame of each tube, and its boxes.

    Returns:
        (G,) frame indices and (G, 4) boxes.
    """
    return (
        np.concatenate([tube.frames[::frame_step] for tube in annotated]),
        np.concatenate([tube.boxes[::frame_step] for tube in annotated]),
    )
