"""Captions as people write them: partial, wordy or terse, sometimes odd."""

from collections.abc import Sequence
from functools import cache
from typing import TypeVar

import numpy as np

from stclip.zs_stage.pictures import (
    Doing,
    Picture,
    SeenGarment,
    SeenPerson,
    SeenThing,
)
from stclip.zs_stage.words import (
    counts,
    pose_phrases,
    setting,
    setting_list,
    thing_words,
    verb_phrases,
)
from stclip.zs_stage.words.inflection import (
    gerund,
    third_person,
    with_article,
)

Rng = np.random.Generator
T = TypeVar('T')

#: Frames around what a caption says; those with "video", "clip" or "action"
#: are how users of CLIP ask for actions.
TEMPLATES = (
    'a photo of {}', 'a picture of {}', 'an image of {}', 'a snapshot of {}',
    'photo: {}', 'this is {}', 'here we see {}', 'a good photo of {}',
    'a bad photo of {}', 'a photo showing {}', 'there is {}',
    'you can see {}', 'look: {}', 'a video of {}', 'a clip of {}',
    'a frame of a video of {}', 'human action of {}', 'an example of {}',
    'a scene with {}', 'the action: {}', 'a demonstration of {}',
    'footage of {}', 'a detailed view of {}', 'what a day: {}',
    'our picture shows {}', '{}, an action',
    'somebody is doing {}', 'a clip that shows {}', 'look, this is {}',
    'this is an example of {}', 'playing action of {}',
    'can you recognize the action of {}', 'a video about {}',
)  # fmt: skip
#: Words between the others: articles, owners, what joins clauses.
GLUE = (
    'a', 'an', 'the', 'his', 'her', 'their', 'some', 'in', 'with', 'and',
    'while', 'who', 'is', 'photo', 'of', 'person',
)  # fmt: skip
#: Part of captions without a template.
_BARE = 0.5


def _pick(rng: Rng, choices: Sequence[str], first: float = 0.35) -> str:
    """Draw a word; the first, plainest one more often than others."""
    if rng.random() < first:
        return choices[0]
    return choices[rng.integers(len(choices))]


def _any(choices: Sequence[T], rng: Rng) -> T:
    return choices[rng.integers(len(choices))]


def held_out(phrase: str, thing: str) -> bool:
    """Whether no caption puts this phrase and this name of a thing together.

    The last phrase of every verb and the last name of every thing never
    meet: what such a pair means has to follow from the words.
    """
    return phrase in _last_phrases() and thing in _last_names()


@cache
def _last_phrases() -> frozenset[str]:
    last = (phrases[-1] for phrases in verb_phrases().values())
    return frozenset(phrase for phrase in last if '{thing}' in phrase)


@cache
def _last_names() -> frozenset[str]:
    return frozenset(names[-1] for names in thing_words().values())


def _thing_words(thing: SeenThing, rng: Rng, phrase: str = '') -> str:
    """Say a thing with some of its attributes and its article."""
    name = _pick(rng, thing_words()[thing.name])
    if held_out(phrase, name):
        name = thing_words()[thing.name][0]
    words = [name]
    after = ''
    if thing.colour and rng.random() < 0.35:
        words.insert(0, _pick(rng, setting('colour')[thing.colour], 0.6))
    if thing.pattern != 'plain' and rng.random() < 0.4:
        pattern = _pick(rng, setting('pattern')[thing.pattern])
        if pattern.startswith('with '):
            after = f' {pattern}'
        else:
            words.insert(0, pattern)
    if thing.size != 'normal' and rng.random() < 0.4:
        words.insert(0, _pick(rng, setting('size')[thing.size]))
    article = rng.random()
    text = ' '.join(words)
    if article < 0.7:
        text = with_article(text)
    elif article < 0.85:
        text = f'the {text}'
    elif article < 0.92:
        text = f'{rng.choice(["his", "her", "their", "some"])} {text}'
    return text + after


def _garment_words(garment: SeenGarment, rng: Rng) -> str:
    words = [_pick(rng, setting('garment')[garment.kind])]
    words.insert(0, _pick(rng, setting('colour')[garment.colour], 0.6))
    if garment.pattern != 'plain' and rng.random() < 0.6:
        pattern = _pick(rng, setting('pattern')[garment.pattern])
        if pattern.startswith('with '):
            words.append(pattern)
        else:
            words.insert(0, pattern)
    text = ' '.join(words)
    plural = garment.kind in ('shorts', 'trousers')
    return f'in {text if plural else with_article(text)}'


def _person_words(person: SeenPerson, rng: Rng, brief: bool) -> str:
    """Say who somebody is, with the article."""
    noun = _pick(rng, setting('person')[person.kind], 0.5)
    if rng.random() < 0.45:
        noun = _any(setting_list('anybody'), rng)
    after = []
    chance = rng.random()
    if not brief and chance < 0.12:
        hair = _pick(rng, setting('hair')[person.hair])
        if hair.startswith(('with ', 'without ')):
            after.append(hair)
        else:
            noun = f'{hair} {noun}'
    elif not brief and chance < 0.32:
        garment = person.garments[rng.integers(len(person.garments))]
        after.append(_garment_words(garment, rng))
    elif person.wears and chance < 0.5:
        worn = person.wears[rng.integers(len(person.wears))]
        after.append(f'with {_pick(rng, setting("wear")[worn])}')
    if rng.random() < 0.08:
        noun = f'{_any(setting_list("mood"), rng)} {noun}'
    text = with_article(noun) if rng.random() < 0.85 else f'the {noun}'
    return ' '.join([text, *after])


def _doing_phrase(doing: Doing, picture: Picture, rng: Rng) -> str:
    """Say what is done, in the base form."""
    phrase = _pick(rng, verb_phrases()[doing.verb])
    if '{thing}' in phrase:
        said = _thing_words(doing.thing, rng, phrase)
        phrase = phrase.replace('{thing}', said)
    if '{person}' in phrase:
        partner = picture.people[doing.partner]
        phrase = phrase.replace('{person}', _person_words(partner, rng, True))
    return phrase


def _bare_name(doing: Doing, rng: Rng) -> str:
    """Name an action as lists of classes do, without articles."""
    phrase = verb_phrases()[doing.verb][0]
    if doing.thing is not None:
        phrase = phrase.replace('{thing}', thing_words()[doing.thing.name][0])
    phrase = phrase.replace('{person}', 'person')
    return phrase.replace(' ', '_') if rng.random() < 0.1 else phrase


def _clause(person: SeenPerson, picture: Picture, rng: Rng) -> str:
    """Say who does what."""
    doing = person.doings[-1]
    if rng.random() < 0.3:
        doing = person.doings[rng.integers(len(person.doings))]
    form = rng.random()
    if form < 0.12:
        return _bare_name(doing, rng)
    phrase = _doing_phrase(doing, picture, rng)
    if rng.random() < 0.15:
        phrase += f' {_any(pose_phrases()[doing.verb], rng)}'
    if rng.random() < 0.06:
        phrase += f' {_any(setting_list("adverb"), rng)}'
    if form < 0.18:
        return phrase
    if form < 0.3:
        return gerund(phrase)
    who = _person_words(person, rng, False)
    if form < 0.75:
        return f'{who} {gerund(phrase)}'
    if form < 0.83:
        return f'{who} who {third_person(phrase)}'
    if form < 0.88:
        return f'{who} is {gerund(phrase)}'
    return f'{who} {third_person(phrase)}'


def _around_words(picture: Picture, rng: Rng) -> str:
    """Say where something stands, from the person it is related to."""
    thing, relation, _ = picture.things[rng.integers(len(picture.things))]
    where = _pick(rng, setting('relation')[relation])
    return f'{where} {_thing_words(thing, rng)}'


def _sentence(picture: Picture, rng: Rng) -> str:
    """Say one thing about the picture."""
    active = [person for person in picture.people if person.doings]
    if not active:
        return _quiet_sentence(picture, rng)
    lead = active[0] if rng.random() < 0.6 else _any(active, rng)
    text = _clause(lead, picture, rng)
    others = [person for person in active if person is not lead]
    if others and rng.random() < 0.3:
        text += f' {rng.choice(["and", "while", "with"])} '
        text += _clause(_any(others, rng), picture, rng)
    if picture.things and rng.random() < 0.25:
        text += f' {_around_words(picture, rng)}'
    if rng.random() < 0.15:
        text += f' {_pick(rng, setting("place")[picture.place])}'
    if rng.random() < (0.03 if picture.weather == 'clear' else 0.1):
        text += f' {_pick(rng, setting("weather")[picture.weather])}'
    return text


def _quiet_sentence(picture: Picture, rng: Rng) -> str:
    """Say what stands about in a picture in which nobody does anything."""
    if picture.people:
        text = _person_words(picture.people[0], rng, False)
    elif picture.things and rng.random() < 0.7:
        text = _thing_words(picture.things[0][0], rng)
    else:
        text = _any(setting_list('nobody'), rng)
    text += f' {_pick(rng, setting("place")[picture.place])}'
    if rng.random() < 0.4:
        text += f' {_pick(rng, setting("weather")[picture.weather])}'
    return text


def _count_sentence(picture: Picture, rng: Rng) -> str:
    """Say how many people there are, and where."""
    words = counts()[min(len(picture.people), len(counts())) - 1]
    return f'{_pick(rng, words)} {_pick(rng, setting("place")[picture.place])}'


def write_caption(picture: Picture, rng: Rng) -> str:
    """Write a caption.

    One in ten says something of all that is to be seen, in several
    sentences; the others one thing.

    Args:
        picture: What is to be seen.
        rng: Source of every choice.

    Returns:
        The caption, in lower case.
    """
    chance = rng.random()
    if chance < 0.1:
        parts = [_sentence(picture, rng) for _ in range(rng.integers(2, 5))]
        text = ', '.join(parts)
    elif chance < 0.14 and picture.people:
        text = _count_sentence(picture, rng)
    else:
        text = _sentence(picture, rng)
    if picture.style != 'plain' and rng.random() < 0.4:
        style = _pick(rng, setting('style')[picture.style])
        text = (
            f'{text} {style}'
            if style.startswith(('in ', 'out '))
            else f'{with_article(style)} photo of {text}'
        )
    elif rng.random() >= _BARE:
        text = _any(TEMPLATES, rng).format(text)
    if rng.random() < 0.06:
        text += f', {_any(setting_list("tail"), rng)}'
    return text
