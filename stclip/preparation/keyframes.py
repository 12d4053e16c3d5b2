"""From tubes to annotated keyframes."""

from collections.abc import Iterable

import numpy as np

from stclip.labels.label_space import LabelSpace
from stclip.preparation.records import AnnotatedVideo, Findings, Tube
from stclip.structures import tubes as structures
from stclip.structures.keyframe import Keyframe, multi_hot
from stclip.structures.tube_file import ActionTube


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
            tube = _checked(tube, video, findings)
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


def _checked(tube: Tube, video: AnnotatedVideo, findings: Findings) -> Tube:
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
    return Tube(tube.action, tube.frames[good], boxes[good])


def tubes_of(videos: Iterable[AnnotatedVideo]) -> list[ActionTube]:
    """Turn tubes of a data set into those that video mAP takes.

    Boxes are cut to the picture; frames without a box are left out.
    """
    tubes = []
    for video in sorted(videos, key=lambda video: video.name):
        for tube in video.tubes:
            cut = _checked(tube, video, Findings())
            if len(cut.frames):
                whole = structures.Tube(cut.frames, cut.boxes)
                tubes.append(ActionTube(video.name, cut.action, whole))
    return tubes


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
