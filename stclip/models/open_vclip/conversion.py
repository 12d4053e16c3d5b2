"""Open-VCLIP's weights under the names of ours."""

from stclip.models.clip.renaming import Rules, by_rules

# CLIP's own names, which the release's checkpoints have below "model.".
_CLIP = (
    r'(?:model\.)?(?=visual\.|transformer\.|token_embedding\.|ln_final\.|'
    r'positional_embedding$|text_projection$|logit_scale$)'
)
_OPEN_VCLIP: Rules = ((_CLIP, 'clip.model.'),)
#: The released code -> ``OpenVCLIPRecognizer``.
convert_open_vclip = by_rules(_OPEN_VCLIP)
