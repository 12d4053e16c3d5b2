"""What a config says a part is: its ``type``, a name or a class."""

from typing import Any


def type_name(kind: Any) -> str:
    """Name of a part without its scope.

    Args:
        kind: The ``type`` of a config: a name, perhaps behind a scope or a
            module, or the class itself, in configs that import what they
            build.
    """
    if isinstance(kind, type):
        return kind.__name__
    return str(kind).rpartition('.')[2]


def is_a(kind: Any, base: type | tuple[type, ...]) -> bool:
    """Whether what a registry has under a name is a class of some kind.

    Args:
        kind: A class, a function or nothing.
        base: The class, or several, that it is or inherits.
    """
    return isinstance(kind, type) and issubclass(kind, base)
