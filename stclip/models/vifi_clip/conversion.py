"""Weights of ViFi-CLIP's family under the names of ours."""

from stclip.models.clip.renaming import by_rules

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
#: The released code, and MAXI's, which has the same names ->
#: ``ViFiCLIPRecognizer`` and ``MAXIRecognizer``.
convert_vifi_clip = by_rules(_RULES)
