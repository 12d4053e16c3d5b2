"""Sentences about classes, and what the text tower makes of them."""

import torch
from torch import Tensor

from stclip.models.clip.backbone import CLIPBackbone

# Sentences that go through the text tower at once.
_BATCH = 256


def sentence_features(clip: CLIPBackbone, tokens: Tensor) -> Tensor:
    """Features of sentences, with a gradient where the tower is trained.

    Args:
        clip: Whose text tower reads.
        tokens: (n, L) int64 ids, 0 behind the end of text.

    Returns:
        (n, Dt) float32, not normalised.
    """
    device = clip.model.token_embedding.weight.device
    features = []
    for part in tokens.to(device).split(_BATCH):
        ends = part.argmax(dim=1)  # the end of text has the largest id
        # What is behind the latest end changes nothing before it.
        words = clip.encode_words(part[:, : int(ends.max()) + 1])
        features.append(words[torch.arange(len(ends), device=device), ends])
    return torch.cat(features)
