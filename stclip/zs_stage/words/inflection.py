"""English forms of the phrases of the stage."""

#: Verbs whose last consonant doubles.
_DOUBLED = frozenset(
    'run sit get put jog skip hop nap swim grip grab bat hit cut hug let '
    'chat tap plop drop drag tug plug rap snap dig jot nod pat shop slam wag trip '
    'step sip chop shut rub scrub set don flap strum'.split()
)
_THIRD = {'be': 'is', 'have': 'has', 'do': 'does', 'go': 'goes'}
_GERUND = {'be': 'being', 'see': 'seeing'}


def gerund(phrase: str) -> str:
    """Return ``'throw a ball'`` as ``'throwing a ball'``."""
    verb, space, rest = phrase.partition(' ')
    if verb in _GERUND:
        form = _GERUND[verb]
    elif verb.endswith('ie'):
        form = verb[:-2] + 'ying'
    elif verb.endswith('e') and not verb.endswith(('ee', 'ye', 'oe')):
        form = verb[:-1] + 'ing'
    elif verb in _DOUBLED:
        form = verb + verb[-1] + 'ing'
    else:
        form = verb + 'ing'
    return form + space + rest


def third_person(phrase: str) -> str:
    """Return ``'throw a ball'`` as ``'throws a ball'``."""
    verb, space, rest = phrase.partition(' ')
    if verb in _THIRD:
        form = _THIRD[verb]
    elif verb.endswith(('s', 'sh', 'ch', 'x', 'z')):
        form = verb + 'es'
    elif verb.endswith('y') and verb[-2] not in 'aeiou':
        form = verb[:-1] + 'ies'
    else:
        form = verb + 's'
    return form + space + rest


def with_article(words: str) -> str:
    """Return ``'apple'`` as ``'an apple'``."""
    if words.split()[-1] in _UNCOUNTED or words.startswith('without'):
        return words
    return f'{"an" if words[0] in "aeiou" else "a"} {words}'


#: Nouns that stand without an article.
_UNCOUNTED = frozenset(
    'stairs steps scissors shears clippers clouds flames cattle luggage '
    'baggage bread toast firewood timber mail sunshine sunlight weights '
    'spectacles waterworks rungs'.split()
)
