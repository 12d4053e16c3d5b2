"""Eq. (7) of DA-STI, tiled and packed, against the plain maximum."""

import pytest
import torch

from stclip.models.da_sti import max_similarity as module
from stclip.models.da_sti.max_similarity import max_similarity
from stclip.models.recognition.packed_text import PackedText

B, T, N, D = 2, 3, 5, 8
COUNTS = (2, 1, 4)


@pytest.fixture
def tokens():
    generator = torch.Generator().manual_seed(0)
    patches = torch.randn(B, T, N, D, generator=generator)
    words = torch.randn(sum(COUNTS), D, generator=generator)
    return patches, words


def packed(words, counts=COUNTS):
    class_idx = torch.arange(len(counts)).repeat_interleave(
        torch.tensor(counts)
    )
    return PackedText(words, class_idx, len(counts))


def plain(patches, words, counts=COUNTS):
    """The whole volume, reduced."""
    volume = torch.einsum('btnd,wd->btnw', patches, words)
    best = [part.amax(dim=(2, 3)) for part in volume.split(counts, dim=3)]
    return torch.stack(best, dim=1)


@pytest.mark.parametrize('tile', [1, 2 * B * T * N, 10**6])
def test_tiles_do_not_matter(tokens, tile, monkeypatch):
    """Tiles of one word, of two, and all at once."""
    monkeypatch.setattr(module, 'TILE', tile)
    patches, words = tokens
    torch.testing.assert_close(
        max_similarity(patches, packed(words)),
        plain(patches, words),
        rtol=0,
        atol=1e-6,
    )


@pytest.mark.parametrize('tile', [1, 10**6])
def test_gradient_is_that_of_amax(tokens, tile, monkeypatch):
    monkeypatch.setattr(module, 'TILE', tile)
    ours = [x.clone().requires_grad_() for x in tokens]
    theirs = [x.clone().requires_grad_() for x in tokens]
    weight = torch.randn(B, len(COUNTS), T)
    found = max_similarity(ours[0], packed(ours[1]))
    expected = plain(*theirs)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-6)
    (found * weight).sum().backward()
    (expected * weight).sum().backward()
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one.grad, other.grad, rtol=0, atol=1e-6)


def test_packed_equals_padded_with_zeros(tokens):
    """After ReLU no similarity is negative: padding cannot win."""
    patches, words = (x.relu() for x in tokens)
    padded = torch.zeros(len(COUNTS), max(COUNTS), D)
    for row, part in zip(padded, words.split(COUNTS), strict=True):
        row[: len(part)] = part
    volume = torch.einsum('btnd,cwd->bctnw', patches, padded)
    torch.testing.assert_close(
        max_similarity(patches, packed(words)), volume.amax(dim=(3, 4))
    )


def test_selected_classes(tokens):
    """One word of a class is enough; others leave no trace."""
    words = packed(tokens[1])
    some = words.select(torch.tensor([0, 2]))
    assert some.class_idx.tolist() == [0, 0, 1, 1, 1, 1]
    torch.testing.assert_close(
        max_similarity(tokens[0], some),
        max_similarity(tokens[0], words)[:, [0, 2]],
    )


def test_reductions_over_words():
    words = packed(torch.zeros(7, D))
    values = torch.tensor([[3.0, 1, 5, 2, 8, 8, 4]])
    assert words.mean(values).tolist() == [[2, 5, 5.5]]
    assert words.amax(values).tolist() == [[3, 5, 8]]
    # Of equal ones the first.
    assert words.argmax(values).tolist() == [[0, 2, 4]]
    assert words.expand(torch.tensor([7.0, 8, 9])).tolist() == [
        7, 7, 8, 9, 9, 9, 9,
    ]  # fmt: skip
