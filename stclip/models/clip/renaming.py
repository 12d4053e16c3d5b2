"""State dicts of other code bases under other names."""

import re
from collections.abc import Mapping, Sequence

import torch
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


def with_packed_attention(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Separate projections as ``nn.MultiheadAttention`` holds them.

    Args:
        state: With ``*.q_proj.*``, ``*.k_proj.*`` and ``*.v_proj.*``, weights
            and biases; other tensors, and single ones of three, stay as they
            are.

    Returns:
        The state dict with ``*.in_proj_weight`` and ``*.in_proj_bias``.
    """
    packed = dict(state)
    for name in state:
        match = re.fullmatch(r'(.+)\.q_proj\.(weight|bias)', name)
        if match is None:
            continue
        owner, kind = match.groups()
        parts = [f'{owner}.{part}_proj.{kind}' for part in 'qkv']
        if all(part in packed for part in parts):
            whole = torch.cat([packed.pop(part) for part in parts])
            packed[f'{owner}.in_proj_{kind}'] = whole
    return packed
