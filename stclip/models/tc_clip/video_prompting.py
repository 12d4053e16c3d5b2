"""Texts whose learned words take up what a video shows.

TC-CLIP, arXiv:2404.09490, Sec. 3.3. B videos, C classes, L tokens, n learned
words, k context tokens, Dw width of the text tower, Dt joint width.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from stclip.models.clip import CLIPBackbone
from stclip.models.clip.layers import PromptingLayer
from stclip.models.clip.learned_context import LearnedContext, start_as_prefix


@dataclass(frozen=True)
class TextPrefix:
    """What texts are before any video has its say.

    Args:
        rows: (C, L, Dw), input of the first layer that is prompted.
        ends: (C,) int64, where each text ends.
    """

    rows: Tensor
    ends: Tensor

    def select(self, classes: Tensor) -> 'TextPrefix':
        """Some classes, (U,) int64, ascending."""
        return TextPrefix(self.rows[classes], self.ends[classes])


class ContextPrompting(PromptingLayer):
    """Cross-attention of learned words on a video's context tokens.

    Args:
        width: Dw.
        token_width: Dt.
        block: The text layer that is prompted, whose weights it starts from
            where their shapes fit.
    """

    def __init__(self, width: int, token_width: int, block: nn.Module) -> None:
        super().__init__(
            width,
            token_width=token_width,
            num_heads=block.attn.num_heads,
            bias=True,
        )
        self.norm_context = nn.LayerNorm(token_width)
        self._start_from(block, width == token_width)

    def _start_from(self, block: nn.Module, same_width: bool) -> None:
        pairs = [
            (self.norm_text, block.ln_1),
            (self.norm_ffn, block.ln_2),
            (self.attention.out, block.attn.out_proj),
            (self.ffn, block.mlp),
        ]
        parts = ['query']
        if same_width:
            pairs.append((self.norm_context, block.ln_1))
            parts += ['key', 'value']
        for own, theirs in pairs:
            own.load_state_dict(theirs.state_dict())
        packed = dict(
            weight=block.attn.in_proj_weight, bias=block.attn.in_proj_bias
        )
        for number, part in enumerate(parts):
            rows = {k: v.chunk(3)[number] for k, v in packed.items()}
            getattr(self.attention, part).load_state_dict(rows)

    def forward(self, words: Tensor, context: Tensor) -> Tensor:
        """Words u + MHA(LN(u), LN(K)), and the feed-forward network.

        Args:
            words: (B, Q, Dw).
            context: (B, k, Dt).

        Returns:
            (B, Q, Dw).
        """
        return self.refine(words, self.norm_context(context))


class VideoPrompting(nn.Module):
    """A text tower some of whose layers are prompted by each video.

    Args:
        clip: Whose text tower reads.
        levels: Indices of these layers, ascending.
        num_words: n.
    """

    def __init__(
        self, clip: CLIPBackbone, levels: Sequence[int], num_words: int
    ) -> None:
        super().__init__()
        self.levels = tuple(levels)
        tower = clip.text_tower
        self.context = LearnedContext(tower.width, num_words)
        start_as_prefix(self.context.words, clip)
        self.layers = nn.ModuleList(
            ContextPrompting(
                tower.width, clip.joint_width, tower.layers[level]
            )
            for level in levels
        )

    def read_prefix(
        self, clip: CLIPBackbone, names: Sequence[str]
    ) -> TextPrefix:
        """What no video changes, to be kept in testing.

        Args:
            clip: Whose text tower reads.
            names: C names.
        """
        words, ends = self.context.embed(clip, names)
        tower = clip.text_tower
        with torch.autocast(words.device.type, enabled=False):
            x = tower.embed_words(words)
            x = tower.run_layers(x, tower.layers[: self.levels[0]])
        return TextPrefix(x, ends)

    def forward(
        self,
        clip: CLIPBackbone,
        text: TextPrefix,
        contexts: Sequence[Tensor],
    ) -> Tensor:
        """Features of all classes for each video.

        Args:
            clip: As in :meth:`read_prefix`.
            text: Of :meth:`read_prefix`.
            contexts: (B, k, Dt) for each level.

        Returns:
            (B, C, Dt), not normalised.
        """
        tower, x = clip.text_tower, text.rows
        last = len(tower.layers) - 1
        ends = text.ends.repeat(len(contexts[0]))
        x = x.expand(len(contexts[0]), *x.shape)
        stops = (*self.levels[1:], last)
        for start, stop, layer, context in zip(
            self.levels, stops, self.layers, contexts, strict=True
        ):
            x = self.prompt(layer, x, context)
            x = tower.run_layers(x.flatten(0, 1), tower.layers[start:stop])
            x = x.unflatten(0, (len(context), -1))
        features = tower.run_last_layer(x.flatten(0, 1), ends)
        return features.unflatten(0, x.shape[:2])

    def prompt(
        self, layer: ContextPrompting, x: Tensor, context: Tensor
    ) -> Tensor:
        """Replace the learned words: (B, C, L, Dw) -> (B, C, L, Dw)."""
        end = 1 + len(self.context.words)
        words = layer(x[:, :, 1:end].flatten(1, 2), context)
        words = words.unflatten(1, (x.shape[1], -1)).to(x.dtype)
        return torch.cat([x[:, :, :1], words, x[:, :, end:]], dim=2)
