"""Attribute sentences: class names with keywords, encoded word by word.

Source: DA-STI, arXiv:2510.27255, Sec. 3.2, Eqs. (3) and (4).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor

from stclip.labels.label_space import LabelSpace
from stclip.models.clip.backbone import CLIPBackbone
from stclip.models.clip.label_texts import warn_of_labels
from stclip.models.clip.open_clip_parts import SimpleTokenizer
from stclip.models.recognition.packed_text import PackedText
from stclip.models.recognition.sentences import SENTENCES_AT_ONCE
from stclip.utils.errors import UserError

#: Which tokens of a sentence are its words: those of class name and keywords;
#: all between start and end of text; all positions, padding too.
WORD_MASKS = ('content', 'words', 'all')


@dataclass(frozen=True)
class Sentences:
    """Token ids of C sentences.

    Args:
        ids: (C, L) int64, 0 after the end of text.
        content: (C, L) bool, tokens of class names and keywords.
        ends: (C,) int64, position of the end-of-text token.
        dropped: Class names and the keywords of theirs that do not fit.
    """

    ids: Tensor
    content: Tensor
    ends: Tensor
    dropped: tuple[tuple[str, str], ...] = ()

    def word_mask(self, kind: str) -> Tensor:
        """(C, L) bool: the word tokens, by a name of ``WORD_MASKS``."""
        if kind == 'content':
            return self.content
        if kind == 'all':
            return torch.ones_like(self.content)
        positions = torch.arange(self.ids.shape[1])
        return (positions > 0) & (positions < self.ends[:, None])


@dataclass(frozen=True)
class ClassText:
    """What the text tower makes of C classes.

    Args:
        classes: (C, Dt) class embeddings z.
        words: Word embeddings a.
    """

    classes: Tensor
    words: PackedText

    def select(self, classes: Tensor) -> 'ClassText':
        """The text of some classes, (U,) int64, ascending."""
        return ClassText(self.classes[classes], self.words.select(classes))


def compose_sentences(
    labels: LabelSpace, num_attributes: int, tokenizer: SimpleTokenizer
) -> Sentences:
    """Tokens of "This is a video about {name, keyword, ...}.", Eq. (3).

    Name, keywords and commas are tokenised apart, so that it is known which
    tokens belong to what. Keywords that would not fit are dropped from the
    end of the list.

    Args:
        labels: Class names with their keywords.
        num_attributes: Keywords of a class that are used, at most.
        tokenizer: CLIP's.

    Raises:
        ValueError: If a name alone is too long.
    """
    rows, masks, dropped = [], [], []
    # Most parts come again: in sentences cut word by word, in other classes.
    encode = cache(tokenizer.encode)
    for name, keywords in zip(labels.names, labels.keywords, strict=True):
        parts = [name, *keywords[:num_attributes]]
        row, mask = _compose(parts, tokenizer, encode)
        while len(row) > tokenizer.context_length:
            dropped.append((name, parts.pop()))
            if not parts:
                raise UserError(
                    f'the class name {name!r} does not fit into '
                    f'{tokenizer.context_length} tokens; shorten it'
                )
            row, mask = _compose(parts, tokenizer, encode)
        rows.append(torch.tensor(row))
        masks.append(torch.tensor(mask))
    length = tokenizer.context_length
    ids = torch.zeros(len(rows), length, dtype=torch.int64)
    content = torch.zeros(len(rows), length, dtype=torch.bool)
    for index, (row, mask) in enumerate(zip(rows, masks, strict=True)):
        ids[index, : len(row)] = row
        content[index, : len(mask)] = mask
    ends = torch.tensor([len(row) - 1 for row in rows])
    return Sentences(ids, content, ends, tuple(dropped))


def _compose(
    parts: list[str],
    tokenizer: SimpleTokenizer,
    encode: Callable[[str], list[int]],
) -> tuple[list[int], list[bool]]:
    """Ids of one sentence, and which of them are content."""
    template = encode('This is a video about')
    row = [tokenizer.sot_token_id, *template]
    mask = [False] * len(row)
    comma, stop = encode(','), encode('.')
    for index, part in enumerate(parts):
        ids = encode(part.replace('_', ' '))
        between = comma if index else []
        row += [*between, *ids]
        mask += [False] * len(between) + [True] * len(ids)
    row += [*stop, tokenizer.eot_token_id]
    return row, mask + [False] * (len(row) - len(mask))


@torch.no_grad()
def encode_classes(
    clip: CLIPBackbone,
    labels: LabelSpace,
    num_attributes: int,
    word_mask: str,
    attributes_in_class: bool,
) -> ClassText:
    """Class and word embeddings of attribute sentences, Eq. (4).

    Args:
        clip: Whose text tower is used.
        labels: C classes.
        num_attributes: See :func:`compose_sentences`.
        word_mask: A name of ``WORD_MASKS``.
        attributes_in_class: Whether the class embedding is that of the
            attribute sentence, else that of the sentence without keywords.

    Returns:
        Embeddings in float32, not normalised.
    """
    sentences = compose_sentences(labels, num_attributes, clip.tokenizer)
    if sentences.dropped:
        name, keyword = sentences.dropped[0]
        warn_of_labels(
            [
                f'{len(sentences.dropped)} description attributes are left '
                f'out, since the {clip.tokenizer.context_length} tokens of '
                f'the text tower are full, such as {keyword!r} of {name!r}'
            ]
        )
    mask = sentences.word_mask(word_mask)
    # No word comes later than this; what follows is padding.
    length = int(mask.any(dim=0).nonzero().max()) + 1
    length = max(length, int(sentences.ends.max()) + 1)
    rows = torch.arange(len(labels))
    classes, words = [], []
    device = clip.text_tower.device
    for part in rows.split(SENTENCES_AT_ONCE):
        encoded = clip.encode_words(sentences.ids[part, :length].to(device))
        classes.append(encoded[torch.arange(len(part)), sentences.ends[part]])
        words.append(encoded[mask[part, :length].to(device)])
    if not attributes_in_class and num_attributes:
        plain = encode_classes(clip, labels, 0, 'content', True)
        classes = [plain.classes]
    class_idx = rows.repeat_interleave(mask.sum(dim=1)).to(device)
    return ClassText(
        torch.cat(classes),
        PackedText(torch.cat(words), class_idx, len(labels)),
    )
