"""Weights of the released iCLIP under the names of ours."""

from collections.abc import Mapping

from torch import Tensor

from stclip.models.clip.renaming import prompting_rules, renamed

_UNIT = r'structure\.([POHM])_block_(\d+)\.'
_RULES = (
    (_UNIT + r'temporal_position_k', r'units.\1\2.key_positions'),
    (_UNIT + r'temporal_position_v', r'units.\1\2.value_positions'),
    (_UNIT + r'(query|key|value|out)\.', r'units.\1\2.\3.'),
    (r'prompt\.alpha', r'prompting.alpha'),
    (r'prompt\.norm\.', r'prompting.norm_visual.'),
    *prompting_rules(r'prompt\.decoder\.(\d+)\.', r'prompting.layers.\1.'),
)


def convert_i_clip(
    state: Mapping[str, Tensor],
) -> tuple[dict[str, Tensor], list[str]]:
    """Names of the released code -> names of ``ICLIP``.

    There, linear layers and tables of positions are three-dimensional
    convolutions of one pixel.

    Args:
        state: The authors' state dict.

    Returns:
        The converted state dict, and the names that have no place in ours.
    """
    converted, unknown = renamed(state, _RULES)
    for name, value in converted.items():
        if value.dim() > 1:
            converted[name] = value.flatten(1)
    return converted, unknown
