"""All words that captions of the stage can hold."""

import re
from functools import cache

from stclip.zs_stage.words import (
    counts,
    pose_phrases,
    setting,
    setting_list,
    thing_words,
    verb_phrases,
)
from stclip.zs_stage.words.inflection import gerund, third_person
from stclip.zs_stage.writing import GLUE, TEMPLATES

_WORD = re.compile(r'[a-z0-9]+')
#: Tables of data/words/settings.yaml that have keys, and those without.
KINDS = (
    'person', 'hair', 'wear', 'garment', 'colour', 'pattern', 'size',
    'place', 'weather', 'style', 'relation',
)  # fmt: skip
LISTS = ('anybody', 'nobody', 'mood', 'adverb', 'tail')


def words_of(text: str) -> list[str]:
    """The words of a text, in lower case."""
    return _WORD.findall(text.lower())


@cache
def known_words() -> frozenset[str]:
    """Every word that a caption may hold."""
    texts = [*TEMPLATES, *GLUE]
    for table in (thing_words(), pose_phrases(), *map(setting, KINDS)):
        texts += [phrase for phrases in table.values() for phrase in phrases]
    for phrases in verb_phrases().values():
        for phrase in phrases:
            texts += [phrase, gerund(phrase), third_person(phrase)]
    for name in LISTS:
        texts += setting_list(name)
    texts += [phrase for phrases in counts() for phrase in phrases]
    # A slot for a thing is no word.
    texts = [text.replace('{thing}', '') for text in texts]
    return frozenset(word for text in texts for word in words_of(text))


def known_share(texts: list[str]) -> float:
    """Part of the words of some texts that captions may hold, in [0, 1]."""
    words = [word for text in texts for word in words_of(text)]
    return sum(word in known_words() for word in words) / len(words)
