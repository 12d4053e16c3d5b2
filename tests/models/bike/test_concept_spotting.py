"""Video concept spotting: its definition, its tiles, its limits."""

import math

import pytest
import torch
from frame_recognizers import unit

from stclip.models.bike import concept_spotting
from stclip.models.bike.concept_spotting import saliency, spotted_score


def draw(num_frames=4, width=8):
    """2 videos, 3 classes of 5 words."""
    torch.manual_seed(0)
    frames = unit(torch.randn(2, num_frames, width))
    return frames, unit(torch.randn(3, width)), unit(torch.randn(3, 5, width))


def test_score_is_its_definition():
    """Loops over videos, classes, words and frames."""
    frames, classes, words = draw()
    found = spotted_score(frames, classes, words)
    weights = saliency(frames, words)
    for b, video in enumerate(frames):
        for c, own in enumerate(words):
            expected = [0.0] * len(video)
            for word in own:
                powers = [math.exp((v @ word).item() / 0.01) for v in video]
                for t, power in enumerate(powers):
                    expected[t] += power / sum(powers) / len(own)
            mean = sum(
                weight * v for weight, v in zip(expected, video, strict=True)
            )
            assert weights[b, c].tolist() == pytest.approx(expected, abs=1e-5)
            score = (mean @ classes[c]).item()
            assert found[b, c].item() == pytest.approx(score, abs=1e-5)


@pytest.mark.parametrize('tile', [1, 2 * 4 * 5 * 2])
def test_tiles_change_nothing(tile, monkeypatch):
    """Neither the scores nor their gradient: one class, or two at a time."""
    results = []
    for size in (2**20, tile):
        monkeypatch.setattr(concept_spotting, 'TILE', size)
        frames, classes, words = draw()
        frames.requires_grad_()
        scores = spotted_score(frames, classes, words)
        scores.square().sum().backward()
        results.append((scores.detach(), frames.grad))
    for whole, tiled in zip(*results, strict=True):
        torch.testing.assert_close(whole, tiled)


def test_a_tile_holds_no_more_than_it_may(monkeypatch):
    """As long as a class fits into it."""
    monkeypatch.setattr(concept_spotting, 'TILE', 2 * 4 * 5 * 2)
    sizes = []
    inner = concept_spotting._saliency

    def watched(frames, words):
        sizes.append(len(words) * words.shape[1] * frames[..., 0].numel())
        return inner(frames, words)

    monkeypatch.setattr(concept_spotting, '_saliency', watched)
    frames, _, words = draw()
    saliency(frames, words)
    assert sizes == [80, 40]


def test_one_frame_is_the_cosine():
    frames, classes, words = draw(num_frames=1)
    found = spotted_score(frames, classes, words)
    torch.testing.assert_close(found, frames[:, 0] @ classes.T)


def test_weights_sum_to_one_and_follow_the_frames():
    frames, _, words = draw()
    weights = saliency(frames, words)
    torch.testing.assert_close(weights.sum(dim=-1), torch.ones(2, 3))
    order = torch.tensor([2, 0, 3, 1])
    torch.testing.assert_close(
        saliency(frames[:, order], words), weights[..., order]
    )
