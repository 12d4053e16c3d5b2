"""CLIP without training, the baseline of the paper's tables."""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from stclip.models.detection.base import CLIPDetector
from stclip.models.detection.batch import KeyframeBatch
from stclip.models.detection.cosine_head import SigmoidTowerHead
from stclip.registry import MODELS
from stclip.utils.choices import require_choice

VIEWS = ('full_frame', 'person_crop', 'both')


@MODELS.register_module()
class CLIPBaseline(CLIPDetector):
    """CLIP image features of the keyframe, each person's crop, or both.

    Source: ST-CLIP arXiv:2408.15996v1, Sec. 5.2, "baseline" and "baseline
    (person crop)". Differs: ``'both'`` is not in the paper.

    Args:
        view: ``'full_frame'`` gives all persons of a keyframe the same
            scores, ``'person_crop'`` each its own, ``'both'`` puts the two
            together. Of a tower that was trained by a sigmoid for each pair
            (SigLIP, arXiv:2303.15343, Algorithm 1) the head takes its scale
            and bias, so independent labels have the probabilities that it
            was trained for. Neither is trained here.
        **kwargs: Those of
            :class:`~stclip.models.detection.base.CLIPDetector`.

    Raises:
        ValueError: For another view.
    """

    reads_window = False

    def __init__(self, view: str = 'full_frame', **kwargs: Any) -> None:
        super().__init__(**kwargs)
        require_choice('view', view, VIEWS)
        self.view = view
        if self.clip.is_sigmoid:
            self.head = SigmoidTowerHead(self.clip, self.head.gamma)

    def person_logits(self, batch: KeyframeBatch, text: Tensor) -> Tensor:
        """See the base class."""
        return self.head(self.person_features(batch), text)

    def person_features(self, batch: KeyframeBatch) -> Tensor:
        """What is known of each person before any label is.

        Args:
            batch: B keyframes with M >= 1 persons.

        Returns:
            (M, Dt). Of both views: the sum of their unit vectors, so that
            each counts as much in the angle to a text.
        """
        keyframe, shared = batch.persons.keyframe, batch.keyframes
        if self.view == 'person_crop':
            return batch.crops.spread(self._encode(batch.crops.distinct))
        if self.view == 'full_frame':
            return shared.spread(self._encode(shared.distinct))[keyframe]
        crops, frames = batch.crops.distinct, shared.distinct
        features = self._encode(torch.cat([crops, frames]))
        units = F.normalize(features.float(), dim=-1)
        crops, frames = units.split([crops.shape[0], frames.shape[0]])
        return batch.crops.spread(crops) + shared.spread(frames)[keyframe]

    def _encode(self, images: Tensor) -> Tensor:
        return self.clip.project(self.clip.encode_images(images))
