"""Weights of ViFi-CLIP's family under the names of ours."""

from collections.abc import Mapping

from torch import Tensor

from stclip.models.clip.renaming import renamed

_BLOCK = r'transformer\.resblocks\.(\d+)\.VPT_shallow'
_RULES = (
    (r'image_encoder\.VPT$', r'visual_prompts.layers.0'),
    (r'image_encoder\.' + _BLOCK, r'visual_prompts.layers.\1'),
    (r'text_encoder\.' + _BLOCK, r'text_prompts.layers.\1'),
    (r'prompt_learner\.ctx$', r'text_prompts.layers.0'),
    # Rows of the table of tokens, for the classes of a training.
    (r'prompt_learner\.(?:token_|complete_text)', None),
    (r'image_encoder\.', r'clip.model.visual.'),
    (r'text_encoder\.', r'clip.model.'),
    (r'(?=logit_scale$|token_embedding\.)', r'clip.model.'),
)


def convert_vifi_clip(
    state: Mapping[str, Tensor],
) -> tuple[dict[str, Tensor], list[str]]:
    """Names of the released code -> names of ``ViFiCLIPRecognizer``.

    MAXI's release has the same names, and its recogniser here, too.

    Args:
        state: The authors' state dict.

    Returns:
        The renamed state dict, and the names that have no place in ours.
    """
    return renamed(state, _RULES)
