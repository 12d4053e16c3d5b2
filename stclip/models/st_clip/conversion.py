"""State dicts of other code bases under the names of ours."""

from collections.abc import Mapping

from torch import Tensor

from stclip.models.clip.renaming import prompting_rules, renamed

_PROMPT = r'clipmodel\.visual\.transformer\.prompts_generator\.(\d+)\.'
_TEMPORAL = r'clipmodel\.visual\.temporalModelling\.resblocks\.(\d+)\.'

# Pattern of a name in the released ST-CLIP -> ours; the first match counts.
# None: allocated there and never used; see "Where the released model differs
# from the paper" in docs/papers.md.
_OFFICIAL_STCLIP = (
    (
        r'clipmodel\.visual\.transformer\.projector\.(\d+)\.',
        r'prompting.\1.projector.',
    ),
    (_PROMPT + r'alpha', r'prompting.\1.rho'),
    (_PROMPT + r'norm\.', r'prompting.\1.norm_visual.'),
    *prompting_rules(_PROMPT + r'decoder\.0\.', r'prompting.\1.'),
    (
        r'clipmodel\.visual\.temporalEmbedding\.weight',
        r'temporal.encoding.weight',
    ),
    (_TEMPORAL + r'attn\.', r'temporal.layers.\1.attention.'),
    (_TEMPORAL + r'ln_1\.', r'temporal.layers.\1.norm.'),
    (_TEMPORAL + r'(?:ln_2|mlp)\.', None),
    (r'ln_person\.', r'adapter.norm.'),
    (r'adapter\.0\.', r'adapter.ffn.c_fc.'),
    (r'adapter\.2\.', r'adapter.ffn.c_proj.'),
    (r'clipmodel\.(?!visual\.temporal)', r'clip.model.'),
)
_OFFICIAL_PREFIX = 'roi_heads.action.text_feature_generator.'


def convert_official_stclip(
    state: Mapping[str, Tensor],
) -> tuple[dict[str, Tensor], list[str]]:
    """Names of the released ST-CLIP -> names of our ``STCLIP``.

    Args:
        state: The authors' state dict, with or without the prefix its
            checkpoints carry.

    Returns:
        The converted state dict, and the names that have no place in ours
        and are not known to be unused.
    """
    bare = {
        name.removeprefix('module.').removeprefix(_OFFICIAL_PREFIX): name
        for name in state
    }
    converted, unknown = renamed(
        {name: state[own] for name, own in bare.items()}, _OFFICIAL_STCLIP
    )
    return converted, [bare[name] for name in unknown]
