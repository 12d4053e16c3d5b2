"""Weights of the released BIKE under the names of ours."""

from stclip.models.clip.renaming import by_rules
from stclip.models.recognition.conversion import FRAME_RULES

_RULES = (
    *FRAME_RULES,
    (r'sentence_head\.query_fc\.', r'attributes.query.'),
    (r'sentence_head\.sentence_fc\.', r'attributes.sentence.'),
)
#: The released code -> ``BIKERecognizer``.
convert_bike = by_rules(_RULES)
