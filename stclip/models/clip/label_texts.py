"""Faults of label sets that only the tokenizer of a text tower knows."""

import logging
from collections.abc import Iterable, Sequence

from mmengine.logging import print_log
from torch import Tensor

from stclip.models.clip.tokenizers import Tokenizer, num_ids
from stclip.utils.errors import UserError

# A message names this many labels; the rest is counted.
_SHOWN = 8
# Of a long label.
_SHOWN_CHARS = 60


def label_warnings(
    names: Sequence[str], texts: Sequence[str], tokenizer: Tokenizer
) -> list[str]:
    """What a user should know of labels before trusting their scores.

    Args:
        names: Labels; one with several texts is there as often.
        texts: What the text tower reads for each of them.
        tokenizer: The text tower's.

    Returns:
        At most two messages: of labels with the same tokens (a tokenizer
        may drop case, repeated spaces and what is too long) when underscores
        are spaces; and of labels that are longer than the text tower reads.
    """
    plain = [text.replace('_', ' ') for text in texts]
    messages = []
    if alike := _same(names, plain, tokenizer):
        messages.append(
            'CLIP cannot tell these labels apart, underscores aside: '
            f'{_enumerate(alike)}. Leave one of each, or say in words what '
            'the difference is'
        )
    cut = set(cut_texts(texts, tokenizer))
    long = dict.fromkeys(
        _short(name)
        for name, text in zip(names, texts, strict=True)
        if text in cut
    )
    if long:
        messages.append(
            'CLIP does not read these labels to their end, they are too long: '
            f'{_enumerate([*long])}. Shorten them'
        )
    return messages


def cut_texts(texts: Sequence[str], tokenizer: Tokenizer) -> list[str]:
    """The texts that do not fit into the text tower, whose end is cut off."""
    room = tokenizer.context_length
    return [text for text in texts if num_ids(tokenizer, text) > room]


def require_room(
    names: Sequence[str], ends: Tensor, num_learned: int, length: int
) -> None:
    """Refuse names that learned words leave no room in the text tower.

    Args:
        names: n class names.
        ends: (n,) int64, where the text of each ends, learned words included.
        num_learned: How many these are.
        length: Tokens that the text tower reads.

    Raises:
        UserError: For the first such name.
    """
    for name, end in zip(names, ends.tolist(), strict=True):
        if end >= length:
            raise UserError(
                f'the text tower reads {length} tokens, too few for '
                f'{_short(name)} and {num_learned} learned words: shorten the '
                'name, or let the model learn fewer words'
            )


def warn_of_labels(messages: Iterable[str]) -> None:
    """Log messages; called when a label set is encoded, which is once."""
    for message in messages:
        print_log(message, 'current', logging.WARNING)


def _same(
    names: Sequence[str], texts: Sequence[str], tokenizer: Tokenizer
) -> list[str]:
    """``'a' = 'b'`` for each group of labels with the same tokens."""
    groups: dict[tuple[int, ...], dict[str, None]] = {}
    rows = tokenizer(list(texts)).tolist()
    for name, row in zip(names, rows, strict=True):
        groups.setdefault(tuple(row), {})[_short(name)] = None
    return [' = '.join(each) for each in groups.values() if len(each) > 1]


def _enumerate(items: Sequence[str]) -> str:
    more = len(items) - _SHOWN
    return ', '.join(items[:_SHOWN]) + (f' and {more} more' * (more > 0))


def _short(name: str) -> str:
    """A name in quotes, its middle left out where it is long."""
    if len(name) > _SHOWN_CHARS:
        half = _SHOWN_CHARS // 2
        name = f'{name[:half]} ... {name[-half:]}'
    return repr(name)
