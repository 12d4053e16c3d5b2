"""Weights of the released BIKE under the names of ours."""

from collections.abc import Mapping

from torch import Tensor

from stclip.models.clip.renaming import renamed
from stclip.models.recognition.conversion import FRAME_RULES

_RULES = (
    *FRAME_RULES,
    (r'sentence_head\.query_fc\.', r'attributes.query.'),
    (r'sentence_head\.sentence_fc\.', r'attributes.sentence.'),
)


def convert_bike(
    state: Mapping[str, Tensor],
) -> tuple[dict[str, Tensor], list[str]]:
    """Names of the released code -> names of ``BIKERecognizer``.

    Args:
        state: The authors' state dict.

    Returns:
        The renamed state dict, and the names that have no place in ours.
    """
    return renamed(state, _RULES)
