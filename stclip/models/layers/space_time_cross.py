"""Space-time cross attention: CLIP's layer on patches that cross frames.

STDD, arXiv:2412.09895; the rules are those of its released code. It adds no
parameter: a CLIP layer's weights serve both branches. B videos, T frames,
N patches, K of them kept, width D.
"""

from collections.abc import Sequence
from functools import cache

import torch
from torch import Tensor, nn

from stclip.models.layers.attention import fused_attention, project_qkv


@cache
def source_frames(num_frames: int, span: int, scale: int) -> Tensor:
    """Whose frame the mixed channels come from.

    Half of the channels comes from the frames before, half from those after.
    At scale 2, the outer half of each comes from two frames away. Where there
    is no such frame, the next nearer one stands in; where there is none at
    all, zeros.

    Args:
        num_frames: T.
        span: f, channels that come from either side.
        scale: Distance of the farthest frame, >= 1.

    Returns:
        (T, 2 f) int64 frames; T stands for zeros.
    """
    distance = torch.ones(span, dtype=torch.int64)
    for far in range(2, scale + 1):
        distance[: span // 2 ** (far - 1)] = far
    steps = torch.cat([-distance, distance.flip(0)])
    frames = torch.arange(num_frames)[:, None]
    source = torch.full((num_frames, 2 * span), num_frames)
    # From near to far: what is missing keeps the nearer one.
    for near in range(1, scale + 1):
        reach = steps.sign() * steps.abs().clamp(max=near)
        found = frames + reach
        exists = (found >= 0) & (found < num_frames)
        source = torch.where(exists, found, source)
    return source


def mix_channels(tokens: Tensor, span: int, scale: int) -> Tensor:
    """Exchange channels between the n-th kept tokens of different frames.

    Args:
        tokens: (B, T, K, D).
        span: See :func:`source_frames`.
        scale: Likewise.

    Returns:
        (B, T, K, D).
    """
    source = source_frames(tokens.shape[1], span, scale).to(tokens.device)
    moved = tokens[..., : 2 * span]
    padded = torch.cat([moved, torch.zeros_like(moved[:, :1])], dim=1)
    index = source[None, :, None].expand(moved.shape)
    return torch.cat(
        [padded.gather(1, index), tokens[..., 2 * span :]], dim=-1
    )


def space_time_cross_layer(
    block: nn.Module,
    x: Tensor,
    kept: Tensor,
    masked: Tensor,
    span: int,
    scales: Sequence[int],
) -> Tensor:
    """A CLIP layer with space-time cross attention in place of its own.

    Kept patches and the class token see the kept patches alone, with channels
    mixed over frames, once for each scale, and are averaged. Masked patches
    see all tokens of their frame; only their rows of that branch are computed.

    Args:
        block: open_clip's residual attention block.
        x: (B, T, 1 + N, D) tokens, the class token first.
        kept: (B, T, K) int64 patches.
        masked: (B, T, N - K) int64, the others.
        span: Channels that come from either side, f.
        scales: Farthest frame of each pass.

    Returns:
        (B, T, 1 + N, D).
    """
    cls, patches = x[:, :, :1], x[:, :, 1:]
    crossed = _pick(patches, kept)
    crossed = torch.stack(
        [
            torch.cat([cls, mix_channels(crossed, span, scale)], dim=2)
            for scale in scales
        ]
    )  # (scales, B, T, 1 + K, D)
    crossed = crossed + _attend(block, crossed)
    crossed = crossed.mean(dim=0)
    merged = torch.cat([crossed, _pick(patches, masked)], dim=2)
    if masked.shape[-1]:
        rows = 1 + masked
        merged[:, :, 1 + kept.shape[-1] :] += _attend(block, x, rows)
    # Back to the places of the patches.
    order = torch.cat([kept, masked], dim=-1)
    out = torch.empty_like(x)
    out[:, :, :1] = merged[:, :, :1]
    index = 1 + order[..., None].expand(-1, -1, -1, x.shape[-1])
    out = out.scatter(2, index, merged[:, :, 1:])
    return out + block.ls_2(block.mlp(block.ln_2(out)))


def _pick(tokens: Tensor, index: Tensor) -> Tensor:
    """(B, T, N, D), (B, T, K) -> (B, T, K, D)."""
    return tokens.gather(
        2, index[..., None].expand(*index.shape, tokens.shape[-1])
    )


def _attend(
    block: nn.Module, tokens: Tensor, rows: Tensor | None = None
) -> Tensor:
    """MHSA(LN(x)) with CLIP's weights, of some rows or of all.

    Args:
        block: Holder of the weights.
        tokens: (..., L, D).
        rows: (..., R) int64 tokens that ask; ``None`` for all.

    Returns:
        (..., R or L, D).
    """
    lead = tokens.shape[:-2]
    x = block.ln_1(tokens).flatten(0, -3)
    q, k, v = project_qkv(block.attn, x)
    if rows is not None:
        rows = rows.flatten(0, -2)[:, None, :, None]
        q = q.gather(2, rows.expand(-1, q.shape[1], -1, q.shape[-1]))
    attended = block.attn.out_proj(fused_attention(q, k, v))
    return block.ls_1(attended).unflatten(0, lead)
