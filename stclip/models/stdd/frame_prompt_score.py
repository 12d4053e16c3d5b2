"""Scores of frames and many prompts for each class.

STDD, arXiv:2412.09895, and its released code. B videos, T frames, P prompts
of C classes, D joint width.
"""

from functools import partial

import torch
from torch import Tensor

from stclip.models.recognition.packed_text import PackedText
from stclip.models.recognition.tiles import TILE, in_tiles

#: How similarities become a score: the best frame of each prompt, the best
#: prompt of each frame, half of both (the release), or the mean of all.
SCORES = ('both', 'best_frame', 'best_prompt', 'mean')


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
    # At least those of a video; their gradient takes seven times the memory.
    num_videos = max(1, TILE // (frames.shape[1] * num_prompts))
    score = partial(_score, prompts=prompts, kind=kind)
    with torch.autocast(frames.device.type, enabled=False):
        return in_tiles(score, frames.split(num_videos))


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
