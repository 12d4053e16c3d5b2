"""Faults in the keywords of a label list."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from typing import Protocol

from stclip.knowledge.attributes import AttributeRecord, plain_name

#: Words that say nothing on their own.
STOPWORDS = frozenset(
    [
        'a',
        'an',
        'and',
        'are',
        'as',
        'at',
        'be',
        'by',
        'for',
        'from',
        'her',
        'his',
        'in',
        'into',
        'is',
        'it',
        'its',
        'of',
        'off',
        'on',
        'onto',
        'or',
        'out',
        'over',
        'that',
        'the',
        'their',
        'this',
        'to',
        'under',
        'up',
        'very',
        'with',
    ]
)
_KEYWORD = re.compile(r'[a-z]+(?:[ -][a-z]+){0,2}')
_ENDINGS = ('ings', 'ing', 'ies', 'ers', 'er', 'ed', 'es', 's')
_MIN_STEM = 3


class ClassRecord(Protocol):
    """What is said of a class, of whatever kind."""

    class_id: int
    class_name: str


def stem(word: str) -> str:
    """A word without its ending, roughly: ``throwing`` and ``throws``."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _MIN_STEM:
            word = word[: -len(ending)]
            break
    if len(word) > _MIN_STEM and word[-1] == word[-2]:
        word = word[:-1]
    return word.rstrip('ey')


def stems(text: str) -> frozenset[str]:
    """Stems of the words of a text."""
    words = re.findall('[a-z]+', plain_name(text))
    return frozenset(map(stem, words))


def find_faults(
    records: Sequence[AttributeRecord],
    labels: Sequence[str],
    num_tokens: Callable[[str], int],
    senses: Mapping[str, Mapping[str, list[str]]],
    max_tokens: int = 77,
) -> Iterator[str]:
    """Look through the keywords of a label list.

    Args:
        records: Keywords of each class.
        labels: The label list, in order.
        num_tokens: Tokens of a text, start and end included.
        senses: By class name, for names with several meanings: ``needs``, at
            least one of which must be among the words, and ``never``, none of
            which may be.
        max_tokens: What a text tower takes.

    Yields:
        A line for each fault.
    """
    yield from list_faults(records, labels)
    owners = {stems(name): name for name in labels}
    for index, record in enumerate(records):
        name = record.class_name
        yield from index_faults(record, index)
        for fault in _faults_of(record, owners):
            yield f'{name}: {fault}'
        sentence = (
            f'This is a video about {", ".join([name, *record.keywords])}.'
        )
        if (count := num_tokens(sentence)) > max_tokens:
            yield f'{name}: {count} tokens, more than {max_tokens}'
        words = set(' '.join(record.keywords).split())
        yield from sense_faults(name, words, senses)


def list_faults(
    records: Sequence[ClassRecord], labels: Sequence[str]
) -> Iterator[str]:
    """Classes that are not those of the label list, or not in its order."""
    names = [record.class_name for record in records]
    if names != list(labels):
        lost = sorted(set(labels) - set(names))
        yield f'classes are not those of the label list; missing: {lost[:5]}'


def index_faults(record: ClassRecord, index: int) -> Iterator[str]:
    """Another index than that in the list."""
    if record.class_id != index:
        name, stated = record.class_name, record.class_id
        yield f'{name}: class_id is {stated}, not {index}'


def sense_faults(
    name: str,
    words: Set[str],
    senses: Mapping[str, Mapping[str, list[str]]],
) -> Iterator[str]:
    """Words that show another meaning of a class name.

    Args:
        name: Of the class.
        words: All that are said of it.
        senses: See :func:`find_faults`.
    """
    sense = senses.get(name, {})
    if sense and not words & set(sense['needs']):
        yield f'{name}: needs one of {sense["needs"]} for its sense'
    for word in sorted(words & set(sense.get('never', ()))):
        yield f'{name}: {word!r} is of another sense'


def _faults_of(
    record: AttributeRecord, owners: Mapping[frozenset[str], str]
) -> Iterator[str]:
    """Faults of the keywords one by one."""
    name_stems = stems(record.class_name)
    seen: dict[frozenset[str], str] = {}
    for keyword in record.keywords:
        keyword_stems = stems(keyword)
        if not _KEYWORD.fullmatch(keyword):
            yield f'{keyword!r} is not one to three lower-case words'
        if set(keyword.split()) <= STOPWORDS:
            yield f'{keyword!r} is a stopword'
        if keyword_stems in seen:
            yield f'{keyword!r} repeats {seen[keyword_stems]!r}'
        seen[keyword_stems] = keyword
        if keyword_stems >= name_stems:
            yield f'{keyword!r} gives the class name away'
        elif owners.get(keyword_stems, record.class_name) != record.class_name:
            yield f'{keyword!r} is the class {owners[keyword_stems]!r}'
