"""What the transformers of timm have in common."""

from abc import abstractmethod
from collections.abc import Sequence

import torch
from open_clip.timm_model import TimmModel
from timm.layers import AttentionPoolLatent
from torch import Tensor, nn
from torch.nn import functional as F

from stclip.models.clip.attention import split_heads
from stclip.models.clip.towers.image import (
    QKV,
    ImageTower,
    Part,
    with_prefix,
)


class TimmTower(ImageTower):
    """A trunk of timm with a head of its own, open_clip's, or both.

    Args:
        visual: Which :func:`why_no_timm_tower` says nothing against.
        joint_width: Dt.
    """

    def __init__(self, visual: TimmModel, joint_width: int) -> None:
        self.visual, self.trunk = visual, visual.trunk
        trunk = self.trunk
        self.width = trunk.embed_dim
        self.joint_width = joint_width
        self.grid = trunk.patch_embed.grid_size
        self.patch_size = trunk.patch_embed.img_size[0] // self.grid[0]
        self.blocks = trunk.blocks
        self.num_heads = self.blocks[0].attn.num_heads
        self.num_prefix = trunk.num_prefix_tokens
        self.pooled_rows = (
            1
            if trunk.attn_pool is None
            else self.num_prefix + self.num_patches
        )

    @staticmethod
    @abstractmethod
    def why_not(trunk: nn.Module) -> str:
        """Why a trunk of this class cannot be stepped through."""

    @property
    def last_parts(self) -> Sequence[Part]:
        """See the base class."""
        trunk = self.trunk
        parts = (
            trunk.norm,
            trunk.attn_pool,
            trunk.fc_norm,
            trunk.head,
            self.visual.head,
        )
        return [part for part in parts if part is not None]

    def embed_patches(self, images: Tensor) -> Tensor:
        """See the base class."""
        return self.trunk.patch_embed(images)

    def embed(self, patches: Tensor, shift: Tensor | None = None) -> Tensor:
        """See the base class."""
        trunk = self.trunk
        own = [trunk.cls_token, trunk.reg_token]
        prefix = [token[0] for token in own if token is not None]
        x, positions = patches, trunk.pos_embed
        if positions is not None and trunk.no_embed_class:
            x, positions = x + positions[0], None
        if prefix:
            x = with_prefix(torch.cat(prefix), x)
        if positions is not None:
            x = x + positions[0]
        return self.norm_before(x if shift is None else x + shift)

    def norm_before(self, x: Tensor) -> Tensor:
        """See the base class."""
        return self.trunk.norm_pre(x)

    def pooled(self, x: Tensor) -> Tensor:
        """See the base class: the class token, or attention pooling."""
        trunk, rows = self.trunk, x[..., : self.pooled_rows, :]
        rows = trunk.norm(rows)
        if trunk.attn_pool is None:
            return trunk.fc_norm(rows[..., 0, :])
        pooled = trunk.pool(rows.flatten(0, -3))
        return trunk.fc_norm(pooled.unflatten(0, rows.shape[:-2]))

    def pooled_alone(self, x: Tensor) -> Tensor:
        """See the base class."""
        trunk = self.trunk
        x = trunk.norm(x)
        if trunk.attn_pool is not None:
            x = _pool_alone(trunk.attn_pool, x)
        return trunk.fc_norm(x)

    def project(self, x: Tensor) -> Tensor:
        """See the base class."""
        return self.visual.head(self.trunk.head(x))


def why_no_timm_tower(visual: TimmModel) -> str:
    """Why what lies around the layers is none that :class:`TimmTower` knows.

    Args:
        visual: Whose trunk is of a class that has an adapter.
    """
    trunk = visual.trunk
    pool = trunk.attn_pool
    if pool is None and trunk.global_pool != 'token':
        return 'its feature is the mean of the patches'
    if pool is not None and not _is_latent(pool):
        return 'it pools in another form'
    if trunk.dynamic_img_size:
        return 'its positions are made anew for each size of pictures'
    if any(
        getattr(block.attn, 'gate', None) is not None
        or getattr(block.attn, 'num_kv_groups', 1) > 1
        for block in trunk.blocks
    ):
        return 'its attention is of another form'
    return ''


def _is_latent(pool: nn.Module) -> bool:
    """Whether one learned query pools, and a feed-forward network follows."""
    return (
        isinstance(pool, AttentionPoolLatent)
        and pool.latent_len == 1
        and pool.pos_embed is None
        and pool.mlp is not None
    )


def project_timm_qkv(
    attention: nn.Module, x: Tensor, num_queries: int | None
) -> QKV:
    """Queries, keys and values by the weights of timm's attention.

    Args:
        attention: With one projection or three, of any kind of bias.
        x: (..., L, Dv) after the norm.
        num_queries: Only the first so many tokens ask; ``None`` for all.

    Returns:
        (..., h, Lq, d), (..., h, L, d), (..., h, L, d).
    """
    asking = x[..., :num_queries, :]
    if attention.qkv is None:
        q = attention.q_proj(asking)
        k, v = attention.k_proj(x), attention.v_proj(x)
    else:
        weight, bias = attention.qkv.weight, _bias(attention)
        width = weight.shape[0] // 3
        if num_queries is None:
            q, k, v = F.linear(x, weight, bias).chunk(3, dim=-1)
        else:
            q_bias, kv_bias = (
                (None, None) if bias is None else (bias[:width], bias[width:])
            )
            q = F.linear(asking, weight[:width], q_bias)
            k, v = F.linear(x, weight[width:], kv_bias).chunk(2, dim=-1)
    heads = attention.num_heads
    q, k = split_heads(q, heads), split_heads(k, heads)
    return attention.q_norm(q), attention.k_norm(k), split_heads(v, heads)


def _bias(attention: nn.Module) -> Tensor | None:
    """Of the packed projection; some keep it apart, and none for keys."""
    if getattr(attention, 'q_bias', None) is None:
        return attention.qkv.bias
    return torch.cat([attention.q_bias, attention.k_bias, attention.v_bias])


def _pool_alone(pool: AttentionPoolLatent, x: Tensor) -> Tensor:
    """Attention pooling over each token by itself: its value is taken up."""
    width = pool.kv.out_features // 2
    bias = pool.kv.bias
    value = F.linear(
        x, pool.kv.weight[width:], None if bias is None else bias[width:]
    )
    value = pool.proj(value)
    return value + pool.mlp(pool.norm(value))
