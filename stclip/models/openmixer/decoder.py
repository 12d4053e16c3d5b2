"""OpenMixer's decoder: queries that move boxes and name actions.

Shapes: B clips, Q queries, D width, C labels.
"""

from collections.abc import Sequence
from typing import Any

from torch import Tensor, nn
from torch.nn import functional as F

from stclip.models.clip.cosines import cosines
from stclip.models.openmixer.sampling import CellTable
from stclip.models.openmixer.stage import (
    ActionHead,
    DecoderStage,
    Found,
    Scene,
    StageSizes,
)


class OpenMixerDecoder(nn.Module):
    """Stages that refine boxes and actions of the same queries.

    Source: OpenMixer, WACV 2025, on AdaMixer's stages (arXiv:2203.16507).

    Args:
        width: D, that of CLIP's joint space.
        patch_size: Side of the patches that the pyramid comes from, px.
        num_stages: Stages.
        own_actions: Whether queries have actions of their own; else each has
            the clip's ("ZSR+TL").
        read_spatial: See :class:`.ActionHead`.
        alpha: Likewise.
        **sizes: Of :class:`.StageSizes`.
    """

    def __init__(
        self,
        width: int,
        patch_size: int,
        num_stages: int = 3,
        own_actions: bool = True,
        read_spatial: bool = False,
        alpha: float | None = 0.99,
        **sizes: Any,
    ) -> None:
        super().__init__()
        self.sizes = StageSizes(width, **sizes)
        self.patch_size = patch_size
        num_queries = self.sizes.num_queries
        self.spatial = nn.Embedding(num_queries, width)
        self.temporal = None
        if own_actions:
            self.temporal = nn.Embedding(num_queries, width)
        self.stages = nn.ModuleList(
            DecoderStage(
                self.sizes,
                ActionHead(self.sizes, read_spatial, alpha)
                if own_actions
                else None,
            )
            for _ in range(num_stages)
        )

    def start(self, condition: Tensor) -> tuple[Tensor, Tensor | None]:
        """Spatial and temporal queries of the first stage, (B, Q, D) each.

        Args:
            condition: (B, D), what the temporal ones are told.
        """
        spatial = _unit_spread(self.spatial.weight)
        spatial = spatial.expand(len(condition), -1, -1)
        if self.temporal is None:
            return spatial, None
        return spatial, _unit_spread(self.temporal.weight + condition[:, None])

    def forward(
        self,
        maps: Sequence[Tensor],
        xyzr: Tensor,
        clip: Tensor,
        text: Tensor,
        condition: Tensor,
        scale: Tensor | float,
    ) -> list[Found]:
        """Find persons.

        Args:
            maps: (B, D, T, h, w) each, the finest first.
            xyzr: (B, Q, 4) first boxes, px.
            clip: See :class:`.Scene`, as what follows.
            text: (C, D).
            condition: (B, D).
            scale: ().

        Returns:
            What each stage found; the last is the answer.
        """
        table = CellTable.of(maps, self.sizes.groups, self.patch_size)
        scene = Scene(table, clip, text, condition, scale)
        spatial, temporal = self.start(condition)
        answers = []
        for stage in self.stages:
            found = stage(xyzr, spatial, temporal, scene)
            xyzr = found.xyzr
            spatial, temporal = found.spatial, found.temporal
            answers.append(found)
        return answers


def best_text(clip: Tensor, text: Tensor) -> Tensor:
    """Index of the label that fits each clip best: (B, D), (C, D) -> (B,)."""
    units = (F.normalize(each.float(), dim=-1) for each in (clip, text))
    return cosines(*units).argmax(dim=-1)


def _unit_spread(queries: Tensor) -> Tensor:
    """Layer norm without weights."""
    return F.layer_norm(queries, queries.shape[-1:])
