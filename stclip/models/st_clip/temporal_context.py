"""Context tokens: the window's patch tokens, merged over time."""

import torch
from torch import Tensor, nn

from stclip.models.clip.attention import fused_attention, project_qkv
from stclip.utils.errors import UserError


class TemporalContext(nn.Module):
    """Context tokens of a window of frames.

    Source: ST-CLIP arXiv:2408.15996v1, Sec. 3.3, Eq. (2), Fig. 3, Table 4f.
    Differs: nothing; the released code also allocates a feed-forward network
    that it never calls, ours has none.

    Args:
        width: Vision width Dv.
        num_frames: T, the longest window.
        num_layers: Layers of self-attention over time; 0 averages the patch
            tokens over time as they are (Table 4f, "average pooling").
    """

    def __init__(
        self, width: int, num_frames: int = 9, num_layers: int = 1
    ) -> None:
        super().__init__()
        self.num_frames = num_frames
        if num_layers:
            self.encoding = nn.Embedding(num_frames, width)
        self.layers = nn.ModuleList(
            TemporalAttention(width) for _ in range(num_layers)
        )

    def forward(self, tokens: Tensor, valid: Tensor | None = None) -> Tensor:
        """Merge the patch tokens of T frames at each position.

        Args:
            tokens: (B, T, N, Dv) patch tokens.
            valid: (B, T) bool, False for the frames that pad a shorter
                window; ``None`` where no window is padded.

        Returns:
            (B, N, Dv) context tokens Z~.

        Raises:
            ValueError: If T exceeds ``num_frames``.
        """
        num_frames = tokens.shape[1]
        if num_frames > self.num_frames:
            raise UserError(
                f'a window has {num_frames} frames but the temporal encoding '
                f'only {self.num_frames}; set num_frames alike in the '
                'pipeline and in the model'
            )
        if not self.layers:
            return mean_over_time(tokens, valid)
        x = tokens + self.encoding.weight[:num_frames, None]
        for layer in self.layers[:-1]:
            x = x + layer.attention.out_proj(layer(x, valid))
        last = self.layers[-1]
        # The output projection is linear, so it follows the mean over time:
        # once per position instead of once per frame.
        attended = mean_over_time(last(x, valid), valid)
        return mean_over_time(x, valid) + last.attention.out_proj(attended)


class TemporalAttention(nn.Module):
    """Pre-norm multi-head self-attention over time, heads of width 64.

    Args:
        width: Vision width Dv, a multiple of 64.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.attention = nn.MultiheadAttention(width, width // 64)

    def forward(self, x: Tensor, valid: Tensor | None) -> Tensor:
        """MHSA(LN(x)) at each patch position, before the output projection.

        Args:
            x: (B, T, N, Dv).
            valid: (B, T) bool, False for padded frames, or ``None``.

        Returns:
            (B, T, N, Dv).
        """
        batch, _, positions, _ = x.shape
        x = self.norm(x).transpose(1, 2).flatten(0, 1)  # (B N, T, Dv)
        # Of one keyframe that is a view, for which PyTorch would copy the
        # weights once a position.
        x = x.contiguous()
        mask = None
        if valid is not None:
            mask = valid.repeat_interleave(positions, dim=0)[:, None, None]
        attended = fused_attention(*project_qkv(self.attention, x), mask)
        return attended.unflatten(0, (batch, positions)).transpose(1, 2)


def mean_over_time(x: Tensor, valid: Tensor | None) -> Tensor:
    """AvgPool of Eq. (2): (B, T, N, D), (B, T) bool -> (B, N, D)."""
    if valid is None:
        return x.mean(dim=1)
    weights = valid / valid.sum(dim=1, keepdim=True)  # (B, T)
    return torch.einsum('btnd,bt->bnd', x, weights.to(x.dtype))
