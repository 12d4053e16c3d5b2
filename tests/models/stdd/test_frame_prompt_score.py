"""STDD's score: its definition, its bound of memory, its gradient."""

import pytest
import torch

from stclip.models.recognition.packed_text import PackedText
from stclip.models.stdd import frame_prompt_score as frame_prompt
from stclip.models.stdd.frame_prompt_score import SCORES, frame_prompt_score

COUNTS = [4, 2, 7]


def draw(num_videos=3, num_frames=3, width=8):
    torch.manual_seed(0)
    frames = torch.randn(num_videos, num_frames, width)
    class_idx = torch.arange(3).repeat_interleave(torch.tensor(COUNTS))
    embeddings = torch.randn(sum(COUNTS), width)
    return frames, PackedText(embeddings, class_idx, 3)


def mean(values):
    values = list(values)
    return sum(values) / len(values)


DEFINITIONS = {
    'best_frame': lambda table: mean(map(max, zip(*table, strict=True))),
    'best_prompt': lambda table: mean(map(max, table)),
    'mean': lambda table: mean(map(mean, table)),
    'both': lambda table: (
        (DEFINITIONS['best_frame'](table) + DEFINITIONS['best_prompt'](table))
        / 2
    ),
}


@pytest.mark.parametrize('kind', SCORES)
def test_score_is_its_definition(kind):
    """Loops over videos, classes, frames and prompts."""
    frames, prompts = draw()
    found = frame_prompt_score(frames, prompts, kind)
    for b, video in enumerate(frames):
        for c, own in enumerate(prompts.embeddings.split(COUNTS)):
            table = [[(v @ e).item() for e in own] for v in video]
            expected = DEFINITIONS[kind](table)
            assert found[b, c].item() == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize('kind', SCORES)
def test_tiles_change_nothing(kind, monkeypatch):
    """Neither the scores nor their gradient, a video at a time."""
    results = []
    for tile in (2**20, 1):
        monkeypatch.setattr(frame_prompt, 'TILE', tile)
        frames, prompts = draw()
        frames.requires_grad_()
        scores = frame_prompt_score(frames, prompts, kind)
        scores.square().sum().backward()
        results.append((scores.detach(), frames.grad))
    for whole, tiled in zip(*results, strict=True):
        torch.testing.assert_close(tiled, whole, rtol=0, atol=1e-6)


def test_padding_of_the_release_would_change_the_mean():
    """Prompts that are cycled to a common number count for nothing here.

    With a mask over the padded ones, the release's sum is ours; without, the
    mean leans towards those that happen to come first.
    """
    frames, prompts = draw()
    own = prompts.embeddings[:4]
    padded = own[torch.arange(7) % 4]
    mask = torch.arange(7) < 4
    similar = frames @ padded.T
    masked = similar.masked_fill(~mask, float('-inf'))
    best = (similar.amax(dim=1) * mask).sum(dim=1) / mask.sum()
    expected = (best + masked.amax(dim=2).mean(dim=1)) / 2
    found = frame_prompt_score(frames, prompts)[:, 0]
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-6)
    assert not torch.allclose(similar.amax(dim=1).mean(dim=1), best)
