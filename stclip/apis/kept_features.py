"""Features of a video's persons, kept, so that other labels cost no look.

Of plain CLIP a person's feature does not depend on the labels: with it kept,
new labels need the text tower and one product of matrices.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from stclip.apis.feature_files import read_features, write_features
from stclip.apis.inferencer import ActionInferencer, Labels
from stclip.labels.label_space import LabelSpace
from stclip.models.detection.base import KeyframeDetector
from stclip.models.detection.clip_baseline import CLIPBaseline
from stclip.results.keyframe_actions import (
    KeyframeActions,
    without_background,
)
from stclip.results.video_actions import VideoActions
from stclip.tracking.following import SHOWN_PROB, with_segments
from stclip.utils.errors import UserError

Seen = TypeVar('Seen')


@dataclass(frozen=True)
class KeptFeatures:
    """What plain CLIP saw of a video's N persons.

    Args:
        result: Boxes, ids and times of its keyframes.
        features: (N, Dt) float16, keyframe by keyframe in the order of the
            boxes.
        about: Plain values that tell who has made them, and of what.

    Raises:
        UserError: If there are more or fewer features than persons.
    """

    result: VideoActions
    features: np.ndarray
    about: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        persons = self.result.num_persons
        if self.features.ndim != 2 or len(self.features) != persons:
            raise UserError(
                f'features of {self.result.video} must be ({persons}, Dt), '
                f'one for each person, got {self.features.shape}'
            )

    @classmethod
    def look(
        cls,
        infer: ActionInferencer,
        video: str | Path,
        on_frame: Callable[[int], None] | None = None,
        **options: Any,
    ) -> 'KeptFeatures':
        """Look at a video.

        Args:
            infer: Of plain CLIP.
            video: See :meth:`.ActionInferencer.stream`.
            on_frame: See :meth:`.ActionInferencer.__call__`.
            **options: Likewise, but for the labels.

        Raises:
            MissingFileError: See :meth:`.ActionInferencer.stream`.
            UserError: Likewise; also for another model than plain CLIP.
        """
        head = _plain_clip(infer).head
        # Any label will do.
        stream = infer.stream(video, ['person'], **options)
        frames, features = [], []
        for frame, seen in watched(stream, lambda: _recorded(head)):
            frames.append(frame)
            features += seen
            if on_frame:
                on_frame(frame.frame_idx + 1)
        result = stream.result(tuple(frames))
        none = torch.empty(0, infer.model.clip.joint_width)
        kept = torch.cat(features or [none])
        return cls(result, kept.half().numpy())

    def with_labels(
        self,
        infer: ActionInferencer,
        labels: Labels,
        smooth: float | None = None,
        threshold: float = SHOWN_PROB,
    ) -> VideoActions:
        """Score the persons for labels, and find the segments.

        Args:
            infer: That which has looked.
            labels: See :meth:`.ActionInferencer.stream`.
            smooth: See :meth:`.ActionInferencer.__call__`.
            threshold: Likewise.

        Returns:
            What a look with these labels finds, but for the digits that half
            precision leaves out.
        """
        return with_segments(self.scored(infer, labels), smooth, threshold)

    def scored(self, infer: ActionInferencer, labels: Labels) -> VideoActions:
        """Score the persons for labels.

        Args:
            infer: See :meth:`with_labels`.
            labels: Likewise.

        Returns:
            Probabilities without smoothing, and no segments.
        """
        model = _plain_clip(infer)
        space = infer.question(labels)
        with torch.inference_mode():
            text = model.encode_labels(space)
            person = torch.from_numpy(self.features).to(text.device).float()
            probs = model.head.probabilities(model.head(person, text), space)
        return scored_again(model, self.result, probs.cpu().numpy(), space)

    def save(self, path: str | Path) -> None:
        """Write features, boxes and times, atomically.

        Args:
            path: File of safetensors; see :mod:`stclip.apis.feature_files`.
        """
        write_features(path, self.result, self.features, self.about)

    @classmethod
    def load(cls, path: str | Path) -> 'KeptFeatures':
        """Read what :meth:`save` has written.

        Args:
            path: The file.

        Raises:
            MissingFileError: If there is no such file.
            UserError: If it is another one, or damaged.
        """
        return cls(*read_features(path))


def watched(
    stream: Iterator[KeyframeActions],
    recorded: Callable[[], AbstractContextManager[Seen]],
) -> Iterator[tuple[KeyframeActions, Seen]]:
    """Give keyframes, each with what was recorded while it was found.

    Args:
        stream: The keyframes.
        recorded: Starts to record; not while a keyframe is given: whoever
            is told of it may use the model meanwhile.
    """
    while True:
        with recorded() as seen:
            frame = next(stream, None)
        if frame is None:
            return
        yield frame, seen


def scored_again(
    model: KeyframeDetector,
    result: VideoActions,
    probs: np.ndarray,
    space: LabelSpace,
) -> VideoActions:
    """A result with the probabilities of other labels.

    Args:
        model: What has scored them.
        result: Of the same look.
        probs: (N, C), keyframe by keyframe in the order of the boxes.
        space: The C labels, with their background.

    Returns:
        Probabilities without smoothing, and no segments.
    """
    return replace(
        result,
        labels=space.answers,
        background=space.behind,
        warnings=(*result.warnings, *model.label_warnings(space)),
        frames=tuple(_with_probs(result, probs, space)),
        segments=(),
        smoothed_over=0.0,
    )


def _with_probs(
    result: VideoActions, probs: np.ndarray, space: LabelSpace
) -> Iterator[KeyframeActions]:
    """The keyframes with their rows of all persons' probabilities."""
    start = 0
    for frame in result.frames:
        rows = probs[start : start + len(frame)]
        start += len(frame)
        answers, none = without_background(rows, space)
        yield replace(frame, action_probs=answers, none_probs=none)


def require_plain_clip(kind: type[nn.Module]) -> None:
    """Refuse models whose features of persons depend on the labels.

    Args:
        kind: Class of the model.

    Raises:
        UserError: For another one than plain CLIP.
    """
    if not issubclass(kind, CLIPBaseline):
        raise UserError(
            f'features of a {kind.__name__} depend on the labels: only those '
            'of plain CLIP can be kept (--model clip-b16, pe-core-b16, '
            'siglip2-b16 and others of their kind)'
        )


def _plain_clip(infer: ActionInferencer) -> CLIPBaseline:
    require_plain_clip(type(infer.model))
    return infer.model


@contextmanager
def _recorded(head: nn.Module) -> Iterator[list[Tensor]]:
    """What a head is given of persons, inside the block."""
    features: list[Tensor] = []
    handle = head.register_forward_pre_hook(
        lambda _, args: features.append(args[0].float().cpu())
    )
    try:
        yield features
    finally:
        handle.remove()
