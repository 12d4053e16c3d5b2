"""What methods need of an image tower.

Shapes: n images, L tokens, N patches, h heads, d width of a head, Dv vision
width, Dt joint width. A tower reads weights that a model holds: it is no
module itself, so that parameters keep their names.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence

import torch
from torch import Tensor, nn

from stclip.models.clip.attention import fused_attention
from stclip.models.clip.recomputation import Recomputation
from stclip.utils.errors import UserError

#: Queries, keys and values: (n, h, Lq, d), (n, h, L, d), (n, h, L, d).
QKV = tuple[Tensor, Tensor, Tensor]
#: What is trained or frozen at once.
Part = nn.Module | nn.Parameter


class ImageEncoder(ABC):
    """What makes a feature of a picture, and nothing between.

    Attributes:
        visual: Holder of the weights.
        width: Dv.
        joint_width: Dt.
    """

    visual: nn.Module
    width: int
    joint_width: int

    @abstractmethod
    def encode(self, images: Tensor) -> Tensor:
        """Feature before the projection: (n, 3, S, S) -> (n, Dv)."""

    @abstractmethod
    def project(self, x: Tensor) -> Tensor:
        """To the joint space: (..., Dv) -> (..., Dt)."""


class WholeEncoder(ImageEncoder):
    """An image tower of any kind, by open_clip's own ``encode_image``.

    Its features are in the joint space: the projection is a part of it.

    Args:
        model: Of open_clip.
        joint_width: Dt.
        reason: Why methods cannot step through it, in words.
    """

    def __init__(
        self, model: nn.Module, joint_width: int, reason: str
    ) -> None:
        self.visual = model.visual
        self.width = self.joint_width = joint_width
        self.reason = reason
        self._model = model

    def encode(self, images: Tensor) -> Tensor:
        """See the base class."""
        return self._model.encode_image(images, normalize=False)

    def project(self, x: Tensor) -> Tensor:
        """See the base class: nothing is left to be done."""
        return x


class ImageTower(ImageEncoder):
    """A transformer on patches, step by step.

    Sequences are [prefix; further tokens; patches]: the prefix is what the
    tower has of its own, a class token first or nothing at all, and methods
    put tokens without a position behind it.

    Attributes:
        kind: What it is, in words.
        num_prefix: Tokens of the prefix.
        blocks: Its layers.
        num_heads: h.
        grid: Rows and columns of patches.
        patch_size: Pixels of a side of a patch.
        pooled_rows: Of a picture's own tokens after the last layer, how many
            of the first :meth:`pooled` reads.
        recomputed: How whole layers are run.
    """

    kind: str
    num_prefix: int
    blocks: Sequence[nn.Module]
    num_heads: int
    grid: tuple[int, int]
    patch_size: int
    pooled_rows: int
    recomputed = Recomputation(False)

    @property
    def num_patches(self) -> int:
        """N."""
        return self.grid[0] * self.grid[1]

    @property
    def num_layers(self) -> int:
        """How many layers there are."""
        return len(self.blocks)

    @property
    def feed_forwards(self) -> Iterable[nn.Module]:
        """Of each layer the feed-forward network, which takes LoRA."""
        return (block.mlp for block in self.blocks)

    @property
    @abstractmethod
    def last_parts(self) -> Sequence[Part]:
        """What lies behind the layers and is trained with the last of them."""

    def patch_tokens(self, images: Tensor) -> Tensor:
        """Patch embedding: (n, 3, S, S) normalised -> (n, N, Dv).

        Raises:
            UserError: For pictures of another size than the tower's.
        """
        wanted = tuple(side * self.patch_size for side in self.grid)
        found = tuple(images.shape[-2:])
        if found != wanted:
            raise UserError(
                f'this CLIP looks at pictures of {wanted[0]} x {wanted[1]} '
                f'px, but got {found[0]} x {found[1]}: set their size in the '
                'pipelines'
            )
        return self.embed_patches(images)

    @abstractmethod
    def embed_patches(self, images: Tensor) -> Tensor:
        """:meth:`patch_tokens` of pictures that have the tower's size."""

    @abstractmethod
    def embed(self, patches: Tensor, shift: Tensor | None = None) -> Tensor:
        """What enters the first layer: prefix, positions, norm.

        Args:
            patches: (..., N, Dv).
            shift: Added before the norm; broadcastable to the result.

        Returns:
            (..., prefix + N, Dv).
        """

    @abstractmethod
    def norm_before(self, x: Tensor) -> Tensor:
        """The norm before the first layer: (..., Dv)."""

    def places(
        self, before: int, kept: Tensor | None = None, after: int = 0
    ) -> Tensor | None:
        """Where the patches are in a sequence, for :meth:`qkv`.

        Args:
            before: Tokens before the patches, which have no place.
            kept: (..., K) int64, which patches there are; ``None`` for all.
            after: Tokens behind them, which have no place either.

        Returns:
            For :meth:`qkv` of the same tower; ``None`` where layers ask for
            no places.
        """
        del before, kept, after

    @abstractmethod
    def qkv(
        self,
        layer: int,
        x: Tensor,
        num_queries: int | None = None,
        places: Tensor | None = None,
    ) -> QKV:
        """Queries, keys and values of a layer.

        Args:
            layer: Index of the layer.
            x: (n, L, Dv).
            num_queries: Only the first so many tokens ask; ``None`` for all.
            places: Of :meth:`places`; ``None`` if the last N tokens are the
                patches.
        """

    @abstractmethod
    def attention_branch(self, layer: int, attended: Tensor) -> Tensor:
        """What a layer adds after attention, heads merged: (n, Lq, Dv)."""

    @abstractmethod
    def ffn_branch(self, layer: int, x: Tensor) -> Tensor:
        """What a layer's feed-forward network adds: (..., Dv)."""

    def finish_layer(
        self, layer: int, x: Tensor, qkv: QKV, mask: Tensor | None = None
    ) -> Tensor:
        """The rest of a layer: attention, residuals, feed-forward network.

        Args:
            layer: Index of the layer.
            x: (n, Lq, Dv), the tokens that the queries stand for.
            qkv: What :meth:`qkv` gave for this layer.
            mask: bool, broadcastable to (n, h, Lq, L), or ``None``.

        Returns:
            (n, Lq, Dv).
        """
        return self.after_attention(layer, x, fused_attention(*qkv, mask))

    def after_attention(
        self, layer: int, x: Tensor, attended: Tensor
    ) -> Tensor:
        """The same of what attention has given.

        Args:
            layer: Index of the layer.
            x: (n, Lq, Dv).
            attended: (n, Lq, h d), heads merged.
        """
        x = x + self.attention_branch(layer, attended)
        return x + self.ffn_branch(layer, x)

    @abstractmethod
    def pooled(self, x: Tensor) -> Tensor:
        """Feature of a picture, of its own tokens after the last layer.

        Args:
            x: (..., L, Dv), L at least ``pooled_rows``.

        Returns:
            (..., Dv), before the projection.
        """

    @abstractmethod
    def pooled_alone(self, x: Tensor) -> Tensor:
        """Feature of each token as if it were all there is: (..., Dv)."""

    def run_layer(
        self, layer: int, x: Tensor, num_queries: int | None = None
    ) -> Tensor:
        """A whole layer on a picture's own tokens.

        Args:
            layer: Index of the layer.
            x: (n, prefix + N, Dv).
            num_queries: Only the first so many rows are wanted.

        Returns:
            (n, prefix + N or fewer, Dv).
        """
        qkv = self.qkv(layer, x, num_queries)
        return self.finish_layer(layer, x[:, :num_queries], qkv)

    def encode(self, images: Tensor) -> Tensor:
        """See the base class; the last layer computes what is pooled only."""
        x = self.embed(self.patch_tokens(images))
        last = self.num_layers - 1
        for layer in range(last):
            x = self.recomputed(self.run_layer, layer, x)
        x = self.recomputed(self.run_layer, last, x, self.pooled_rows)
        return self.pooled(x)


def with_prefix(prefix: Tensor, patches: Tensor) -> Tensor:
    """(p, Dv) before (..., N, Dv) patches."""
    rows = prefix.expand(*patches.shape[:-2], -1, -1)
    return torch.cat([rows.to(patches.dtype), patches], dim=-2)
