"""Weights of the released TC-CLIP under the names of ours."""

from collections.abc import Mapping

from torch import Tensor

from stclip.models.clip.renaming import renamed, with_packed_attention

_BLOCK = r'image_encoder\.transformer\.resblocks\.(\d+)\.'
_PROMPT = r'text_encoder\.prompt_generation_layer\.(\d+)\.'
_OURS = r'prompting.layers.\1.'
_RULES = (
    (_BLOCK + r'attn\.local_global_bias_table$', r'context.biases.\1'),
    (_PROMPT + r'attn\.out_proj\.', _OURS + r'attention.out.'),
    (_PROMPT + r'attn\.', _OURS + r'attention.'),
    (_PROMPT + r'ln_1\.', _OURS + r'norm_text.'),
    (_PROMPT + r'ln_1_kv\.', _OURS + r'norm_context.'),
    (_PROMPT + r'ln_2\.', _OURS + r'norm_ffn.'),
    (_PROMPT + r'mlp\.(c_fc|c_proj)\.', _OURS + r'ffn.\2.'),
    (r'prompt_learner\.ctx$', r'prompting.context.words'),
    # Rows of the table of tokens, for the classes of a training.
    (r'prompt_learner\.token_', None),
    (r'image_encoder\.', r'clip.model.visual.'),
    (r'text_encoder\.', r'clip.model.'),
    (r'(?=logit_scale$|token_embedding\.)', r'clip.model.'),
)
_PACKED = '.attention.in_proj_'


def convert_tc_clip(
    state: Mapping[str, Tensor],
) -> tuple[dict[str, Tensor], list[str]]:
    """Names of the released code -> names of ``TCCLIPRecognizer``.

    Published checkpoints lack the frozen table of tokens, which is CLIP's.

    Args:
        state: The authors' state dict.

    Returns:
        The converted state dict, and the names that have no place in ours.
    """
    converted, unknown = renamed(state, _RULES)
    converted = with_packed_attention(converted)
    # The prompting layers have them one by one.
    for name in [name for name in converted if _PACKED in name]:
        owner, kind = name.split('in_proj_')
        parts = converted.pop(name).chunk(3)
        for part, value in zip(('query', 'key', 'value'), parts, strict=True):
            converted[f'{owner}{part}.{kind}'] = value.clone()
    return converted, unknown
