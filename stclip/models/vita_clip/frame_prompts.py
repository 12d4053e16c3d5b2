"""Prompts that a layer of the image tower gets from the whole video.

Vita-CLIP, arXiv:2304.03307, video side. B videos, T frames, D vision width.
"""

import torch
from torch import Tensor, nn

from stclip.models.clip.attention import fused_attention, project_qkv


class FramePrompts(nn.Module):
    """Summary and local prompts of one layer, made of the class tokens.

    Args:
        width: D.
        num_heads: Of the summary attention, as in the image tower.
        num_frames: T.
        bound: The local prompts start uniform between minus this and this.
    """

    def __init__(
        self, width: int, num_heads: int, num_frames: int, bound: float
    ) -> None:
        super().__init__()
        self.cls_proj = nn.Linear(width, width)
        self.local = nn.Parameter(torch.empty(num_frames, width))
        nn.init.uniform_(self.local, -bound, bound)
        self.norm = nn.LayerNorm(width)
        self.attention = nn.MultiheadAttention(
            width, num_heads, batch_first=True
        )
        for part in self.attention.in_proj_weight.data.chunk(3):
            nn.init.xavier_uniform_(part)
        nn.init.xavier_uniform_(self.attention.out_proj.weight)

    def forward(self, cls: Tensor) -> tuple[Tensor, Tensor]:
        """Prompts of a video.

        Args:
            cls: (B, T, D) class tokens that enter the layer.

        Returns:
            (B, T, D) local prompts, all of which every frame of the video
            sees; (B, T, D) summary, of which a frame sees its own.
        """
        projected = self.cls_proj(cls)
        return self.local + projected, self.summary(projected)

    def summary(self, projected: Tensor) -> Tensor:
        """Frames that have seen each other: (B, T, D) -> (B, T, D)."""
        qkv = project_qkv(self.attention, self.norm(projected))
        return projected + self.attention.out_proj(fused_attention(*qkv))


def keys_of_frames(keys: Tensor, num_frames: int) -> Tensor:
    """Keys, or values, of prompts as the frames see them.

    Args:
        keys: (B, h, S + T, d): S that all frames share, then one a frame.
        num_frames: T.

    Returns:
        (B T, h, S + 1, d).
    """
    shared, own = keys.split([keys.shape[2] - num_frames, num_frames], dim=2)
    shared = shared[:, None].expand(-1, num_frames, -1, -1, -1)
    own = own.transpose(1, 2).unsqueeze(3)
    return torch.cat([shared, own], dim=3).flatten(0, 1)
