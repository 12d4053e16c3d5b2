"""Sentences about classes, and what the text tower makes of them."""

import torch
from torch import Tensor

from stclip.models.clip.backbone import CLIPBackbone

#: Sentences that go through the text tower at once.
SENTENCES_AT_ONCE = 256


def sentence_features(clip: CLIPBackbone, tokens: Tensor) -> Tensor:
    """Features of sentences, with a gradient where the tower is trained.

    Args:
        clip: Whose text tower reads.
        tokens: (n, L) int64 ids, 0 behind the end of text.

    Returns:
        (n, Dt) float32, not normalised.
    """
    tower = clip.text_tower
    parts = tokens.split(SENTENCES_AT_ONCE)
    return torch.cat([tower.features(part) for part in parts])
