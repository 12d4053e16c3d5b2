"""Weights of the released Efficient-Prompting under the names of ours."""

from collections.abc import Mapping

from torch import Tensor

from stclip.models.clip.renaming import renamed

_RULES = (
    (r'clipmodel\.', r'clip.model.'),
    (r'embedding\.', r'prompts.words.'),
    (r'temporalEmbedding\.', r'temporal.positions.'),
    (r'temporalModelling\.', r'temporal.transformer.'),
)


def convert_a5(
    state: Mapping[str, Tensor],
) -> tuple[dict[str, Tensor], list[str]]:
    """Names of the released code -> names of ``A5Recognizer``.

    Args:
        state: The authors' state dict.

    Returns:
        The renamed state dict, and the names that have no place in ours.
    """
    return renamed(state, _RULES)
