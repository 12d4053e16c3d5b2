"""Layers that several methods build from CLIP's kind of parts."""

from collections import OrderedDict
from typing import Any

import torch
from torch import Tensor, nn

from stclip.models.clip.attention import fused_attention, split_heads
from stclip.models.clip.quick_gelu import QuickGELU

_HEAD_WIDTH = 64
# Start value of alpha, the weight of what a video adds.
_ALPHA = 0.1


def feed_forward(width: int) -> nn.Sequential:
    """The transformer's feed-forward network with CLIP's QuickGELU."""
    return nn.Sequential(
        OrderedDict(
            c_fc=nn.Linear(width, 4 * width),
            gelu=QuickGELU(),
            c_proj=nn.Linear(4 * width, width),
        )
    )


def init_linear(module: nn.Module) -> None:
    """Truncated normal (0.02) weights, zero biases, for linear layers."""
    if isinstance(module, nn.Linear):
        nn.init.trunc_normal_(module.weight, std=0.02)
        if module.bias is not None:
            nn.init.zeros_(module.bias)


class CrossAttention(nn.Module):
    """Text asks, visual tokens answer.

    Args:
        width: Dt.
        token_width: Of the visual tokens; ``None`` for Dt.
        num_heads: ``None`` for heads of width 64.
        bias: Whether queries, keys and values have one.
    """

    def __init__(
        self,
        width: int,
        token_width: int | None = None,
        num_heads: int | None = None,
        bias: bool = False,
    ) -> None:
        super().__init__()
        token_width = token_width or width
        self.num_heads = num_heads or width // _HEAD_WIDTH
        self.query = nn.Linear(width, width, bias=bias)
        self.key = nn.Linear(token_width, width, bias=bias)
        self.value = nn.Linear(token_width, width, bias=bias)
        self.out = nn.Linear(width, width)

    def forward(
        self, text: Tensor, tokens: Tensor, mask: Tensor | None = None
    ) -> Tensor:
        """(B, Q, Dt), (B, L, Dt) -> (B, Q, Dt).

        Args:
            text: What asks.
            tokens: What is looked at.
            mask: bool, broadcastable to (B, 1, Q, L); True where a row may
                look. ``None`` for everywhere.
        """
        q = split_heads(self.query(text), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        return self.out(fused_attention(q, k, v, mask))


class PromptingLayer(nn.Module):
    """A layer in which text takes up what visual tokens show.

    Source: X-CLIP, arXiv:2208.02816, Sec. 3.3; iCLIP and ST-CLIP prompt with
    the same layer.

    Args:
        width: Dt, a multiple of 64 unless ``num_heads`` is given.
        **attention: Further arguments of :class:`CrossAttention`.
    """

    def __init__(self, width: int, **attention: Any) -> None:
        super().__init__()
        self.norm_text = nn.LayerNorm(width)
        self.attention = CrossAttention(width, **attention)
        self.norm_ffn = nn.LayerNorm(width)
        self.ffn = feed_forward(width)
        for part in (self.attention, self.ffn):
            part.apply(init_linear)

    def refine(
        self, text: Tensor, tokens: Tensor, mask: Tensor | None = None
    ) -> Tensor:
        """Cross-attention and feed-forward network, each with its residual.

        Args:
            text: (B, Q, Dt).
            tokens: (B, L, Dt), after a layer norm.
            mask: See :class:`CrossAttention`.

        Returns:
            (B, Q, Dt).
        """
        attended = text + self.attention(self.norm_text(text), tokens, mask)
        return attended + self.ffn(self.norm_ffn(attended))


class VideoSpecificPrompting(nn.Module):
    """What a video adds to the features of the labels.

    Source: X-CLIP, arXiv:2208.02816, Sec. 3.3; iCLIP, arXiv:2304.04688.

    Args:
        width: Dt, a multiple of 64.
        num_layers: Prompting layers, which share the visual tokens' norm.
    """

    def __init__(self, width: int, num_layers: int = 1) -> None:
        super().__init__()
        self.norm_visual = nn.LayerNorm(width)
        self.layers = nn.ModuleList(
            PromptingLayer(width) for _ in range(num_layers)
        )
        self.alpha = nn.Parameter(torch.full((width,), _ALPHA))

    def forward(self, text: Tensor, visual: Tensor) -> Tensor:
        """What is added to the text.

        Args:
            text: (B, C, Dt).
            visual: (B, L, Dt).

        Returns:
            (B, C, Dt).
        """
        tokens, x = self.norm_visual(visual), text
        for layer in self.layers:
            x = layer.refine(x, tokens)
        return self.alpha * x
