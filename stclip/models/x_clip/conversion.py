"""Weights of the released X-CLIP under the names of ours."""

from collections.abc import Mapping

from torch import Tensor

from stclip.models.clip.renaming import renamed

_MESSAGE = r'visual\.transformer\.resblocks\.(\d+)\.message_'
_DECODER = r'prompts_generator\.decoder\.(\d+)\.'
_LAYER = r'prompting.layers.\1.'
_POSITIONS = 'integration.positions.weight'
_RULES = (
    (_MESSAGE + r'fc\.', r'messages.\1.fc.'),
    (_MESSAGE + r'ln\.', r'messages.\1.norm.'),
    (_MESSAGE + r'attn\.', r'messages.\1.attention.'),
    # One class of layers serves both towers there; the text's are not called.
    (r'transformer\.resblocks\.\d+\.message_', None),
    (r'mit\.positional_embedding', _POSITIONS),
    (r'mit\.resblocks\.', r'integration.transformer.resblocks.'),
    (r'prompts_visual_ln\.', r'norm_patches.'),
    (r'prompts_visual_proj', r'patch_projection'),
    (r'prompts_generator\.norm\.', r'prompting.norm_visual.'),
    (r'prompts_generator\.alpha', r'prompting.alpha'),
    (_DECODER + r'norm1\.', _LAYER + r'norm_text.'),
    (_DECODER + r'norm3\.', _LAYER + r'norm_ffn.'),
    (_DECODER + r'cross_attn\.q_proj\.', _LAYER + r'attention.query.'),
    (_DECODER + r'cross_attn\.k_proj\.', _LAYER + r'attention.key.'),
    (_DECODER + r'cross_attn\.v_proj\.', _LAYER + r'attention.value.'),
    (_DECODER + r'cross_attn\.proj\.', _LAYER + r'attention.out.'),
    (_DECODER + r'mlp\.0\.', _LAYER + r'ffn.c_fc.'),
    (_DECODER + r'mlp\.3\.', _LAYER + r'ffn.c_proj.'),
    (
        r'(?=visual\.|transformer\.|token_embedding\.|ln_final\.'
        r'|positional_embedding|text_projection|logit_scale)',
        r'clip.model.',
    ),
)


def convert_x_clip(
    state: Mapping[str, Tensor],
) -> tuple[dict[str, Tensor], list[str]]:
    """Names of the released code -> names of ``XCLIPRecognizer``.

    Args:
        state: The authors' state dict.

    Returns:
        The converted state dict, and the names that have no place in ours.
    """
    converted, unknown = renamed(state, _RULES)
    if _POSITIONS in converted:
        converted[_POSITIONS] = converted[_POSITIONS].squeeze(0)
    return converted, unknown
