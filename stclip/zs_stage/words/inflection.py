"""English forms of the phrases of the stage."""

import re

_THIRD = {'be': 'is', 'have': 'has', 'do': 'does', 'go': 'goes'}
# One syllable that ends in a vowel and a consonant: run, chop, strum.
_DOUBLES = re.compile(r'[^aeiou]*[aeiou][^aeiouwxy]')
# Plurals, but neither "glass" nor "cactus" nor "atlas".
_PLURAL = re.compile(r'.*[^aisu]s')
#: Singular nouns that stand without an article.
_UNCOUNTED = {
    'baggage', 'bread', 'cattle', 'firewood', 'luggage', 'mail', 'sunlight',
    'sunshine', 'timber', 'toast',
}  # fmt: skip


def gerund(phrase: str) -> str:
    """Return ``'throw a ball'`` as ``'throwing a ball'``."""
    verb, space, rest = phrase.partition(' ')
    if verb.endswith('ie'):
        verb = verb[:-2] + 'y'
    elif verb.endswith('e') and not verb.endswith(('be', 'ee', 'oe', 'ye')):
        verb = verb[:-1]
    elif _DOUBLES.fullmatch(verb):
        verb += verb[-1]
    return f'{verb}ing{space}{rest}'


def third_person(phrase: str) -> str:
    """Return ``'throw a ball'`` as ``'throws a ball'``."""
    verb, space, rest = phrase.partition(' ')
    if verb in _THIRD:
        verb = _THIRD[verb]
    elif verb.endswith(('s', 'sh', 'ch', 'x', 'z')):
        verb += 'es'
    elif re.fullmatch(r'.*[^aeiou]y', verb):
        verb = verb[:-1] + 'ies'
    else:
        verb += 's'
    return f'{verb}{space}{rest}'


def with_article(words: str) -> str:
    """Return ``'red apple'`` as ``'a red apple'``; plurals as they are."""
    last = words.split()[-1]
    if last in _UNCOUNTED or _PLURAL.fullmatch(last):
        return words
    return f'{"an" if words[0] in "aeiou" else "a"} {words}'
