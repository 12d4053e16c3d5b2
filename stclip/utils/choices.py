"""Options that take one of a few names."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from stclip.utils.errors import UserError

#: What MMEngine asks of a model.
MODES = ('tensor', 'loss', 'predict')


def require_choice(name: str, value: object, choices: Sequence[str]) -> None:
    """Refuse a value that is not among the choices.

    Args:
        name: Of the option, for the message.
        value: What was given.
        choices: What may be given.

    Raises:
        UserError: Listing the choices.
    """
    if value not in choices:
        *first, last = map(repr, choices)
        known = f'{", ".join(first)} or {last}' if first else last
        raise UserError(f'{name} must be one of {known}, got {value!r}')


def nearest(word: str, known: Iterable[str]) -> str:
    """``; did you mean 'model'?``, or nothing where no word is near.

    Case, and what stands between words, are the smallest difference.
    """
    folded = {_fold(name): name for name in known}
    matches = get_close_matches(_fold(word), folded, n=1, cutoff=0.75)
    return f'; did you mean {folded[matches[0]]!r}?' if matches else ''


def _fold(name: str) -> str:
    return ' '.join(name.replace('_', ' ').casefold().split())
