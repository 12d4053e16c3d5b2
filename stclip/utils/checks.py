"""Checks of arguments that occur in many places."""

from collections.abc import Collection
from typing import Any

from stclip.utils.errors import UserError


def require_choice(name: str, value: Any, choices: Collection[Any]) -> None:
    """Make sure that an argument is one of those there are.

    Args:
        name: Of the argument, for the message.
        value: What was given.
        choices: What may be given, as the message shows it.

    Raises:
        UserError: For another value; the message lists the choices.
    """
    if value not in choices:
        raise UserError(f'{name} must be one of {choices}, got {value!r}')
