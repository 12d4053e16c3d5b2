"""CLIP without training, the baseline of the paper's tables."""

from typing import Any

from torch import Tensor

from stclip.models.detection.base import CLIPDetector
from stclip.models.detection.batch import KeyframeBatch
from stclip.registry import MODELS
from stclip.utils.choices import require_choice

VIEWS = ('full_frame', 'person_crop')


@MODELS.register_module()
class CLIPBaseline(CLIPDetector):
    """CLIP image features of the keyframe or of each person's crop.

    Source: ST-CLIP arXiv:2408.15996v1, Sec. 5.2, "baseline" and "baseline
    (person crop)". Differs: nothing.

    Args:
        view: ``'full_frame'`` gives all persons of a keyframe the same
            scores, ``'person_crop'`` each its own.
        **kwargs: Those of
            :class:`~stclip.models.detection.base.CLIPDetector`.

    Raises:
        ValueError: For another view.
    """

    def __init__(self, view: str = 'full_frame', **kwargs: Any) -> None:
        super().__init__(**kwargs)
        require_choice('view', view, VIEWS)
        self.view = view

    def person_logits(self, batch: KeyframeBatch, text: Tensor) -> Tensor:
        """See the base class."""
        if self.view == 'person_crop':
            features = self.clip.encode_images(batch.crops)
        else:
            features = self.clip.encode_images(batch.keyframes)
            features = features[batch.persons.keyframe]
        return self.head(self.clip.project(features), text)
