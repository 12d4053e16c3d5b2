"""Interaction units: a person asks what fills some of a number of slots.

Shapes: B keyframes, P persons, K tokens that are looked at, D width.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from stclip.models.clip.attention import fused_attention
from stclip.utils.errors import UserError

_STD = 0.01


class InteractionUnit(nn.Module):
    """Attention of one head, added to the person that asks.

    Source: iCLIP, arXiv:2304.04688, Sec. 3.2, and its released code: slots
    without a token hold zeros and are looked at like the others. Here all of
    them are one key, that counts as often as there are.

    Args:
        width: D.
        num_slots: Most tokens.
        dropout: Of what is added.
    """

    def __init__(self, width: int, num_slots: int, dropout: float) -> None:
        super().__init__()
        self.num_slots = num_slots
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.out = nn.Linear(width, width)
        self.dropout = nn.Dropout(dropout)
        for part in (self.query, self.key, self.value, self.out):
            nn.init.normal_(part.weight, std=_STD)
            nn.init.zeros_(part.bias)
        nn.init.zeros_(self.out.weight)

    def forward(
        self, query: Tensor, tokens: Tensor, valid: Tensor | None = None
    ) -> Tensor:
        """Q + out(ReLU(LN(softmax(Q K^T / sqrt(D)) V))).

        Args:
            query: (B, P, D).
            tokens: (B, K, D), the same for all persons of a keyframe.
            valid: (B, K) bool, False where a slot is empty; ``None`` if none
                of the K is.

        Returns:
            (B, P, D).

        Raises:
            UserError: For more tokens than slots.
        """
        if valid is None:
            valid = tokens.new_ones(tokens.shape[:2], dtype=torch.bool)
        key, value = self.keys_and_values(tokens)
        weight = self.log_counts(valid).to(key.dtype)
        found = fused_attention(
            self.query(query)[:, None],
            key[:, None],
            value[:, None],
            weight[:, None, None],
        )
        found = F.layer_norm(found, found.shape[-1:]).relu()
        return query + self.dropout(self.out(found))

    def keys_and_values(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """Of the tokens, and of empty slots: (B, K + 1, D) each."""
        slots = F.pad(tokens, (0, 0, 0, 1))
        return self.key(slots), self.value(slots)

    def log_counts(self, valid: Tensor) -> Tensor:
        """How often each key counts, in the logits.

        Args:
            valid: (B, K) bool.

        Returns:
            (B, K + 1), minus infinity for those that do not count.
        """
        if valid.shape[1] > self.num_slots:
            raise UserError(
                f'{valid.shape[1]} tokens for {self.num_slots} slots: raise '
                'slots of the model, or let the pipeline give fewer'
            )
        filled = valid.float()
        empty = self.num_slots - filled.sum(dim=1, keepdim=True)
        return torch.cat([filled, empty], dim=1).log()


class MemoryUnit(InteractionUnit):
    """A unit that looks at other frames, of which it knows the distance.

    Source: iCLIP, arXiv:2304.04688, Sec. 3.2, and its released code: each
    frame has several slots, of which its feature fills the first if the frame
    is known, and none else.

    Args:
        width: D.
        num_slots: Of each frame.
        dropout: See :class:`InteractionUnit`.
        num_frames: K, the frames around that there may be.
    """

    def __init__(
        self, width: int, num_slots: int, dropout: float, num_frames: int
    ) -> None:
        super().__init__(width, num_slots, dropout)
        self.key_positions = nn.Parameter(torch.zeros(num_frames, width))
        self.value_positions = nn.Parameter(torch.zeros(num_frames, width))

    def keys_and_values(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """Of each frame, then of its empty slots: (B, 2 K, D) each."""
        slots = torch.cat([tokens, torch.zeros_like(tokens)], dim=1)
        return (
            self.key(slots) + self.key_positions.repeat(2, 1),
            self.value(slots) + self.value_positions.repeat(2, 1),
        )

    def log_counts(self, valid: Tensor) -> Tensor:
        """See the base class: (B, K) -> (B, 2 K)."""
        filled = valid.float()
        return torch.cat([filled, self.num_slots - filled], dim=1).log()
