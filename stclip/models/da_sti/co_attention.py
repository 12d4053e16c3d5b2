"""Co-attention of frames and words, the other fusion of DA-STI's Table 6.

The paper names it without an equation (arXiv:2510.27255, Sec. 4.5.3); here it
is one layer in both directions. B videos, T frames, C classes of up to n
words, D joint width.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from stclip.models.da_sti.attribute_text import ClassText
from stclip.models.da_sti.max_similarity import max_similarity
from stclip.models.da_sti.spatio_temporal_interaction import (
    SpatioTemporalInteraction,
)
from stclip.models.recognition.packed_text import PackedText
from stclip.utils.errors import UserError

_HEADS = 8


class CoAttention(nn.Module):
    """Frames ask the words of each class, and words ask the frames.

    Both with a residual and a layer norm. What comes out belongs to a pair of
    a video and a class, as the scores do.

    Args:
        width: D, a multiple of 8.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.to_words = nn.MultiheadAttention(width, _HEADS, batch_first=True)
        self.to_frames = nn.MultiheadAttention(width, _HEADS, batch_first=True)
        self.norm_frames = nn.LayerNorm(width)
        self.norm_words = nn.LayerNorm(width)

    def forward(
        self, frames: Tensor, words: Tensor, mask: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Update both.

        Args:
            frames: (B, T, D).
            words: (C, n, D), padded.
            mask: (C, n) bool, True for words.

        Returns:
            (B, C, T, D) and (B, C, n, D).
        """
        batch, classes = len(frames), len(words)
        # Every pair of a video and a class is a sequence of its own.
        v = frames[:, None].expand(-1, classes, -1, -1).flatten(0, 1)
        a = words.expand(batch, -1, -1, -1).flatten(0, 1)
        padding = ~mask.expand(batch, -1, -1).flatten(0, 1)
        asked, _ = self.to_words(
            v, a, a, key_padding_mask=padding, need_weights=False
        )
        answered, _ = self.to_frames(a, v, v, need_weights=False)
        shape = batch, classes
        return (
            self.norm_frames(v + asked).unflatten(0, shape),
            self.norm_words(a + answered).unflatten(0, shape),
        )


class CoAttentionScore(nn.Module):
    """Cosines after co-attention, with or without Eqs. (6)-(10) behind it.

    Args:
        width: Joint width D.
        interaction: Scores the updated frames and words; ``None`` for the
            mean of the updated frames.

    Raises:
        UserError: For an interaction that asks for less than Eqs. (6)-(10):
            frames and words that differ by pair are scored by all of them.
    """

    def __init__(
        self, width: int, interaction: SpatioTemporalInteraction | None
    ) -> None:
        super().__init__()
        if interaction is not None:
            _require_whole(interaction)
        self.co_attention = CoAttention(width)
        self.interaction = interaction

    def forward(
        self, frames: Tensor, patches: Tensor, text: ClassText
    ) -> Tensor:
        """Score all pairs; arguments as in ``SpatioTemporalInteraction``.

        Returns:
            (B, C) cosines.
        """
        padded, mask = text.words.pad()
        v, a = self.co_attention(frames.float(), padded, mask)
        if self.interaction is None:
            video = v.mean(dim=2)
        else:
            v = F.normalize(v, dim=-1)
            weights = self._saliency(v, a, mask, patches, text.words)
            video = torch.einsum('bct,bctd->bcd', weights, v)
        return F.cosine_similarity(video, text.classes.float(), dim=-1)

    def _saliency(
        self,
        frames: Tensor,
        words: Tensor,
        mask: Tensor,
        patches: Tensor,
        packed: PackedText,
    ) -> Tensor:
        """S_temp, Eqs. (7)-(9), of frames and words that differ by pair.

        Returns:
            (B, C, T).
        """
        model = self.interaction
        projected = model.project(words, model.word_projection)
        spatial = max_similarity(
            model.project(patches, model.patch_projection),
            packed.with_embeddings(projected[:, mask]),
        )
        logits = projected @ frames.transpose(-1, -2)  # (B, C, n, T)
        logits = logits * spatial[:, :, None] / model.tau
        attention = logits.softmax(dim=-1) * mask[:, :, None]
        return attention.sum(dim=2) / mask.sum(dim=1)[:, None]


def _require_whole(interaction: SpatioTemporalInteraction) -> None:
    """UserError for options that would change nothing, or could not be."""
    usual = dict(
        spatial=interaction.patch_projection is not None,
        temporal=interaction.temporal,
        query=interaction.query == 'projected',
        renormalise=interaction.renormalise,
    )
    for option, kept in usual.items():
        if not kept:
            raise UserError(
                "fusion='coattn+st' knows the whole interaction alone: leave "
                f'interaction.{option} out'
            )
