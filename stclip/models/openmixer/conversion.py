"""State dicts of the released OpenMixer under the names of ours."""

from stclip.models.clip.renaming import Rules, by_rules


def _branch(letter: str, name: str) -> Rules:
    """Rules of one kind of query, which the release tells by a letter."""
    stage = r'(?:stm_head\.)?decoder_stages\.(\d+)\.'
    mixing = rf'{stage}samplingmixing\.adaptive_mixing_{letter}\.'
    ours = rf'decoder.stages.\1.{name}.'
    return (
        (rf'{stage}attention_{letter}\.attn\.', f'{ours}attention.'),
        (rf'{stage}attention_norm_{letter}\.', f'{ours}norm_attention.'),
        (rf'{mixing}parameter_generator\.0\.', f'{ours}mixing.weights.'),
        (rf'{mixing}out_proj\.', f'{ours}mixing.out.'),
        (rf'{stage}samplingmixing\.norm_{letter}\.', f'{ours}norm_mixing.'),
        (rf'{stage}ffn_{letter}\.layers\.0\.0\.', f'{ours}ffn.0.'),
        (rf'{stage}ffn_{letter}\.layers\.1\.', f'{ours}ffn.2.'),
        (rf'{stage}ffn_norm_{letter}\.', f'{ours}norm_ffn.'),
    )


_STAGE = r'(?:stm_head\.)?decoder_stages\.(\d+)\.'
_OURS = r'decoder.stages.\1.'
# The criterion's weight of the background is one of our arguments.
_RULES: Rules = (
    *_branch('s', 'spatial'),
    *_branch('t', 'temporal'),
    (r'(?:stm_head\.)?init_(spatial|temporal)_queries\.', r'decoder.\1.'),
    (_STAGE + r'iof_tau$', _OURS + 'tau'),
    (_STAGE + r'logit_alpha$', _OURS + 'actions.alpha'),
    (_STAGE + r'linear_proj\.', _OURS + 'actions.project.'),
    (
        _STAGE + r'samplingmixing\.offset_generator\.0\.',
        _OURS + 'sampling.offsets.',
    ),
    (_STAGE + r'human_cls_fcs\.', _OURS + 'objectness.'),
    (_STAGE + r'human_fc_cls\.', _OURS + 'objectness.3.'),
    (_STAGE + r'reg_fcs\.', _OURS + 'delta.'),
    (_STAGE + r'fc_reg\.', _OURS + 'delta.3.'),
    (r'lateral_convs\.', 'pyramid.laterals.'),
    (r'(?:stm_head\.)?criterion\.', None),
)
#: The released decoder, or the whole detector -> ``OpenMixer``. Their towers
#: are CLIP-ViP's, which ours are not, so they are unknown.
convert_openmixer = by_rules(_RULES)
