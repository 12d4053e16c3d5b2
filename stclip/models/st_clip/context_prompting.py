"""Context prompting: text features that take up what the video shows."""

import torch
from torch import Tensor, nn

from stclip.models.clip.attention import fused_attention, split_heads
from stclip.models.st_clip.person_adapter import feed_forward


class ContextPrompting(nn.Module):
    """One prompting layer, which follows one layer of the image encoder.

    Source: ST-CLIP arXiv:2408.15996v1, Sec. 3.5, Eq. (4). Differs: layer
    norms, the bias-free projections and rho = 0.2 at the start are those of
    the released model, which the paper leaves open.

    Args:
        vision_width: Dv of the visual tokens.
        text_width: Dt of the text features, a multiple of 64.
        scale: Start value of rho.
    """

    def __init__(
        self, vision_width: int, text_width: int, scale: float = 0.2
    ) -> None:
        super().__init__()
        self.projector = nn.Linear(vision_width, text_width)
        self.norm_visual = nn.LayerNorm(text_width)
        self.norm_text = nn.LayerNorm(text_width)
        self.attention = CrossAttention(text_width)
        self.norm_ffn = nn.LayerNorm(text_width)
        self.ffn = feed_forward(text_width)
        self.rho = nn.Parameter(torch.full((text_width,), scale))
        for part in (self.attention, self.ffn):
            part.apply(init_linear)

    def forward(
        self, text: Tensor, visual: Tensor, mask: Tensor | None = None
    ) -> Tensor:
        """F~ = F + rho F^, Eq. (4).

        Args:
            text: (B, Q, Dt), the rows F that ask: C labels, or P x C for
                labels of each person.
            visual: (B, L, Dv) tokens after the encoder layer.
            mask: bool, broadcastable to (B, 1, Q, L); True where a row may
                look. ``None`` for everywhere.

        Returns:
            (B, Q, Dt).
        """
        return self.prompt(text, self.visual_tokens(visual), mask)

    def visual_tokens(self, visual: Tensor) -> Tensor:
        """What texts take up: (B, L, Dv) -> (B, L, Dt); knows no text."""
        return self.norm_visual(self.projector(visual))

    def prompt(
        self, text: Tensor, tokens: Tensor, mask: Tensor | None = None
    ) -> Tensor:
        """The part of :meth:`forward` that depends on the text.

        Args:
            text: See :meth:`forward`.
            tokens: (B, L, Dt) of :meth:`visual_tokens`.
            mask: See :meth:`forward`.

        Returns:
            (B, Q, Dt).
        """
        attended = text + self.attention(self.norm_text(text), tokens, mask)
        refined = attended + self.ffn(self.norm_ffn(attended))
        return text + self.rho * refined


class CrossAttention(nn.Module):
    """CA of Eq. (4): text asks, visual tokens answer; heads of width 64.

    Args:
        width: Dt, a multiple of 64.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.num_heads = width // 64
        self.query = nn.Linear(width, width, bias=False)
        self.key = nn.Linear(width, width, bias=False)
        self.value = nn.Linear(width, width, bias=False)
        self.out = nn.Linear(width, width)

    def forward(
        self, text: Tensor, tokens: Tensor, mask: Tensor | None
    ) -> Tensor:
        """(B, Q, Dt), (B, L, Dt) -> (B, Q, Dt)."""
        q = split_heads(self.query(text), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        return self.out(fused_attention(q, k, v, mask))


def init_linear(module: nn.Module) -> None:
    """Truncated normal (0.02) weights, zero biases, for linear layers."""
    if isinstance(module, nn.Linear):
        nn.init.trunc_normal_(module.weight, std=0.02)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
