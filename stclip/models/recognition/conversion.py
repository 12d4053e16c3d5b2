"""Weights of ActionCLIP's family under the names of ours."""

from collections.abc import Mapping

from torch import Tensor

from stclip.models.clip.renaming import Rules, renamed

#: CLIP and the temporal transformer, which mmaction2 calls an adapter.
FRAME_RULES: Rules = (
    (r'clip\.', r'clip.model.'),
    (
        r'(?:head|adapter)\.frame_position_embeddings\.',
        r'temporal.positions.',
    ),
    (r'(?:head|adapter)\.transformer\.', r'temporal.transformer.'),
)


def convert_frame_recognizer(
    state: Mapping[str, Tensor],
) -> tuple[dict[str, Tensor], list[str]]:
    """Names of ActionCLIP and Text4Vis -> names of a ``FrameRecognizer``.

    Args:
        state: The authors' state dict.

    Returns:
        The renamed state dict, and the names that have no place in ours.
    """
    return renamed(state, FRAME_RULES)
