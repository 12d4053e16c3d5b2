"""Image layers whose frames share a context made of all of them.

TC-CLIP, arXiv:2404.09490, Secs. 3.1 and 3.2. B videos, T frames, N patches, D
width of the tower, h heads, S seeds of a frame, k context tokens.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from stclip.models.clip.attention import (
    attend,
    fused_attention,
    merge_heads,
    project_qkv,
)
from stclip.models.tc_clip.token_merging import assign_groups, mean_of_groups
from stclip.utils.errors import UserError

_STD = 0.02
# Heads' widths that fused kernels take are multiples of this.
_FEATURES = 8


class SharedContext(nn.Module):
    """What is put between the parts of CLIP's image layers.

    Args:
        num_layers: Layers of the image tower.
        num_heads: h.
        num_patches: N.
        num_tokens: k, if there are that many seeds.
        seed_share: S / N, rounded down.
        merge_step: See :func:`~stclip.models.tc_clip.token_merging.
            merge_counts`.
        biased: Whether logits of a frame's own keys and of the context's get
            a learned bias each, from the second layer on.

    Raises:
        UserError: For no context token, or a share that leaves no seed or
            more than there are patches.
    """

    def __init__(
        self,
        num_layers: int,
        num_heads: int,
        num_patches: int,
        num_tokens: int = 96,
        seed_share: float = 0.3,
        merge_step: int = 100,
        biased: bool = True,
    ) -> None:
        super().__init__()
        self.num_seeds = int(seed_share * num_patches)
        if not 1 <= self.num_seeds <= num_patches or num_tokens < 1:
            raise UserError(
                'context: wanted are at least one token and one seed of the '
                f'{num_patches} patches of a frame, got '
                f'num_tokens={num_tokens} and seed_share={seed_share}'
            )
        self.num_tokens = num_tokens
        self.merge_step = merge_step
        self.biases = nn.ParameterDict()
        for layer in range(1, num_layers) if biased else ():
            bias = torch.empty(num_heads, 1, 2)
            self.biases[str(layer)] = nn.Parameter(bias)
            nn.init.trunc_normal_(bias, std=_STD)

    def forward(
        self, block: nn.Module, layer: int, x: Tensor, context: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        """One layer of frames and context.

        Args:
            block: The layer of CLIP.
            layer: Its index.
            x: (B, T, 1 + N, D).
            context: (B, k, D) of the layer before; ``None`` for the first.

        Returns:
            (B, T, 1 + N, D) and (B, k, D).
        """
        x, context = self.attend(block, layer, x, context)
        return _feed_forward(block, x), _feed_forward(block, context)

    def attend(
        self, block: nn.Module, layer: int, x: Tensor, context: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        """The same before the feed-forward network."""
        q, k, v, bias = self._qkv(block, layer, x, context)
        seeds = self.seeds(cls_attention(q, k, bias, x.shape[2] - 1))
        x = x + _attended(block, q, k, v, bias).unflatten(0, x.shape[:2])
        return x, self.merge(_rows(x, 1 + seeds.unflatten(0, x.shape[:2])))

    def last_layer(
        self, block: nn.Module, layer: int, x: Tensor, context: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        """The last layer, of which class tokens and context are wanted.

        Only these and the seeds ask.

        Returns:
            (B, T, D) and (B, k, D).
        """
        q, k, v, bias = self._qkv(block, layer, x, context)
        seeds = self.seeds(cls_attention(q, k, bias, x.shape[2] - 1))
        asking = torch.cat([torch.zeros_like(seeds[:, :1]), 1 + seeds], dim=1)
        index = asking[:, None, :, None].expand(-1, q.shape[1], -1, q.shape[3])
        x = _rows(x, asking.unflatten(0, x.shape[:2]))
        attended = _attended(block, q.gather(2, index), k, v, bias)
        x = x + attended.unflatten(0, x.shape[:2])
        merged = self.merge(x[:, :, 1:])
        return _feed_forward(block, x[:, :, 0]), _feed_forward(block, merged)

    def class_tokens(
        self, block: nn.Module, layer: int, x: Tensor, context: Tensor | None
    ) -> Tensor:
        """The last layer, of which only class tokens are wanted: (B, T, D)."""
        q, k, v, bias = self._qkv(block, layer, x, context, 1)
        attended = _attended(block, q, k, v, bias)[:, 0]
        cls = x[:, :, 0] + attended.unflatten(0, x.shape[:2])
        return _feed_forward(block, cls)

    def _qkv(
        self,
        block: nn.Module,
        layer: int,
        x: Tensor,
        context: Tensor | None,
        num_queries: int | None = None,
    ) -> tuple[Tensor, Tensor, Tensor, Tensor | None]:
        """Queries, keys, values of (B T) frames, and the bias of the keys.

        Keys are those of the frame itself and then the context's, which are
        the same for all frames.
        """
        q, *own = project_qkv(block.attn, block.ln_1(x), num_queries)
        if context is None:
            k, v = (part.flatten(0, 1) for part in own)
            return q.flatten(0, 1), k, v, None
        _, *shared = project_qkv(block.attn, block.ln_1(context), 0)
        k, v = (
            torch.cat(
                [mine, ours[:, None].expand(-1, x.shape[1], -1, -1, -1)], 3
            ).flatten(0, 1)
            for mine, ours in zip(own, shared, strict=True)
        )
        return (
            q.flatten(0, 1),
            k,
            v,
            self.bias(layer, x.shape[2], context.shape[1]),
        )

    def bias(self, layer: int, num_own: int, num_shared: int) -> Tensor | None:
        """What is added to the logits of keys: (1, h, 1, own + shared)."""
        if str(layer) not in self.biases:
            return None
        own, shared = self.biases[str(layer)].split(1, dim=-1)
        parts = [
            own.expand(-1, -1, num_own),
            shared.expand(-1, -1, num_shared),
        ]
        return torch.cat(parts, dim=-1)[None]

    def seeds(self, attention: Tensor) -> Tensor:
        """Patches that the class token looks at most, the first one first.

        Args:
            attention: (n, N) weights.

        Returns:
            (n, S) int64.
        """
        return attention.topk(self.num_seeds, dim=-1).indices

    def merge(self, seeds: Tensor) -> Tensor:
        """Context tokens of all frames' seeds: (B, T, S, D) -> (B, k, D)."""
        seeds = seeds.flatten(1, 2)
        groups = assign_groups(seeds, self.num_tokens, self.merge_step)
        num_groups = min(self.num_tokens, seeds.shape[1])
        return mean_of_groups(seeds, groups, num_groups)


@torch.no_grad()
def cls_attention(
    q: Tensor, k: Tensor, bias: Tensor | None, num_patches: int
) -> Tensor:
    """Weights of the class token on patches, mean over heads.

    The row of the attention map that seeds are chosen by; no other is
    computed. The context's keys are part of its softmax.

    Args:
        q: (n, h, Lq, d), of which the first row is the class token's.
        k: (n, h, L, d): class token, patches and context.
        bias: (1, h, 1, L) or ``None``.
        num_patches: N.

    Returns:
        (n, N).
    """
    logits = q[:, :, :1] @ k.mT / math.sqrt(q.shape[-1])
    if bias is not None:
        logits = logits + bias
    weights = logits.softmax(dim=-1).mean(dim=1)
    return weights[:, 0, 1 : 1 + num_patches]


def _attended(
    block: nn.Module, q: Tensor, k: Tensor, v: Tensor, bias: Tensor | None
) -> Tensor:
    """(n, h, Lq, d) ... -> (n, Lq, D), after the output projection."""
    attended = biased_attention(q, k, v, bias)
    return block.ls_1(block.attn.out_proj(attended))


def biased_attention(
    q: Tensor, k: Tensor, v: Tensor, bias: Tensor | None
) -> Tensor:
    """Attention to keys with a bias that is the same for all queries.

    Kernels give the gradient of a mask as a whole map of attention, if at
    all; so where it has one, the bias is a further feature of the keys, which
    every query has with weight one.

    Args:
        q: (n, h, Lq, d).
        k: (n, h, L, d).
        v: (n, h, L, d).
        bias: (1, h, 1, L) or ``None``.

    Returns:
        (n, Lq, D).
    """
    if bias is None or not bias.requires_grad:
        return fused_attention(q, k, v, bias)
    width = q.shape[-1]
    column = math.sqrt(width) * bias.mT
    attended = attend(
        _widened(q, q.new_ones(1, 1, 1, 1)),
        _widened(k, column.to(k.dtype)),
        F.pad(v, (0, _FEATURES)),
        scale=1 / math.sqrt(width),
    )
    return merge_heads(attended[..., :width])


def _widened(x: Tensor, column: Tensor) -> Tensor:
    """A column and zeros behind: (n, h, L, d) -> (n, h, L, d + 8)."""
    zeros = x.new_zeros(1).expand(*x.shape[:-1], _FEATURES - 1)
    return torch.cat([x, column.expand(*x.shape[:-1], 1), zeros], dim=-1)


def _feed_forward(block: nn.Module, x: Tensor) -> Tensor:
    """With its residual: (..., D) -> (..., D)."""
    return x + block.ls_2(block.mlp(block.ln_2(x)))


def _rows(x: Tensor, index: Tensor) -> Tensor:
    """(B, T, L, D), (B, T, S) -> (B, T, S, D)."""
    return x.gather(2, index[..., None].expand(-1, -1, -1, x.shape[-1]))
