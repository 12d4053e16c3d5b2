"""Messages between frames."""

from torch import Tensor, nn

from stclip.models.clip.attention import fused_attention, project_qkv


class CrossFrameMessage(nn.Module):
    """The message token of each frame, which has heard the others.

    Source: X-CLIP, arXiv:2208.02816, Eqs. (3) and (4).

    Args:
        width: Dv.
        num_heads: Of the attention over time.
    """

    def __init__(self, width: int, num_heads: int) -> None:
        super().__init__()
        self.fc = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width)
        self.attention = nn.MultiheadAttention(width, num_heads)

    def forward(self, cls: Tensor) -> Tensor:
        """M = z + MHSA(LN(z)) with z = FC(CLS).

        Args:
            cls: (B, T, Dv) class tokens that enter a layer.

        Returns:
            (B, T, Dv).
        """
        sent = self.fc(cls)
        qkv = project_qkv(self.attention, self.norm(sent))
        return sent + self.attention.out_proj(fused_attention(*qkv))
