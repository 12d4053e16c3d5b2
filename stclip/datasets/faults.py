"""What to do about a faulty entry of a file that has many."""

from collections.abc import Callable

#: Gets the error, which tells the entry; if it returns, that is left out.
OnFault = Callable[[ValueError], None]


def refuse(error: ValueError) -> None:
    """Let a faulty entry end the reading."""
    raise error
