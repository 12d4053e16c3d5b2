"""Multi-head attention over the weights of ``nn.MultiheadAttention``.

Shapes: B sequences, L tokens, D width, h heads, d = D / h. CLIP's own layers
and those of the methods share these functions, so queries and keys are at hand
where a method needs rows of the attention map, and the fused kernel does the
rest.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def split_heads(x: Tensor, num_heads: int) -> Tensor:
    """(..., L, D) -> (..., h, L, d)."""
    return x.unflatten(-1, (num_heads, -1)).transpose(-3, -2)


def merge_heads(x: Tensor) -> Tensor:
    """(..., h, L, d) -> (..., L, D)."""
    return x.transpose(-3, -2).flatten(-2)


def project_qkv(
    attention: nn.MultiheadAttention, x: Tensor, num_queries: int | None = None
) -> tuple[Tensor, Tensor, Tensor]:
    """Queries, keys and values of self-attention.

    Args:
        attention: Holder of the packed projection weights.
        x: (..., L, D) tokens after the layer norm.
        num_queries: Only the first so many tokens ask; ``None`` for all.

    Returns:
        (..., h, Lq, d), (..., h, L, d), (..., h, L, d).
    """
    weight, bias = attention.in_proj_weight, attention.in_proj_bias
    width = weight.shape[1]
    if num_queries is None:
        q, k, v = F.linear(x, weight, bias).chunk(3, dim=-1)
    else:
        q = F.linear(x[..., :num_queries, :], weight[:width], bias[:width])
        kv = F.linear(x, weight[width:], bias[width:])
        k, v = kv.chunk(2, dim=-1)
    heads = attention.num_heads
    return split_heads(q, heads), split_heads(k, heads), split_heads(v, heads)


def fused_attention(
    q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None
) -> Tensor:
    """Scaled dot-product attention with heads merged back.

    Args:
        q: (B, h, Lq, d).
        k: (B, h, L, d).
        v: (B, h, L, d).
        mask: broadcastable to (B, h, Lq, L). bool, True where a query may
            look; or float, what is added to the logits. ``None`` lets every
            query look everywhere.

    Returns:
        (B, Lq, D).
    """
    return merge_heads(attend(q, k, v, mask))


def attend(
    q: Tensor,
    k: Tensor,
    v: Tensor,
    mask: Tensor | None = None,
    scale: float | None = None,
) -> Tensor:
    """Scaled dot-product attention by the kernel that is fastest.

    The kernel of PyTorch 2.13 for half precision on CPUs takes five times as
    long backwards as that for float32, so what is trained there in half
    precision attends in float32.

    Args:
        q: See :func:`fused_attention`.
        k: Likewise.
        v: Likewise.
        mask: Likewise.
        scale: Of the logits; ``None`` for d ** -0.5.

    Returns:
        (B, h, Lq, d), of the type that autocast or the arguments ask for.
    """
    dtype = q.dtype
    if q.device.type == 'cpu' and torch.is_autocast_enabled('cpu'):
        dtype = torch.get_autocast_dtype('cpu')
    is_trained = torch.is_grad_enabled() and any(
        each.requires_grad for each in (q, k, v)
    )
    if q.device.type != 'cpu' or not is_trained or dtype.itemsize > 2:
        return F.scaled_dot_product_attention(q, k, v, mask, scale=scale)
    if mask is not None and mask.is_floating_point():
        mask = mask.float()
    with torch.autocast('cpu', enabled=False):
        found = F.scaled_dot_product_attention(
            q.float(), k.float(), v.float(), mask, scale=scale
        )
    return found.to(dtype)
