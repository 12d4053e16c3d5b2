"""Options that take one of a few names."""

from collections.abc import Sequence

from stclip.utils.errors import UserError


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
