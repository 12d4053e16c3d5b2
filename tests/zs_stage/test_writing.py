"""Captions say what is to be seen, in known words, and keep pairs back."""

import re

import numpy as np
import pytest

from stclip.zs_stage.pictures import (
    Doing,
    Picture,
    SeenGarment,
    SeenPerson,
    SeenThing,
    from_json,
    to_json,
)
from stclip.zs_stage.words import setting, thing_words, verb_phrases
from stclip.zs_stage.words.inflection import gerund, third_person
from stclip.zs_stage.writing import held_out, write_caption

_SHIRT = SeenGarment('shirt', 'red', 'striped')


def _picture(doing: Doing, **about: object) -> Picture:
    lead = SeenPerson('girl', 'blond', ('glasses',), (_SHIRT,), (doing,))
    other = SeenPerson('man', 'bald', (), (_SHIRT,), ())
    about = dict(place='park', weather='rain', style='plain') | about
    things = ((SeenThing('tree'), 'behind', 0),)
    return Picture(people=(lead, other), things=things, **about)


def _captions(picture: Picture, count: int = 300) -> list[str]:
    rng = np.random.default_rng(0)
    return [write_caption(picture, rng) for _ in range(count)]


def test_picture_survives_json():
    thing = SeenThing('cup', 'blue', 'dotted', 'big')
    picture = _picture(Doing('give', thing, 1), style='dark')
    assert from_json(to_json(picture)) == picture


def test_most_captions_name_the_action_in_one_of_its_words():
    picture = _picture(Doing('throw', SeenThing('ball', 'red')))
    verbs = {
        form(phrase).split()[0]
        for phrase in verb_phrases()['throw']
        for form in (str, gerund, third_person)
    }
    found = [
        bool(verbs & set(re.findall(r'[a-z]+', caption)))
        for caption in _captions(picture)
    ]
    assert 0.85 < np.mean(found) < 1


def test_captions_are_partial_but_say_everything_at_times():
    texts = ' | '.join(_captions(_picture(Doing('run'))))
    expected = (
        'girl', 'glasses', 'red', 'striped', 'shirt', 'blond', 'tree',
        'in the park', 'in the rain', 'two people',
    )  # fmt: skip
    for words in expected:
        assert words in texts
    per_caption = [
        sum(words in caption for words in expected)
        for caption in _captions(_picture(Doing('run')))
    ]
    assert np.mean(per_caption) < 3


def test_nobody_is_said_to_do_what_nobody_does():
    picture = Picture('lake', 'fog', 'blurry', ())
    texts = ' '.join(_captions(picture))
    assert 'by the pond' in texts and 'in the mist' in texts
    assert not re.search(r'\b(person|man|woman)\b', texts)


@pytest.mark.parametrize(
    ('verb', 'thing'), [('raise', 'barbell'), ('read', 'book')]
)
def test_last_phrase_never_meets_the_last_name(verb, thing):
    phrase, name = verb_phrases()[verb][-1], thing_words()[thing][-1]
    assert held_out(phrase, name)
    assert not held_out(phrase, thing_words()[thing][0])
    assert not held_out(verb_phrases()[verb][0], name)
    captions = _captions(_picture(Doing(verb, SeenThing(thing))), 1500)
    start, end = phrase.split('{thing}')
    start = start.split()[0][:4]
    together = [
        caption
        for caption in captions
        if re.search(rf'\b{start}\w* (\w+ )?(\w+ )?{name}{end}\b', caption)
    ]
    assert not together
    # Each of the two is met, with others.
    assert any(name in caption for caption in captions)
    assert any(
        re.search(rf'\b{start}\w* .*{end}', caption) for caption in captions
    )


def test_as_many_words_and_concepts_as_promised():
    kinds = (
        'person', 'hair', 'wear', 'garment', 'colour', 'pattern', 'size',
        'place', 'weather', 'style', 'relation',
    )  # fmt: skip
    tables = [thing_words(), verb_phrases(), *map(setting, kinds)]
    assert sum(map(len, tables)) >= 290
    words = set()
    for table in tables:
        for phrases in table.values():
            for phrase in phrases:
                for form in (str, gerund, third_person):
                    said = form(phrase) if table is verb_phrases() else phrase
                    words |= set(re.findall(r'[a-z]+', said))
    assert len(words) >= 1500
