"""What is asked of every video, and the models that look for it."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from stclip.apis.action_models import ActionModel
from stclip.apis.annotation import inferencer_of
from stclip.apis.annotation_request import request_of
from stclip.apis.inferencer import ActionInferencer
from stclip.apis.person_detectors import stored_boxes
from stclip.apis.stored_boxes import StoredBoxes
from stclip.labels.label_space import LabelSpace
from stclip.tracking.following import smoothing_window
from stclip.video.opening import open_video


@dataclass
class Assignment:
    """One question to many videos.

    Args:
        labels: What persons are scored for.
        is_described: Whether all is known of them that is to be known.
        looked: Options of :meth:`.ActionInferencer.stream`.
        segments: Options of :func:`~stclip.tracking.following.with_segments`.
        models: Options of :meth:`.ActionModel.of`.
        detectors: Of its ``require_files``.
        options: Of :func:`~stclip.apis.annotation.inferencer_of`.
        strict: See :func:`~stclip.video.opening.open_video`.
    """

    labels: LabelSpace
    is_described: bool
    looked: dict[str, Any]
    segments: dict[str, Any]
    models: dict[str, Any]
    detectors: dict[str, Any]
    options: dict[str, Any]
    strict: bool = False

    @cached_property
    def chosen(self) -> ActionModel:
        """The models, whose files are looked for once."""
        return ActionModel.of(**self.models).require_files(**self.detectors)

    @cached_property
    def infer(self) -> ActionInferencer:
        """Built for the first video that needs it."""
        return inferencer_of(self.chosen, **self.options, boxes=self.boxes)

    @cached_property
    def boxes(self) -> StoredBoxes | None:
        """The persons, where a file of boxes is given as the detector."""
        return stored_boxes(self.chosen.detector)

    def require_boxes(self, video: str | Path) -> None:
        """Refuse stored boxes of a larger video; no model is built.

        Args:
            video: Video file or folder of frames.

        Raises:
            UserError: If the file is faulty, or a box lies outside.
        """
        if self.boxes is not None:
            source = open_video(video, on_damage=None)
            self.boxes.require_within(source.frame_hw)
            source.release()

    @cached_property
    def question(self) -> LabelSpace:
        """The labels, with what the files of the model's own config know."""
        if self.is_described:
            return self.labels
        return self.infer.describe(self.labels)

    def request(self, video: str | Path) -> dict[str, Any]:
        """What the keyframes of a video depend on.

        Args:
            video: As it is shown: addresses may hold a password.
        """
        return request_of(
            video,
            self.labels,
            self.chosen,
            strict=self.strict,
            **self.looked,
            **self.options,
        )

    def asked(self, request: dict[str, Any]) -> dict[str, Any]:
        """What a result depends on: the keyframes, and what follows.

        Args:
            request: Of :meth:`request`.

        Returns:
            Values as a JSON file holds them.
        """
        smooth = smoothing_window(self.segments['smooth'], request['track'])
        asked = request | self.segments | dict(smooth=smooth)
        return json.loads(json.dumps(asked))
