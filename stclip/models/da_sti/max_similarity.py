"""The largest similarity of a frame's patches and a class's words.

Eq. (7) of DA-STI, arXiv:2510.27255. B videos, T frames, N patches, W words of
C classes, D joint width. The volume of B T N W similarities is never there as
a whole: its tiles are reduced as they come.
"""

from collections.abc import Iterator

import torch
from torch import Tensor

from stclip.models.recognition.packed_text import PackedText
from stclip.models.recognition.tiles import TILE


def max_similarity(patches: Tensor, words: PackedText) -> Tensor:
    """S_sp of Eq. (7): maximum over patches and words, for each frame.

    The gradient goes through the pair of patch and word that attains the
    maximum, as that of ``amax`` does where there is only one such pair.

    Args:
        patches: (B, T, N, D) projected patch tokens.
        words: Projected word tokens.

    Returns:
        (B, C, T).
    """
    if torch.is_grad_enabled() and (
        patches.requires_grad or words.embeddings.requires_grad
    ):
        return _through_pairs(patches, words)
    best = [tile.amax(dim=-1) for tile in _tiles(patches, words.embeddings)]
    return words.amax(torch.cat(best).movedim(0, -1)).transpose(1, 2)


def _tiles(patches: Tensor, embeddings: Tensor) -> Iterator[Tensor]:
    """Similarities of a few words and all patches: (w, B, T, N) each.

    Patches last: the maximum over them reads memory in its order.
    """
    num_words = max(1, TILE // patches[..., 0].numel())
    if embeddings.dim() == 2:
        rows = patches.flatten(0, 2)
        for part in embeddings.split(num_words):
            yield (part @ rows.T).unflatten(1, patches.shape[:3])
        return
    rows = patches.flatten(1, 2)  # (B, T N, D), words of each video
    for part in embeddings.split(num_words, dim=1):
        tile = part @ rows.transpose(1, 2)
        yield tile.transpose(0, 1).unflatten(2, patches.shape[1:3])


def _through_pairs(patches: Tensor, words: PackedText) -> Tensor:
    """The maximum, recomputed from its pair so that it has a gradient."""
    with torch.no_grad():
        largest = [
            tile.max(dim=-1) for tile in _tiles(patches, words.embeddings)
        ]
        values, indices = (
            torch.cat(parts).movedim(0, -1)
            for parts in zip(*largest, strict=True)
        )
        word = words.argmax(values)  # (B, T, C)
        patch = indices.gather(-1, word)
    width = patches.shape[-1]
    chosen = patches.gather(2, patch[..., None].expand(-1, -1, -1, width))
    embeddings = words.embeddings
    if embeddings.dim() == 2:
        picked = embeddings[word]
    else:
        picked = embeddings[torch.arange(len(word))[:, None, None], word]
    pairs = chosen * picked  # (B, T, C, D)
    return pairs.sum(dim=-1).transpose(1, 2)
