"""Video concept spotting: the words of a class choose the frames that count.

Source: BIKE, arXiv:2301.00182, Sec. 3.3, and its released code. B videos, T
frames, C classes of W words, D joint width; all of length 1. The B T C W
similarities are never there as a whole.
"""

from functools import partial

import torch
from torch import Tensor
from torch.nn import functional as F

from stclip.models.recognition.tiles import TILE, in_tiles

_TEMPERATURE = 0.01


def spotted_score(frames: Tensor, classes: Tensor, words: Tensor) -> Tensor:
    """Class features times the frames' weighted mean, of any length.

    The mean is never built: it has the weighted mean of the frames' products.

    Args:
        frames: (B, T, D).
        classes: (C, D).
        words: (C, W, D).

    Returns:
        (B, C) float32.
    """
    with torch.autocast(frames.device.type, enabled=False):
        products = classes @ frames.transpose(1, 2)  # (B, C, T)
        return (saliency(frames, words) * products).sum(dim=-1)


def saliency(frames: Tensor, words: Tensor) -> Tensor:
    """Weights of the frames: mean over the words of each one's softmax.

    Args:
        frames: (B, T, D).
        words: (C, W, D).

    Returns:
        (B, C, T), which sum to 1 over the frames.
    """
    similarities = frames.shape[0] * frames.shape[1] * words.shape[1]
    # At least those of a class.
    tiles = words.split(max(1, TILE // similarities))
    return in_tiles(partial(_saliency, frames), tiles).transpose(0, 1)


def _saliency(frames: Tensor, words: Tensor) -> Tensor:
    """That of a few classes, (c, B, T)."""
    similar = F.linear(words, frames.flatten(0, 1)) / _TEMPERATURE
    weights = similar.unflatten(-1, frames.shape[:2]).softmax(dim=-1)
    return weights.mean(dim=1)
