"""CLIP's text tower in steps, for methods that change what is between them.

Shapes: n texts, L tokens, Dw width of the tower, Dt joint width.
"""

from collections.abc import Iterable

import open_clip
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from stclip.models.clip.attention import (
    fused_attention,
    project_qkv,
    split_heads,
)


def embed_words(model: open_clip.CLIP, words: Tensor) -> Tensor:
    """Add positions: (n, L, Dw) token embeddings -> (n, L, Dw)."""
    return words + model.positional_embedding[: words.shape[1]]


def run_layers(
    model: open_clip.CLIP, x: Tensor, layers: Iterable[nn.Module] | None = None
) -> Tensor:
    """Causal layers of the text tower.

    Args:
        model: A CLIP.
        x: (n, L, Dw), L up to the context length. Padding at the end changes
            nothing before it.
        layers: Of :func:`text_layers`; ``None`` for all.

    Returns:
        (n, L, Dw).
    """
    length = x.shape[1]
    mask = model.attn_mask[:length, :length]
    for layer in text_layers(model) if layers is None else layers:
        x = layer(x, attn_mask=mask)
    return x


def text_layers(model: open_clip.CLIP) -> nn.ModuleList:
    """The text tower's layers."""
    return model.transformer.resblocks


def project_words(model: open_clip.CLIP, x: Tensor) -> Tensor:
    """ln_final and projection: (..., Dw) -> (..., Dt)."""
    return model.ln_final(x) @ model.text_projection


def embed_tokens(
    model: open_clip.CLIP, tokens: Tensor
) -> tuple[Tensor, Tensor]:
    """Token embeddings of texts, without what is behind the latest end.

    Args:
        model: A CLIP.
        tokens: (n, context length) int64 ids.

    Returns:
        (n, L, Dw) embeddings; (n,) int64, where each text ends.
    """
    ends = tokens.argmax(dim=1)  # the end of text has the largest id
    table = model.token_embedding.weight
    tokens = tokens[:, : int(ends.max()) + 1]
    return table[tokens.to(table.device)], ends.to(table.device)


def read_ends(model: open_clip.CLIP, words: Tensor, ends: Tensor) -> Tensor:
    """Features of texts whose token embeddings are given, with a gradient.

    Args:
        model: A CLIP.
        words: (n, L, Dw) token embeddings, L up to the context length.
        ends: (n,) int64, where each text ends; what is behind changes nothing.

    Returns:
        (n, Dt) float32, not normalised.
    """
    with torch.autocast(words.device.type, enabled=False):
        x = run_layers(model, embed_words(model, words))
        rows = torch.arange(len(ends), device=ends.device)
        return project_words(model, x[rows, ends])


def run_last_layer(model: open_clip.CLIP, x: Tensor, ends: Tensor) -> Tensor:
    """The last layer and the projection, where texts end and nowhere else.

    Args:
        model: A CLIP.
        x: (n, L, Dw), input of the last layer.
        ends: (n,) int64, where each text ends.

    Returns:
        (n, Dt), not normalised.
    """
    layer = text_layers(model)[-1]
    rows = torch.arange(len(ends), device=ends.device)
    attention, normed, width = layer.attn, layer.ln_1(x), x.shape[-1]
    _, k, v = project_qkv(attention, normed, 0)
    q = F.linear(
        normed[rows, ends][:, None],
        attention.in_proj_weight[:width],
        attention.in_proj_bias[:width],
    )
    before = torch.arange(x.shape[1], device=ends.device) <= ends[:, None]
    attended = fused_attention(
        split_heads(q, attention.num_heads), k, v, before[:, None, None]
    )
    last = x[rows, ends] + layer.ls_1(attention.out_proj(attended[:, 0]))
    last = last + layer.ls_2(layer.mlp(layer.ln_2(last)))
    return project_words(model, last)
