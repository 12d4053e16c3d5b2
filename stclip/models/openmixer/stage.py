"""One stage of the decoder: queries look, mix, and say what they found.

Shapes: B clips, Q queries, D width, C labels.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from stclip.models.clip.attention import fused_attention, project_qkv
from stclip.models.openmixer.boxes import (
    covered,
    moved,
    sine_encoding,
    to_corners,
)
from stclip.models.openmixer.mixing import AdaptiveMixing
from stclip.models.openmixer.sampling import CellTable, PointSampling

# Where nothing of a box is covered, the logarithm is of this.
_LEAST = 1e-7


@dataclass(frozen=True)
class StageSizes:
    """Sizes of a stage.

    Args:
        width: D, that of CLIP's joint space.
        num_queries: Q, of each kind.
        num_frames: T.
        num_heads: Of self-attention.
        groups: Groups of channels.
        points: Points a query samples in each group.
        out_multiplier: Points go on as so many times as many.
        ffn_width: Inside the feed-forward networks.
    """

    width: int
    num_queries: int = 100
    num_frames: int = 16
    num_heads: int = 8
    groups: int = 4
    points: int = 32
    out_multiplier: int = 4
    ffn_width: int = 2048


@dataclass(frozen=True)
class Scene:
    """What all stages know of the clips and of the labels.

    Args:
        table: The pyramid.
        clip: (B, D) class feature of each whole clip.
        text: (C, D) text features.
        condition: (B, D) what the temporal queries are told of each clip.
        scale: () or number, factor of cosines.
    """

    table: CellTable
    clip: Tensor
    text: Tensor
    condition: Tensor
    scale: Tensor | float

    def cosines(self, features: Tensor) -> Tensor:
        """(..., D) features and the texts: (..., C) cosines, float32."""
        unit = F.normalize(features.float(), dim=-1)
        with torch.autocast(unit.device.type, enabled=False):
            return unit @ F.normalize(self.text.float(), dim=-1).T


class QueryBranch(nn.Module):
    """The layers of one kind of query, spatial or temporal.

    Args:
        sizes: Of the stage.
        points: Points, or frames, that are mixed.
    """

    def __init__(self, sizes: StageSizes, points: int) -> None:
        super().__init__()
        width = sizes.width
        self.attention = nn.MultiheadAttention(width, sizes.num_heads)
        self.norm_attention = nn.LayerNorm(width)
        out_points = points * sizes.out_multiplier
        self.mixing = AdaptiveMixing(width, sizes.groups, points, out_points)
        self.norm_mixing = nn.LayerNorm(width)
        self.ffn = nn.Sequential(
            nn.Linear(width, sizes.ffn_width),
            nn.ReLU(),
            nn.Linear(sizes.ffn_width, width),
        )
        self.norm_ffn = nn.LayerNorm(width)

    def attend(self, queries: Tensor, place: Tensor, bias: Tensor) -> Tensor:
        """Self-attention of boxes, AdaMixer, arXiv:2203.16507, Eq. (8).

        Args:
            queries: (B, Q, D).
            place: (B, Q, D), encoding of their boxes.
            bias: (B, heads, Q, Q), added to the scores.
        """
        x = queries + place
        seen = fused_attention(*project_qkv(self.attention, x), bias)
        return self.norm_attention(x + self.attention.out_proj(seen))

    def mix(self, queries: Tensor, sampled: Tensor) -> Tensor:
        """Mixing and feed-forward network, (B, Q, D) -> (B, Q, D)."""
        x = self.norm_mixing(self.mixing(queries, sampled))
        return self.norm_ffn(x + self.ffn(x))


class ActionHead(nn.Module):
    """Action logits of queries, and of the clip that they are in.

    Source: OpenMixer, WACV 2025, logit fusion.

    Args:
        sizes: Of the stage.
        read_spatial: Whether the spatial query is read besides the temporal.
        alpha: Start of the clip's share, which each query learns; ``None``
            if the clip has none.
    """

    def __init__(
        self, sizes: StageSizes, read_spatial: bool, alpha: float | None
    ) -> None:
        super().__init__()
        width = sizes.width
        self.project = (
            nn.Linear(2 * width, width, bias=False) if read_spatial else None
        )
        self.alpha = None
        if alpha is not None:
            self.alpha = nn.Parameter(torch.full((sizes.num_queries,), alpha))

    def forward(
        self, spatial: Tensor, temporal: Tensor, scene: Scene
    ) -> Tensor:
        """(B, Q, D) each -> (B, Q, C) cosines of either kind, mixed."""
        features = temporal
        if self.project is not None:
            features = self.project(torch.cat([spatial, temporal], dim=-1))
        learned = scene.cosines(features)
        if self.alpha is None:
            return learned
        alpha = self.alpha[:, None]
        fixed = scene.cosines(scene.clip)[:, None]
        return alpha * fixed + (1 - alpha) * learned


@dataclass(frozen=True)
class Found:
    """What a stage found.

    Args:
        objectness: (B, Q, 2) logits of person and background.
        xyzr: (B, Q, 4) boxes, moved.
        actions: (B, Q, C) logits.
        spatial: (B, Q, D) queries.
        temporal: (B, Q, D) queries; ``None`` where there are none.
    """

    objectness: Tensor
    xyzr: Tensor
    actions: Tensor
    spatial: Tensor
    temporal: Tensor | None

    @property
    def corners(self) -> Tensor:
        """(B, Q, 4) boxes, x1 y1 x2 y2."""
        return to_corners(self.xyzr)


class DecoderStage(nn.Module):
    """A stage with spatial and, for actions of their own, temporal queries.

    Source: STMixer, arXiv:2303.15879, Sec. 3.3; OpenMixer, WACV 2025.

    Args:
        sizes: Its sizes.
        actions: The head of the temporal queries; ``None`` for a stage that
            has none, in which all persons do what the clip shows.
    """

    def __init__(self, sizes: StageSizes, actions: ActionHead | None) -> None:
        super().__init__()
        width = sizes.width
        self.tau = nn.Parameter(torch.empty(sizes.num_heads).uniform_(0, 4))
        self.spatial = QueryBranch(sizes, sizes.points)
        self.temporal = None
        if actions is not None:
            self.temporal = QueryBranch(sizes, sizes.num_frames)
        self.sampling = PointSampling(width, sizes.groups, sizes.points)
        self.objectness = _head(width, 2)
        self.delta = _head(width, 4)
        nn.init.zeros_(self.delta[-1].weight)
        nn.init.zeros_(self.delta[-1].bias)
        self.actions = actions

    def forward(
        self,
        xyzr: Tensor,
        spatial: Tensor,
        temporal: Tensor | None,
        scene: Scene,
    ) -> Found:
        """Look once.

        Args:
            xyzr: (B, Q, 4) boxes.
            spatial: (B, Q, D).
            temporal: (B, Q, D), or ``None``.
            scene: What is looked at.
        """
        # As in the release, attention moves no boxes, but sampling does.
        bias = self.covering(xyzr.detach())
        place = sine_encoding(xyzr.detach(), spatial.shape[-1])
        spatial = self.spatial.attend(spatial, place, bias)
        points, frames = self.sampling(spatial, xyzr, scene.table)
        if self.temporal is not None:
            temporal = self.temporal.attend(temporal, place, bias)
            temporal = temporal + scene.condition[:, None]
            temporal = self.temporal.mix(temporal, frames)
        spatial = self.spatial.mix(spatial, points)
        if self.actions is None:
            cosines = scene.cosines(scene.clip)[:, None]
            cosines = cosines.expand(-1, spatial.shape[1], -1)
        else:
            cosines = self.actions(spatial, temporal, scene)
        return Found(
            self.objectness(spatial).float(),
            moved(xyzr, self.delta(spatial).float()),
            scene.scale * cosines,
            spatial,
            temporal,
        )

    def covering(self, xyzr: Tensor) -> Tensor:
        """tau_h log IoF, AdaMixer's Eq. (8): (B, heads, Q, Q)."""
        shares = covered(to_corners(xyzr))
        return self.tau[:, None, None] * (shares + _LEAST).log()[:, None]


def _head(width: int, out: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(width, width),
        nn.LayerNorm(width),
        nn.ReLU(),
        nn.Linear(width, out),
    )
