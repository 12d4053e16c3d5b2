"""Recognisers as the second stage of a detector."""

from typing import Any

from torch import Tensor

from stclip.models.detection.base import RecognizerDetector
from stclip.models.detection.batch import KeyframeBatch
from stclip.registry import MODELS


@MODELS.register_module()
class RegionRecognizer(RecognizerDetector):
    """A recogniser that sees each person's region as a video.

    The region is the person's box over the frames of the window, a tube
    (``CropTubes``), or over the keyframe alone (``CropPersons``), which the
    recogniser then sees in every frame.

    It is trained by the detector's loss of each person's scores. What a
    recogniser has of its own instead, such as the in-batch losses of
    ActionCLIP, BIKE and DA-STI, MAXI's bags of words or STDD's regulariser,
    has no part in that: results are of its model, not of its own training.
    Weights which that has made on clips can be tested here, too.

    Args:
        recognizer: See :class:`RecognizerDetector`.
        **kwargs: Those of :class:`KeyframeDetector`.
    """

    def person_logits(self, batch: KeyframeBatch, text: Any) -> Tensor:
        """See the base class."""
        regions = batch.crops.distinct
        if regions.dim() == 4:
            num_frames = self.recognizer.num_frames
            regions = regions[:, None].expand(-1, num_frames, -1, -1, -1)
        logits = self.recognizer.trained_logits(regions, text)
        return batch.crops.spread(logits)
