"""Annotated keyframes, and tubes of video mAP, from annotated videos."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from stclip.labels.label_space import LabelSpace
from stclip.preparation.records import AnnotatedVideo, Findings
from stclip.structures.keyframe import Keyframe, multi_hot
from stclip.structures.tubes import Tube


def keyframes_of(
    videos: Iterable[AnnotatedVideo],
    labels: LabelSpace,
    findings: Findings,
    every_frame: bool = False,
) -> list[Keyframe]:
    """Turn tubes into keyframes.

    Args:
        videos: Annotated videos, in any order.
        labels: All actions.
        findings: Gets the boxes that are annotated twice, and those of which
            nothing lies inside the picture.
        every_frame: Whether frames without a person are keyframes as well
            (untrimmed videos: detections there are false).

    Returns:
        Keyframes by video name and frame.
    """
    keyframes = []
    for video in sorted(videos, key=lambda video: video.name):
        frames: dict[int, dict[tuple, set[int]]] = {}
        if every_frame:
            frames = {frame: {} for frame in range(video.num_frames)}
        for tube in video.tubes:
            action = labels.index(tube.action)
            tube = _inside(tube, video, findings)
            if tube is None:
                continue
            rows = zip(tube.frames.tolist(), tube.boxes.tolist(), strict=True)
            for frame, box in rows:
                actions = frames.setdefault(frame, {}).setdefault(
                    tuple(box), set()
                )
                if action in actions:
                    findings.add(
                        'box annotated twice',
                        f'{video.name}, frame {frame + 1}',
                        'counted once.',
                    )
                actions.add(action)
        keyframes += [
            _make_keyframe(video, frame, frames[frame], len(labels))
            for frame in sorted(frames)
        ]
    return keyframes


def _inside(
    tube: Tube, video: AnnotatedVideo, findings: Findings
) -> Tube | None:
    """Cut boxes to the picture and drop those of which nothing is left."""
    height, width = video.size_hw
    boxes = np.clip(tube.boxes, 0, [width, height, width, height])
    # NaN is not larger than anything.
    good = (boxes[:, 2:] > boxes[:, :2]).all(axis=1)
    for frame in tube.frames[~good]:
        findings.add(
            'box without area inside the picture',
            f'{video.name}, frame {frame + 1}',
            'left out.',
        )
    if not good.any():
        return None
    return replace(tube, frames=tube.frames[good], boxes=boxes[good])


def tubes_of(videos: Iterable[AnnotatedVideo]) -> list[Tube]:
    """Turn tubes of a data set into those that video mAP takes.

    Boxes are cut to the picture; frames without a box are left out.
    """
    return [
        replace(inside, video=video.name)
        for video in sorted(videos, key=lambda video: video.name)
        for tube in video.tubes
        if (inside := _inside(tube, video, Findings()))
    ]


def _make_keyframe(
    video: AnnotatedVideo,
    frame: int,
    persons: dict[tuple, set[int]],
    num_actions: int,
) -> Keyframe:
    return Keyframe(
        image_id=f'{video.name}/{frame + 1:05d}',
        video=video.name,
        timestamp=f'{frame + 1:05d}',
        boxes=np.array(list(persons), dtype=np.float32).reshape(-1, 4),
        labels=multi_hot(persons.values(), num_actions),
        img_shape=video.size_hw,
        frame_idx=frame,
    )
