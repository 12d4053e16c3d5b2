"""Temporal transformer over the frames of a video."""

from functools import partial

from torch import Tensor, nn

from stclip.models.clip.open_clip_parts import Transformer
from stclip.models.clip.quick_gelu import QuickGELU
from stclip.utils.errors import UserError

_HEAD_WIDTH = 64


class TemporalTransformer(nn.Module):
    """Frame embeddings that know of each other.

    Source: ActionCLIP, arXiv:2109.08472 ("Transf"), which Text4Vis, BIKE and
    the baseline of DA-STI's Table 4 share, and Efficient-Prompting,
    arXiv:2112.04478: learned positions, pre-norm layers, QuickGELU.

    Args:
        width: D.
        num_layers: Layers.
        max_frames: Longest video.
        num_heads: Of each layer; ``None`` for heads of width 64.
        norm_eps: Of the layer norms.
        residual: Whether the input is added to what the layers make of it.
    """

    def __init__(
        self,
        width: int,
        num_layers: int = 6,
        max_frames: int = 77,
        num_heads: int | None = None,
        norm_eps: float = 1e-5,
        residual: bool = True,
    ) -> None:
        super().__init__()
        self.residual = residual
        self.positions = nn.Embedding(max_frames, width)
        self.transformer = Transformer(
            width,
            num_layers,
            num_heads or width // _HEAD_WIDTH,
            act_layer=QuickGELU,
            norm_layer=partial(nn.LayerNorm, eps=norm_eps),
        )
        nn.init.normal_(self.positions.weight, std=0.02)
        for module in self.transformer.modules():
            if isinstance(module, nn.Linear):
                nn.init.normal_(module.weight, std=0.02)
                nn.init.zeros_(module.bias)

    def forward(self, frames: Tensor) -> Tensor:
        """(B, T, D) -> (B, T, D).

        Raises:
            ValueError: For more than ``max_frames`` frames.
        """
        num_frames = frames.shape[1]
        if num_frames > self.positions.num_embeddings:
            raise UserError(
                f'a video has {num_frames} frames, but there are positions '
                f'for {self.positions.num_embeddings} only'
            )
        positions = self.positions.weight[:num_frames]
        found = self.transformer(frames + positions.to(frames.dtype))
        return frames + found if self.residual else found
