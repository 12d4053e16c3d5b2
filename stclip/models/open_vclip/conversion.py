"""Open-VCLIP's weights under the names of ours."""

from collections.abc import Mapping

from torch import Tensor

from stclip.models.clip.renaming import Rules, renamed

# CLIP's own names, which the release's checkpoints have below "model.".
_CLIP = (
    r'(?:model\.)?(?=visual\.|transformer\.|token_embedding\.|ln_final\.|'
    r'positional_embedding$|text_projection$|logit_scale$)'
)
_OPEN_VCLIP: Rules = ((_CLIP, 'clip.model.'),)


def convert_open_vclip(
    state: Mapping[str, Tensor],
) -> tuple[dict[str, Tensor], list[str]]:
    """Names of the released Open-VCLIP -> ``OpenVCLIPRecognizer``'s.

    Args:
        state: The authors' state dict.

    Returns:
        The renamed state dict, and the names that have no place in ours.
    """
    return renamed(state, _OPEN_VCLIP)
