"""Learned words among the names of classes.

Before them as Vita-CLIP, arXiv:2304.03307, and TC-CLIP, arXiv:2404.09490, have
them. C classes, n learned words, Dw width of the text tower.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from stclip.models.clip.backbone import CLIPBackbone
from stclip.models.clip.label_texts import require_room
from stclip.models.clip.text_cache import TextCache
from stclip.utils.errors import UserError

#: What stands before names, and what learned words may start as.
PREFIX = 'a photo of a'
_STD = 0.02


@torch.no_grad()
def start_as_prefix(words: Tensor, clip: CLIPBackbone) -> None:
    """Set learned words to those of :data:`PREFIX`, if it has as many.

    Args:
        words: (n, Dw), changed in place; left as they are beyond four.
        clip: Whose words these are.
    """
    if len(words) <= len(PREFIX.split()):
        ids = clip.tokenizer([PREFIX])[0, 1 : 1 + len(words)]
        words.copy_(clip.text_tower.table[ids])


class LearnedWords(nn.Module, ABC):
    """Text features of names among learned words."""

    def __init__(self) -> None:
        super().__init__()
        # Names are read once for a label set; the words change at each step.
        self.names = TextCache()

    def forward(self, clip: CLIPBackbone, names: Sequence[str]) -> Tensor:
        """Features with a gradient to the learned words.

        Args:
            clip: Whose text tower reads.
            names: C names.

        Returns:
            (C, Dt) float32, not normalised.
        """
        words, ends = self.embed(clip, names)
        return clip.text_tower.read_ends(words, ends)

    @abstractmethod
    def embed(
        self, clip: CLIPBackbone, names: Sequence[str]
    ) -> tuple[Tensor, Tensor]:
        """Token embeddings (C, L, Dw) of the prompts, and their ends (C,).

        Args:
            clip: Whose text tower reads.
            names: C names.

        Raises:
            UserError: For a name that the learned words leave no room.
        """


class LearnedContext(LearnedWords):
    """Text features of "<n learned words> name.".

    Args:
        width: Dw.
        num_words: n.
        num_classes: Classes that have words of their own each; ``None`` for
            the same words before all names.
    """

    def __init__(
        self, width: int, num_words: int, num_classes: int | None = None
    ) -> None:
        super().__init__()
        shape = num_words, width
        if num_classes is not None:
            shape = num_classes, *shape
        self.words = nn.Parameter(torch.empty(shape))
        nn.init.normal_(self.words, std=_STD)

    def embed(
        self, clip: CLIPBackbone, names: Sequence[str]
    ) -> tuple[Tensor, Tensor]:
        """Token embeddings (C, L, Dw) of start, context, name; ends (C,).

        Raises:
            UserError: For other classes than those with a context of their
                own, or a name that the learned words leave no room.
        """
        if self.words.dim() == 3 and len(self.words) != len(names):
            raise UserError(
                f'there are contexts for the {len(self.words)} classes of '
                f'training, not for {len(names)} classes: test with '
                "test_text='names', or train with num_classes=None"
            )
        name_words, ends = self.names.get(
            tuple(names), lambda: self._read(clip, names)
        )
        context = self.words.expand(len(names), -1, -1)
        words = [name_words[:, :1], context, name_words[:, 1:]]
        return torch.cat(words, dim=1), ends

    def _read(
        self, clip: CLIPBackbone, names: Sequence[str]
    ) -> tuple[Tensor, Tensor]:
        """Embeddings of "name." with its start; ends behind the context."""
        tokens = clip.tokenizer([f'{name}.' for name in names])
        words, ends = clip.text_tower.embed_tokens(tokens)
        num_words = self.words.shape[-2]
        ends = ends + num_words
        require_room(names, ends, num_words, tokens.shape[1])
        return words, ends
