"""Scoring of one keyframe with tensors alone, for compilers and exporters."""

import torch
from torch import Tensor, nn

from stclip.models.detection.base import CLIPDetector
from stclip.models.detection.batch import KeyframeBatch
from stclip.models.detection.person_layout import PersonLayout
from stclip.models.detection.shared_pictures import SharedPictures


class KeyframeScoring(nn.Module):
    """A detector's second stage: pictures and texts in, probabilities out.

    Normalisation is a part of it. Text features are an input, since the text
    tower is frozen: a label set is encoded once, not for each keyframe, and
    phrasings are averaged before.

    Args:
        detector: That scores persons by text features.
        independent: Whether labels get a sigmoid each instead of one softmax.
    """

    def __init__(
        self, detector: CLIPDetector, independent: bool = False
    ) -> None:
        super().__init__()
        self.detector = detector
        self.independent = independent

    def forward(
        self,
        keyframe: Tensor,
        crops: Tensor,
        text: Tensor,
        context: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """Score P persons for C labels.

        Args:
            keyframe: (3, S, S) uint8 RGB.
            crops: (P, 3, S, S) uint8 RGB; P may be 0.
            text: (C, Dt) float32, see ``CLIPDetector.encode_labels``.
            context: (T, 3, S, S) uint8 RGB, the window; ``None`` for
                detectors that do not read it.

        Returns:
            (P, C) probabilities and (P, C) logits, float32.
        """
        normalise = self.detector.data_preprocessor.normalise
        keyframes = normalise(keyframe)[None]
        num_persons = crops.shape[0]  # len() would fix it
        slots = torch.arange(num_persons, device=crops.device)
        batch = KeyframeBatch(
            keyframes=SharedPictures(keyframes),
            context=SharedPictures(
                keyframes[:, None]
                if context is None
                else normalise(context)[None]
            ),
            frame_valid=None,
            crops=SharedPictures(normalise(crops)),
            persons=PersonLayout(
                keyframe=torch.zeros_like(slots),
                slot=slots,
                valid=None,
                shape=(1, num_persons),
            ),
        )
        logits = self.detector.person_logits(batch, text)
        if self.independent:
            return logits.sigmoid(), logits
        return logits.softmax(dim=-1), logits
