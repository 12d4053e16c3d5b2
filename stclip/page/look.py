"""A look at a video, and what of it serves other labels as well."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from stclip.apis.inferencer import ActionInferencer
from stclip.apis.kept_features import KeptFeatures
from stclip.apis.kept_tokens import KeptTokens
from stclip.labels.label_space import LabelSpace
from stclip.models.detection.clip_baseline import CLIPBaseline
from stclip.models.st_clip.detector import STCLIP
from stclip.results.video_actions import VideoActions

#: What was kept of the persons.
Kept = KeptFeatures | KeptTokens


@dataclass(frozen=True)
class Look:
    """What was seen of a video.

    Args:
        result: Scored for the labels that were asked for, without smoothing
            and segments.
        kept: What other labels can be scored on; None if they take another
            look.
        seconds: How long the look took.
        told: What was kept and what that costs, or why nothing was.
    """

    result: VideoActions
    kept: Kept | None
    seconds: float
    told: str


def look_at(
    infer: ActionInferencer,
    video: Path,
    labels: LabelSpace,
    stride: str,
    most_bytes: int,
    on_frame: Callable[[int], None],
) -> Look:
    """Look at a video and keep what its labels do not change.

    Args:
        infer: Looks.
        video: The file.
        labels: See :meth:`.ActionInferencer.stream`.
        stride: Likewise.
        most_bytes: Of what may be kept.
        on_frame: See :meth:`.ActionInferencer.__call__`.

    Raises:
        UserError: See :meth:`.ActionInferencer.stream`.
    """
    start = time.monotonic()
    kept: Kept | None = None
    told = f'a {type(infer.model).__name__} reads labels with the pictures'
    if isinstance(infer.model, CLIPBaseline):
        kept = KeptFeatures.look(infer, video, on_frame, stride=stride)
        result = kept.scored(infer, labels)
        told = _cost('feature of each person', kept.features.nbytes)
    elif isinstance(infer.model, STCLIP):
        kept = KeptTokens.look(
            infer, video, labels, on_frame, most_bytes, stride=stride
        )
        result = kept.result
        told = _cost('tokens of each layer of ST-CLIP', kept.num_bytes)
        if kept.num_persons < result.num_persons:
            kept = None
            told = (
                f'the tokens of each layer would take more than '
                f'{most_bytes / 10**6:g} MB and were not kept'
            )
    else:
        stream = infer.stream(video, labels, stride)
        frames = []
        for frame in stream:
            frames.append(frame)
            on_frame(frame.frame_idx + 1)
        result = stream.result(tuple(frames))
    seconds = time.monotonic() - start
    if kept is None:
        told += f': other labels take another look, about {seconds:.0f} s'
    return Look(result, kept, seconds, told)


def _cost(what: str, num_bytes: int) -> str:
    size = f'{num_bytes / 10**6:.1f} MB'
    if num_bytes < 10**5:
        size = f'{num_bytes / 10**3:.1f} kB'
    return (
        f'kept for other labels: the {what}, {size}, so they need no other '
        'look'
    )
