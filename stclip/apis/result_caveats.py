"""What the results of an inferencer cannot be trusted for."""

import logging

from mmengine.config import ConfigDict
from mmengine.logging import print_log

from stclip.apis.person_detectors import Detector
from stclip.apis.stored_boxes import StoredBoxes, checked_boxes
from stclip.engine.caveats import (
    Caveat,
    demo_weights,
    single_label,
    untrained,
    wrong_normalisation,
)
from stclip.engine.demo_weights import knows_rendered_only
from stclip.labels.label_space import LabelSpace
from stclip.models.detection.base import KeyframeDetector
from stclip.video.frame_source import FrameSource
from stclip.video.keyframe_walk import KeyframeWalk
from stclip.video.rendered import ZS_STAGE


class ResultCaveats:
    """The caveats of an action detector; each is said once on the console.

    Args:
        model: The action detector.
        config: What the model was built from.
        is_trained: Whether a checkpoint was loaded.
    """

    def __init__(
        self,
        model: KeyframeDetector,
        config: ConfigDict,
        is_trained: bool,
    ) -> None:
        # Said where they were found.
        self._known = wrong_normalisation(config)
        if not is_trained:
            self._known += untrained(model)
        self._told = {caveat.message for caveat in self._known}

    def of(
        self,
        source: FrameSource,
        labels: LabelSpace,
        model: KeyframeDetector,
        detector: Detector | StoredBoxes,
        walk: KeyframeWalk,
        detect_every: int,
        box_threshold: float,
    ) -> list[Caveat]:
        """Those of a video's result.

        Args:
            source: The video.
            labels: What persons are scored for.
            model: What scores them.
            detector: What finds them.
            walk: Which frames are keyframes.
            detect_every: Every how many of these persons are looked for.
            box_threshold: Persons with a lower score are left out.

        Raises:
            UserError: If stored boxes are those of a larger video.
        """
        parts = ['small CLIP'] if knows_rendered_only(model) else []
        # A detector of the user's own may be any function.
        if getattr(detector, 'domain', '') == ZS_STAGE:
            parts.append('small person detector')
        caveats = [
            *self._known,
            *demo_weights(parts, source.path),
            *single_label(labels),
            *checked_boxes(
                detector, source, walk, detect_every, box_threshold
            ),
        ]
        for caveat in caveats:
            if caveat.message not in self._told:
                self._told.add(caveat.message)
                print_log(caveat.message, 'current', logging.WARNING)
        return caveats
