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
class TubeMatches:
    """Linked tubes of all videos and the annotated tube each claims.

    Args:
        video_idx: (T,) index of each tube's video.
        rows: Of each tube, which boxes of its video it has.
        best: (T,) annotated tube of that video with the largest IoU, numbered
            over all videos.
        iou: (T,) with it.
        num_annotated: (V,) annotated tubes of each video.
    """

    video_idx: np.ndarray
    rows: list[np.ndarray]
    best: np.ndarray
    iou: np.ndarray
    num_annotated: np.ndarray


def match_tubes(
    videos: Sequence[ScoredVideo], frame_step: int, legacy_span: bool
) -> TubeMatches:
    """Link the boxes of each video in their order, whatever their scores.

    Args:
        videos: V videos.
        frame_step: Frames from one sampled frame to the next.
        legacy_span: Whether time is measured, and annotated tubes are made,
            as in the release; see
            :func:`~stclip.structures.tubes.tube_iou` and
            :func:`released_truth`.
    """
    video_idx: list[int] = []
    rows_of: list[np.ndarray] = []
    best: list[int] = []
    iou: list[float] = []
    num_annotated: list[int] = []
    before = 0
    for index, video in enumerate(videos):
        annotated = video.annotated
        if legacy_span:
            annotated = released_truth(annotated, frame_step)
        for rows in link_in_order(video.frames, frame_step):
            # Corners are integers, as in the release.
            boxes = video.boxes[rows].round()
            tube = filled(Tube(video.frames[rows], boxes))
            ious = [tube_iou(truth, tube, legacy_span) for truth in annotated]
            video_idx.append(index)
            rows_of.append(rows)
            best.append(before + int(np.argmax(ious)))
            iou.append(max(ious))
        num_annotated.append(len(annotated))
        before += len(annotated)
    return TubeMatches(
        np.array(video_idx, dtype=np.int64),
        rows_of,
        np.array(best, dtype=np.int64),
        np.array(iou, dtype=np.float64),
        np.array(num_annotated, dtype=np.int64),
    )


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
