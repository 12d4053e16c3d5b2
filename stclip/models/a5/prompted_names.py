"""Names of classes between learned words.

Efficient-Prompting, arXiv:2112.04478, Sec. 3. C classes, L tokens, Dw width of
the text tower.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from stclip.models.clip import CLIPBackbone
from stclip.models.clip.label_texts import require_room
from stclip.models.clip.learned_context import LearnedWords

_STD = 0.01


class Layout(NamedTuple):
    """What is given in the prompts of some names, and where.

    Args:
        words: (C, L, Dw) token embeddings of start, name and end.
        given: (C, L, 1) bool, True where they are; other rows are learned.
        ends: (C,) int64, row of the end of text.
    """

    words: Tensor
    given: Tensor
    ends: Tensor


def prompt_rows(
    ends: Tensor, prefix: int, postfix: int
) -> tuple[Tensor, Tensor]:
    """Where tokens of plain names go: start, a_1..a_m, name, a.., end.

    Source: Efficient-Prompting, Sec. 3.2, the input of its text encoder.

    Args:
        ends: (C,) int64, index of the end of text in each plain name.
        prefix: Learned words before the name.
        postfix: Learned words behind it.

    Returns:
        (C, 1 + the latest end) int64 row of each token in the prompt, and
        bool, whether it is of the plain name: what lies behind its end goes
        nowhere.
    """
    index = torch.arange(int(ends.max()) + 1, device=ends.device)
    ends = ends[:, None]
    rows = index + prefix * (index > 0) + postfix * (index >= ends)
    return rows, index <= ends


class PromptedNames(LearnedWords):
    """Text features of names between learned words, one set for all classes.

    A learned word belongs to its row, so the words behind a longer name are
    others than those behind a shorter one (as released).

    Args:
        width: Dw.
        context_length: Rows of the text tower, of which each has a word.
        prefix: Learned words before a name.
        postfix: Learned words behind it.
    """

    def __init__(
        self, width: int, context_length: int, prefix: int, postfix: int
    ) -> None:
        super().__init__()
        self.prefix, self.postfix = prefix, postfix
        self.words = nn.Embedding(context_length, width)
        nn.init.normal_(self.words.weight, std=_STD)

    def embed(
        self, clip: CLIPBackbone, names: Sequence[str]
    ) -> tuple[Tensor, Tensor]:
        """Token embeddings (C, L, Dw) of the prompts, and their ends (C,).

        Raises:
            UserError: For a name that the learned words leave no room.
        """
        layout = self.names.get(
            tuple(names), lambda: self._lay_out(clip, names)
        )
        learned = self.words.weight[: layout.words.shape[1]]
        return layout.words.where(layout.given, learned), layout.ends

    def _lay_out(self, clip: CLIPBackbone, names: Sequence[str]) -> Layout:
        tokens = clip.tokenizer(list(names))
        words, ends = clip.text_tower.embed_tokens(tokens)
        rows, places = prompt_rows(ends, self.prefix, self.postfix)
        ends = ends + self.prefix + self.postfix
        require_room(
            names,
            ends,
            self.prefix + self.postfix,
            self.words.num_embeddings,
        )
        shape = len(names), int(ends.max()) + 1
        # Which of all rows the tokens of the plain names have.
        to = places.nonzero()[:, 0], rows[places]
        prompt = words.new_zeros(*shape, words.shape[-1])
        prompt[to] = words[places]
        given = torch.zeros(*shape, 1, dtype=torch.bool, device=words.device)
        given[to] = True
        return Layout(prompt, given, ends)
