"""Space-time cross attention: CLIP's layer on patches that cross frames.

STDD, arXiv:2412.09895; the rules are those of its released code. It adds no
parameter: a CLIP layer's weights serve both branches. B videos, T frames,
N patches, K of them kept, width D.

    plain = x + MHSA(LN1(x))                      all tokens of a frame
    crossed = mean over scales of m + MHSA(LN1(m))   m: mixed, kept tokens
    merged = plain, with crossed in the rows of the kept tokens
    out = merged + MLP(LN2(plain))
"""

from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor

from stclip.models.clip.attention import fused_attention
from stclip.models.clip.towers import ImageTower
from stclip.utils.choices import require_choice
from stclip.utils.errors import UserError

#: Branches that the class token may be taken from; the release's crosses.
CLASS_TOKEN_BRANCHES = ('crossing', 'plain')


@cache
@torch.inference_mode(False)  # kept for training, too
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
        neighbours = frames + reach
        exists = (neighbours >= 0) & (neighbours < num_frames)
        source = torch.where(exists, neighbours, source)
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


@dataclass(frozen=True)
class SpaceTimeCross:
    """How a CLIP layer sees the patches of several frames.

    Kept patches and the class token see the kept patches alone, with channels
    mixed over frames, once for each scale, and are averaged: the crossing
    branch. Masked patches see all tokens of their frame as in CLIP: the plain
    branch. The feed-forward network reads the plain branch in every row, also
    in those that the crossing branch takes over.

    Args:
        span: f, channels that come from either side; 0 mixes none.
        scales: Farthest frame of each pass of the crossing branch.
        class_token: Branch that it is taken from, a name of
            ``CLASS_TOKEN_BRANCHES``.

    Raises:
        ValueError: If a scale has no channel of its own, or for another
            branch.
    """

    span: int
    scales: tuple[int, ...]
    class_token: str = 'crossing'

    def __post_init__(self) -> None:
        if not self.scales or min(self.scales) < 1:
            raise UserError(
                f'scales count frames and are at least 1, got '
                f'{list(self.scales)}'
            )
        outermost = self.span >> (max(self.scales) - 1)
        if self.span and not outermost:
            raise UserError(
                f'scale {max(self.scales)} has no channel left: each further '
                f'frame gets half of the {self.span} channels from a side; '
                'take a smaller scale or fold'
            )
        require_choice('class_token', self.class_token, CLASS_TOKEN_BRANCHES)

    def layer(
        self, tower: ImageTower, layer: int, x: Tensor, kept: Tensor
    ) -> Tensor:
        """A whole layer.

        Args:
            tower: Whose layer.
            layer: Index of the layer.
            x: (B, T, 1 + N, D) tokens, the class token first.
            kept: (B, T, K) int64 patches.

        Returns:
            (B, T, 1 + N, D).
        """
        plain = _attend(tower, layer, x)
        crossed = self.crossed(tower, layer, x, kept)
        rows = torch.cat([torch.zeros_like(kept[..., :1]), 1 + kept], dim=-1)
        if self.class_token == 'plain':
            crossed, rows = crossed[:, :, 1:], rows[..., 1:]
        # Autocast may give a branch another type than the stream's.
        merged = plain.scatter(
            2, rows[..., None].expand_as(crossed), crossed.to(plain.dtype)
        )
        return merged + tower.ffn_branch(layer, plain)

    def last_layer(
        self, tower: ImageTower, layer: int, x: Tensor, kept: Tensor
    ) -> Tensor:
        """The class token after a layer, whose other rows nobody needs.

        Args:
            tower: See :meth:`layer`.
            layer: Likewise.
            x: Likewise.
            kept: Likewise.

        Returns:
            (B, T, D).
        """
        plain = _attend(tower, layer, x, num_queries=1)
        merged = plain
        if self.class_token == 'crossing':
            merged = self.crossed(tower, layer, x, kept, 1)
        return (merged + tower.ffn_branch(layer, plain))[:, :, 0]

    def crossed(
        self,
        tower: ImageTower,
        layer: int,
        x: Tensor,
        kept: Tensor,
        num_queries: int | None = None,
    ) -> Tensor:
        """Mean over the scales of m + MHSA(LN(m)), m the mixed tokens.

        Args:
            tower: See :meth:`layer`.
            layer: Likewise.
            x: Likewise.
            kept: Likewise.
            num_queries: Only the first so many tokens are wanted.

        Returns:
            (B, T, 1 + K or fewer, D), the class token first.
        """
        cls, patches = x[:, :, :1], _pick(x[:, :, 1:], kept)
        mixed = torch.stack(
            [
                torch.cat([cls, mix_channels(patches, self.span, s)], dim=2)
                for s in self.scales
            ]
        )  # (scales, B, T, 1 + K, D)
        places = tower.places(1, kept.flatten(0, 1))
        if places is not None:
            places = places.repeat(len(self.scales), 1, 1, 1)
        crossed = _attend(tower, layer, mixed, places, num_queries)
        return crossed.mean(dim=0)


def _attend(
    tower: ImageTower,
    layer: int,
    tokens: Tensor,
    places: Tensor | None = None,
    num_queries: int | None = None,
) -> Tensor:
    """Tokens x + MHSA(LN(x)), by CLIP's weights, of the first rows or all.

    Args:
        tower: Holder of the weights.
        layer: Index of the layer.
        tokens: (..., L, D).
        places: Of the patches; ``None`` for all in a frame's own order.
        num_queries: R, rows that are wanted.

    Returns:
        (..., R or L, D).
    """
    qkv = tower.qkv(layer, tokens.flatten(0, -3), num_queries, places)
    attended = tower.attention_branch(layer, fused_attention(*qkv))
    return tokens[..., :num_queries, :] + attended.unflatten(
        0, tokens.shape[:-2]
    )


def _pick(tokens: Tensor, index: Tensor) -> Tensor:
    """(B, T, L, D), (B, T, R) -> (B, T, R, D)."""
    return tokens.gather(
        2, index[..., None].expand(*index.shape, tokens.shape[-1])
    )
