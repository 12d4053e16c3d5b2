"""Counts and baselines of STDD's speed benchmark."""

import torch

from stclip.benchmarking.speed import stdd as speed
from stclip.models.recognition.packed_text import PackedText
from stclip.models.stdd.frame_prompt_score import frame_prompt_score


def test_counted_multiplications():
    """Four projections, two products with the keys, eight for the MLP."""
    tokens, kept, width = 197, 98, 768
    clip = 12 * tokens * width**2 + 2 * tokens**2 * width
    assert speed.arithmetic(0, 0) == clip
    # A pass over class token and kept patches, on top of CLIP's layer.
    crossing = 1 + kept
    one = 4 * crossing * width**2 + 2 * crossing**2 * width
    assert speed.arithmetic(1, kept) == clip + one
    assert speed.arithmetic(2, kept) == clip + 2 * one


def test_naive_score_is_ours_without_padding():
    torch.manual_seed(0)
    frames, prompts = torch.randn(2, 3, 8), torch.randn(4, 5, 8)
    class_idx = torch.arange(4).repeat_interleave(5)
    packed = PackedText(prompts.flatten(0, 1), class_idx, 4)
    torch.testing.assert_close(
        speed.naive_score(frames, prompts), frame_prompt_score(frames, packed)
    )
