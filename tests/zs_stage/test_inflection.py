"""English forms against those of a grammar book."""

import pytest

from stclip.zs_stage.words import verb_phrases
from stclip.zs_stage.words.inflection import (
    gerund,
    third_person,
    with_article,
)


@pytest.mark.parametrize(
    ('base', 'ing', 'third'),
    [
        ('throw a ball', 'throwing a ball', 'throws a ball'),
        ('lie', 'lying', 'lies'),
        ('run fast', 'running fast', 'runs fast'),
        ('catch {thing}', 'catching {thing}', 'catches {thing}'),
        ('be seated', 'being seated', 'is seated'),
        ('have it', 'having it', 'has it'),
        ('carry', 'carrying', 'carries'),
        ('play', 'playing', 'plays'),
        ('do', 'doing', 'does'),
        ('box', 'boxing', 'boxes'),
        ('strum', 'strumming', 'strums'),
        ('tie', 'tying', 'ties'),
        ('see', 'seeing', 'sees'),
        ('clean', 'cleaning', 'cleans'),
        ('bow', 'bowing', 'bows'),
    ],
)
def test_verbs(base, ing, third):
    assert gerund(base) == ing
    assert third_person(base) == third


@pytest.mark.parametrize(
    ('words', 'expected'),
    [
        ('apple', 'an apple'),
        ('red apple', 'a red apple'),
        ('orange box', 'an orange box'),
        ('scissors', 'scissors'),
        ('drinking glass', 'a drinking glass'),
        ('cactus', 'a cactus'),
        ('toast', 'toast'),
        ('clouds', 'clouds'),
    ],
)
def test_articles(words, expected):
    assert with_article(words) == expected


def test_forms_of_all_verbs_end_as_they_should():
    for phrases in verb_phrases().values():
        for phrase in phrases:
            assert gerund(phrase).split()[0].endswith('ing')
            assert third_person(phrase).split()[0].endswith('s')
