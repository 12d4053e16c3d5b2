"""Weights of the released Vita-CLIP under the names of ours."""

from collections.abc import Mapping

from torch import Tensor

from stclip.models.clip.renaming import renamed, with_packed_attention

_TOWER = r'clip.model.visual.'
_BLOCK = r'visual\.blocks\.(\d+)\.'
_OURS = _TOWER + r'transformer.resblocks.\1.'
_POSITIONS = f'{_TOWER}positional_embedding'
# CLIP's has none; no parameter of ours has this name.
_PATCH_BIAS = f'{_TOWER}conv1.bias'
_RULES = (
    (_BLOCK + r'local_prompts', r'layers.\1.local'),
    (_BLOCK + r'cls_proj\.', r'layers.\1.cls_proj.'),
    (_BLOCK + r'summary_ln\.', r'layers.\1.norm.'),
    (_BLOCK + r'summary_attn_layer\.', r'layers.\1.attention.'),
    (_BLOCK + r'attn\.', _OURS + r'attn.'),
    (_BLOCK + r'mlp\.fc1\.', _OURS + r'mlp.c_fc.'),
    (_BLOCK + r'mlp\.fc2\.', _OURS + r'mlp.c_proj.'),
    (_BLOCK + r'norm([12])\.', _OURS + r'ln_\2.'),
    (r'visual\.cls_token', _TOWER + r'class_embedding'),
    (r'visual\.pos_embed', _POSITIONS),
    (r'visual\.patch_embed\.proj\.', _TOWER + r'conv1.'),
    (r'visual\.time_embed', r'time'),
    (r'visual\.global_prompts', r'global_prompts'),
    (r'visual\.(ln_pre|ln_post|proj)', _TOWER + r'\1'),
    (r'textual\.', r'clip.model.'),
    (r'logit_scale', r'clip.model.logit_scale'),
    (r'prompt_learner\.ctx', r'context.words'),
    # Rows of the table of tokens.
    (r'prompt_learner\.token_(?:prefix|suffix)', None),
)


def convert_vita_clip(
    state: Mapping[str, Tensor],
) -> tuple[dict[str, Tensor], list[str]]:
    """Names of the released code -> names of ``VitaCLIPRecognizer``.

    The release has a bias of the patch embedding, which CLIP has not: every
    patch gets it with its position.

    Args:
        state: The authors' state dict.

    Returns:
        The converted state dict, and the names that have no place in ours.
    """
    converted, unknown = renamed(state, _RULES)
    converted = with_packed_attention(converted)
    for name, value in converted.items():
        if name.endswith('.local'):
            converted[name] = value.squeeze(0)
    bias = converted.pop(_PATCH_BIAS, None)
    if bias is not None and _POSITIONS in converted:
        positions = converted[_POSITIONS].clone()
        positions[1:] += bias
        converted[_POSITIONS] = positions
    return converted, unknown
