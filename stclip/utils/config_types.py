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
