"""Context prompting: text features that take up what the video shows."""

import torch
from torch import Tensor, nn

from stclip.models.clip.layers import PromptingLayer


class ContextPrompting(PromptingLayer):
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
        super().__init__(text_width)
        self.projector = nn.Linear(vision_width, text_width)
        self.norm_visual = nn.LayerNorm(text_width)
        self.rho = nn.Parameter(torch.full((text_width,), scale))

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
        return text + self.rho * self.refine(text, tokens, mask)
