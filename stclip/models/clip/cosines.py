"""Cosines that are scores, in float32 whatever else is computed in."""

import torch
from torch import Tensor


def cosines(features: Tensor, text: Tensor) -> Tensor:
    """Products of features and texts.

    Scores are ranked: the few digits of bfloat16, which autocast would
    multiply in, make ties.

    Args:
        features: (B, D) of length 1, or means of such.
        text: (C, D) of length 1, or (B, C, D) where each feature has its
            own.

    Returns:
        (B, C) float32.
    """
    equation = 'bcd,bd->bc' if text.dim() == 3 else 'cd,bd->bc'
    with torch.autocast(features.device.type, enabled=False):
        features, text = features.float(), text.float()
        return torch.einsum(equation, text, features)
