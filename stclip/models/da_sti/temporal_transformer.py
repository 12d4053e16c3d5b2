"""Temporal transformer over the frames of a video."""

from torch import Tensor, nn

from stclip.models.clip.open_clip_parts import QuickGELU, Transformer
from stclip.utils.errors import UserError

_HEAD_WIDTH = 64


class TemporalTransformer(nn.Module):
    """Frame embeddings that know of each other, with an input residual.

    Source: ActionCLIP, arXiv:2109.08472 ("Transf"), the baseline of DA-STI's
    Table 4: learned positions, pre-norm layers, QuickGELU.

    Args:
        width: D, a multiple of 64.
        num_layers: Layers.
        max_frames: Longest video.
    """

    def __init__(
        self, width: int, num_layers: int = 6, max_frames: int = 77
    ) -> None:
        super().__init__()
        self.positions = nn.Embedding(max_frames, width)
        self.transformer = Transformer(
            width, num_layers, width // _HEAD_WIDTH, act_layer=QuickGELU
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
        return frames + self.transformer(frames + positions.to(frames.dtype))
