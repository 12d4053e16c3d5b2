"""Scores of frames and many prompts for each class.

STDD, arXiv:2412.09895, and its released code. B videos, T frames, P prompts
of C classes, D joint width.
"""

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from stclip.models.recognition.packed_text import PackedText

#: How similarities become a score: the best frame of each prompt, the best
#: prompt of each frame, half of both (the release), or the mean of all.
SCORES = ('both', 'best_frame', 'best_prompt', 'mean')
# Similarities that are there at once, at least those of a video: 16 MB in
# float32; their gradient takes seven times that.
_TILE = 4 * 2**20


def frame_prompt_score(
    frames: Tensor, prompts: PackedText, kind: str = 'both'
) -> Tensor:
    """Cosines of frames and prompts, reduced to one score for each class.

    Args:
        frames: (B, T, D), normalised.
        prompts: Normalised embeddings of the prompts.
        kind: A name of ``SCORES``.

    Returns:
        (B, C) float32.
    """
    num_prompts = len(prompts.class_idx)
    num_videos = max(1, _TILE // (frames.shape[1] * num_prompts))
    tiles = frames.split(num_videos)
    with torch.autocast(frames.device.type, enabled=False):
        if len(tiles) == 1 or not torch.is_grad_enabled():
            scores = [_score(tile, prompts, kind) for tile in tiles]
        else:
            # Computed again for the gradient rather than kept.
            scores = [
                checkpoint(_score, tile, prompts, kind, use_reentrant=False)
                for tile in tiles
            ]
    return torch.cat(scores)


def _score(frames: Tensor, prompts: PackedText, kind: str) -> Tensor:
    """Those of a few videos."""
    similar = frames @ prompts.embeddings.T  # (b, T, P)
    if kind == 'best_frame':
        return prompts.mean(similar.amax(dim=1))
    if kind == 'best_prompt':
        return prompts.amax(similar).mean(dim=1)
    if kind == 'mean':
        return prompts.mean(similar.mean(dim=1))
    best_frames = prompts.mean(similar.amax(dim=1))
    return (best_frames + prompts.amax(similar).mean(dim=1)) / 2
