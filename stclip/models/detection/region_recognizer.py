"""Recognisers as the second stage of a detector."""

from typing import Any

from torch import Tensor

from stclip.labels.label_space import LabelSpace
from stclip.models.detection.base import KeyframeDetector
from stclip.models.detection.batch import KeyframeBatch
from stclip.registry import MODELS


@MODELS.register_module()
class RegionRecognizer(KeyframeDetector):
    """A recogniser that sees each person's region as a video.

    The region is the person's box over the frames of the window, a tube
    (``CropTubes``), or over the keyframe alone (``CropPersons``), which the
    recogniser then sees in every frame.

    Args:
        recognizer: Config of a
            :class:`~stclip.models.recognition.VideoTextRecognizer`.
        **kwargs: Those of :class:`KeyframeDetector`.
    """

    def __init__(self, recognizer: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(clip=recognizer.get('clip'), **kwargs)
        self.recognizer = MODELS.build(recognizer)

    @classmethod
    def without_pretrained(cls, config: dict[str, Any]) -> dict[str, Any]:
        """See the base class; the recogniser knows its own."""
        recognizer = config['recognizer']
        kind = MODELS.get(recognizer['type'])
        return dict(config, recognizer=kind.without_pretrained(recognizer))

    def encode_labels(self, labels: LabelSpace) -> Any:
        """The recogniser's own text, encoded once per label set."""
        return self.recognizer.text(labels)

    def label_warnings(self, labels: LabelSpace) -> list[str]:
        """See the base class."""
        return self.recognizer.label_warnings(labels)

    def person_logits(self, batch: KeyframeBatch, text: Any) -> Tensor:
        """See the base class."""
        regions = batch.crops
        if regions.dim() == 4:
            num_frames = self.recognizer.num_frames
            regions = regions[:, None].expand(-1, num_frames, -1, -1, -1)
        return self.recognizer.logits(regions, text)
