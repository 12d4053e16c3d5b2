"""Weights of the released Efficient-Prompting under the names of ours."""

from stclip.models.clip.renaming import by_rules

_RULES = (
    (r'clipmodel\.', r'clip.model.'),
    (r'embedding\.', r'prompts.words.'),
    (r'temporalEmbedding\.', r'temporal.positions.'),
    (r'temporalModelling\.', r'temporal.transformer.'),
)
#: The released code -> ``A5Recognizer``.
convert_a5 = by_rules(_RULES)
