"""Keywords in the answers of language models: search, filter, ranking.

Source: DA-STI, arXiv:2510.27255, Sec. 3.2, which drops stopwords and
duplicates and keeps the first N. Differs: other filters and the pooling of
several answers are ours.
"""

import re
import unicodedata
from collections.abc import Sequence

from stclip.knowledge.attribute_check import STOPWORDS, stems
from stclip.knowledge.writing.answers import find_texts, spoken
from stclip.knowledge.writing.client import Answer

_MAX_WORDS = 3
_NUMBER = re.compile(r'^(?:(?:\d{1,2}|[a-z])[.):]|\d{1,2}\s)\s*')
_ARTICLE = re.compile(r'^(?:an?|the)\s+')
# Quotes, brackets, bullets and what else stands around words.
_AROUND = re.compile(r'^\W+|\W+$')
# Frequent in definitions and not to be seen, besides STOPWORDS.
_OF_DEFINITIONS = frozenset(
    [
        'also',
        'another',
        'between',
        'both',
        'can',
        'each',
        'etc',
        'has',
        'having',
        'more',
        'often',
        'one',
        'other',
        'someone',
        'something',
        'such',
        'than',
        'them',
        'then',
        'through',
        'used',
        'using',
        'when',
        'where',
        'which',
        'while',
        'who',
        'you',
        'your',
    ]
)


def parse_array(answer: Answer) -> list[str]:
    """Texts of the first JSON array of texts, whatever stands around it.

    Returns:
        The texts as they are; none if there is no such array.
    """
    # Some put the whole list into one text.
    return [part for item in find_texts(answer) for part in item.split(',')]


def split_answer(answer: Answer) -> list[str]:
    """Texts between commas and line ends, for answers without an array.

    Returns:
        The texts as they are; without the last if the answer was cut off.
    """
    text = re.sub(r'```\w*', '', spoken(answer))
    parts = re.split(r'[,;\n]', text)
    return parts[:-1] if answer.finish_reason == 'length' else parts


def clean(text: str) -> str:
    """Bring a keyword into plain form.

    Lower case, single blanks, nothing around it: no bullet, number, quote or
    article.
    """
    text = unicodedata.normalize('NFKC', text).lower().replace('_', ' ')
    text = _NUMBER.sub('', _AROUND.sub('', text))
    text = ' '.join(_AROUND.sub('', text).split())
    return _ARTICLE.sub('', text)


def select(
    samples: Sequence[Sequence[str]], class_name: str, num_keywords: int
) -> tuple[tuple[str, ...], list[dict[str, str]]]:
    """Filter keywords and keep the best.

    Those in most samples come first; of these, those that stand first on the
    average of the samples they are in. One sample keeps its order.

    Args:
        samples: Texts of each answer, the best first.
        class_name: Name of the action.
        num_keywords: How many to keep at most.

    Returns:
        The keywords, and under ``kw`` and ``reason`` what was dropped.
    """
    positions: dict[frozenset[str], list[int]] = {}
    spelling: dict[frozenset[str], str] = {}
    dropped: dict[tuple[str, str], None] = {}
    for sample in samples:
        seen: set[frozenset[str]] = set()
        for position, keyword in enumerate(filter(None, map(clean, sample))):
            lemmas = stems(keyword)
            reason = _unfit(keyword, lemmas, class_name)
            if reason:
                dropped[keyword, reason] = None
                continue
            first = spelling.setdefault(lemmas, keyword)
            if lemmas in seen or keyword != first:
                dropped[keyword, 'duplicate'] = None
            if lemmas not in seen:
                seen.add(lemmas)
                positions.setdefault(lemmas, []).append(position)

    def worth(lemmas: frozenset[str]) -> tuple[int, float]:
        ranks = positions[lemmas]
        return -len(ranks), sum(ranks) / len(ranks)

    ranked = [spelling[lemmas] for lemmas in sorted(positions, key=worth)]
    for keyword in ranked[num_keywords:]:
        dropped[keyword, f'not among the first {num_keywords}'] = None
    entries = [dict(kw=kw, reason=reason) for kw, reason in dropped]
    return tuple(ranked[:num_keywords]), entries


def _unfit(keyword: str, lemmas: frozenset[str], class_name: str) -> str:
    """Why a keyword cannot be one; empty if it can."""
    words = re.split('[ -]+', keyword)
    if len(words) > _MAX_WORDS:
        return f'more than {_MAX_WORDS} words'
    if not all(re.fullmatch('[a-z]+', word) for word in words):
        return 'not alphabetic'
    if STOPWORDS.issuperset(words):
        return 'stopword'
    return 'class name' if lemmas == stems(class_name) else ''


def description_words(description: str) -> list[str]:
    """Words of a description that may be nouns or verbs, in its order."""
    words = re.findall(r'[a-z]+(?:-[a-z]+)*', description.lower())
    return [
        word
        for word in words
        if len(word) > 2
        and not word.endswith('ly')
        and word not in STOPWORDS | _OF_DEFINITIONS
    ]
