"""Learned tokens that the first layers of a tower get, each its own.

ViFi-CLIP, arXiv:2212.03640, Sec. 3.4. n tokens, D width of the tower.
"""

import torch
from torch import Tensor, nn

from stclip.models.clip import CLIPBackbone
from stclip.utils.errors import UserError

_STD = 0.02


class LayerPrompts(nn.Module):
    """Tokens of the first layers.

    Args:
        width: D.
        num_tokens: n.
        depth: How many layers get tokens of their own.
        num_layers: Of the tower.

    Raises:
        UserError: For no token, or another depth than the tower has.
    """

    def __init__(
        self, width: int, num_tokens: int, depth: int, num_layers: int
    ) -> None:
        super().__init__()
        if num_tokens < 1 or not 1 <= depth <= num_layers:
            raise UserError(
                f'prompts of {type(self).__name__}: wanted are at least one '
                f'token and a depth of 1 to {num_layers} (the layers that '
                f'there are), got {num_tokens} and {depth}'
            )
        self.num_tokens = num_tokens
        self.layers = nn.ParameterList(
            torch.empty(num_tokens, width) for _ in range(depth)
        )
        for tokens in self.layers:
            nn.init.normal_(tokens, std=_STD)


class VisualPrompts(LayerPrompts):
    """Tokens behind the patches: those of a layer take the last one's place.

    They have no position.
    """

    def forward(self, clip: CLIPBackbone, images: Tensor) -> Tensor:
        """Features of pictures: (n, 3, S, S) -> (n, Dv)."""
        x = self.embed(clip, images)
        for layer in range(clip.num_layers - 1):
            # What the next layer replaces is not computed.
            replaced = layer + 1 < len(self.layers)
            num_rows = clip.num_prefix + clip.num_patches if replaced else None
            x = clip.recomputed(self.run_layer, clip, layer, x, num_rows)
        last, rows = clip.num_layers - 1, clip.image_tower.pooled_rows
        return clip.pooled(
            clip.recomputed(self.run_layer, clip, last, x, rows)
        )

    def embed(self, clip: CLIPBackbone, images: Tensor) -> Tensor:
        """What enters the first layer, (n, 1 + N + tokens, Dv)."""
        x = clip.embed(clip.patch_tokens(images))
        tokens = clip.image_tower.norm_before(self.layers[0])
        return torch.cat([x, tokens.to(x.dtype).expand(len(x), -1, -1)], 1)

    def run_layer(
        self,
        clip: CLIPBackbone,
        layer: int,
        x: Tensor,
        num_rows: int | None = None,
    ) -> Tensor:
        """A layer of the image tower on its own tokens.

        Args:
            clip: Whose tower.
            layer: Index of the layer.
            x: (n, 1 + N or more, Dv); later rows are replaced if the layer
                has tokens.
            num_rows: Only the first so many rows are wanted.

        Returns:
            (n, 1 + N + tokens or num_rows, Dv).
        """
        own = clip.num_prefix + clip.num_patches
        if 0 < layer < len(self.layers):
            tokens = self.layers[layer].to(x.dtype).expand(len(x), -1, -1)
            x = torch.cat([x[:, :own], tokens], dim=1)
        places = clip.image_tower.places(
            clip.num_prefix, after=x.shape[1] - own
        )
        qkv = clip.qkv(layer, x, num_rows, places)
        return clip.finish_layer(layer, x[:, :num_rows], qkv)


class TextPrompts(LayerPrompts):
    """Tokens in the place of the first words, behind the start of text."""

    def forward(self, clip: CLIPBackbone, tokens: Tensor) -> Tensor:
        """Features of sentences whose first n words are replaced.

        Args:
            clip: Whose text tower reads.
            tokens: (C, L) int64 ids.

        Returns:
            (C, Dt) float32, not normalised.
        """
        tower = clip.text_tower
        with torch.autocast(tower.device.type, enabled=False):
            x, ends = self.embed(clip, tokens)
            for layer in range(len(tower.layers)):
                x = self.run_layer(clip, layer, x)
            rows = torch.arange(len(ends), device=ends.device)
            return tower.project(x[rows, ends])

    def embed(
        self, clip: CLIPBackbone, tokens: Tensor
    ) -> tuple[Tensor, Tensor]:
        """What enters the first layer, (C, L, Dw); where texts end, (C,)."""
        words, ends = clip.text_tower.embed_tokens(tokens)
        return clip.text_tower.embed_words(self._replace(0, words)), ends

    def run_layer(self, clip: CLIPBackbone, layer: int, x: Tensor) -> Tensor:
        """A layer of the text tower on its own tokens: (C, L, Dw) -> same."""
        if 0 < layer < len(self.layers):
            x = self._replace(layer, x)
        tower = clip.text_tower
        return tower.run_layers(x, [tower.layers[layer]])

    def _replace(self, layer: int, x: Tensor) -> Tensor:
        tokens = self.layers[layer].expand(len(x), -1, -1)
        return torch.cat([x[:, :1], tokens, x[:, 1 + self.num_tokens :]], 1)
