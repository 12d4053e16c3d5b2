"""State dicts of other code bases under other names."""

import re
from collections.abc import Mapping, Sequence

from torch import Tensor

#: Pattern of the beginning of a name -> what stands there in ours; ``None``
#: for what is allocated there and never used.
Rules = Sequence[tuple[str, str | None]]


def renamed(
    state: Mapping[str, Tensor], rules: Rules
) -> tuple[dict[str, Tensor], list[str]]:
    """Rename the tensors of a state dict.

    Args:
        state: With or without the ``module.`` that parallel training writes.
        rules: The first that fits a name counts.

    Returns:
        The renamed state dict, and the names that no rule fits.
    """
    converted, unknown = {}, []
    for name, value in state.items():
        bare = name.removeprefix('module.')
        for pattern, target in rules:
            if match := re.match(pattern, bare):
                if target is not None:
                    rest = bare[match.end() :]
                    converted[match.expand(target) + rest] = value
                break
        else:
            unknown.append(name)
    return converted, unknown
