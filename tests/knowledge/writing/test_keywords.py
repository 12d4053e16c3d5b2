"""From answers to keywords: parsing, cleaning, filtering, pooling."""

import json

import pytest

from stclip.knowledge.writing.client import Answer
from stclip.knowledge.writing.keywords import (
    clean,
    description_words,
    parse_array,
    select,
    split_answer,
)


def answer(text, finish_reason='stop'):
    return Answer(text, finish_reason, '')


@pytest.mark.parametrize(
    'text, found',
    [
        ('["foot", "goal net"]', ['foot', 'goal net']),
        ('Sure [1]:\n```json\n["foot"]\n```\nAny ["other"]?', ['foot']),
        ('{"keywords": ["foot", "ball"]}', ['foot', 'ball']),
        ('["foot, ball"]', ['foot', ' ball']),
        ('<think>["a"] or</think>["b"]', ['b']),
        ('<think>["a"] or', []),
        ('["foot", "goal', []),
        ('["foot", 3]', []),
        ('[]', []),
        ('foot, ball', []),
        ('', []),
        ('["a", ' * 100000, []),  # at once
    ],
)
def test_array(text, found):
    assert parse_array(answer(text)) == found
    assert parse_array(answer(text, 'content_filter')) == []


@pytest.mark.parametrize(
    'text, reason, found',
    [
        ('foot, goal net\nball', 'stop', ['foot', 'goal net', 'ball']),
        ('1. foot\n2) "Net"\n- **ball**', 'stop', ['foot', 'net', 'ball']),
        ('["foot", "goal net", "ki', 'length', ['foot', 'goal net']),
        ('```json\n["foot", "ki', 'length', ['foot']),
        ('<think>a foot, a net', 'length', []),
    ],
)
def test_answers_without_an_array(text, reason, found):
    parts = split_answer(answer(text, reason))
    assert [word for part in parts if (word := clean(part))] == found


@pytest.mark.parametrize(
    'text, plain',
    [
        ('  Goal   Net ', 'goal net'),
        ('\uff46oot', 'foot'),  # full width
        ('- “foot”.', 'foot'),
        ('• 12. foot', 'foot'),
        ('3 foot', 'foot'),
        ('a) foot', 'foot'),
        ('the ball', 'ball'),
        ('goal_net', 'goal net'),
        ('close-up', 'close-up'),
        ('3d glasses', '3d glasses'),
        ('theatre', 'theatre'),
        ('**', ''),
    ],
)
def test_plain_form(text, plain):
    assert clean(text) == plain


def test_reasons_for_dropping():
    sample = [
        'Foot',
        'the',
        'in the',
        'foot',
        'feet of a player',
        'goals',
        'goal',
        'kicking ball',
        'kick_balls',
        'two-on-one game',
        '4x4',
        'caf\u00e9',
        'ball',
        ' ',
        'net',
        'grass',
    ]
    keywords, dropped = select([sample], 'Kick Ball', 4)
    assert keywords == ('foot', 'goals', 'ball', 'net')
    assert [(entry['kw'], entry['reason']) for entry in dropped] == [
        ('the', 'stopword'),
        ('in the', 'stopword'),
        ('foot', 'duplicate'),
        ('feet of a player', 'more than 3 words'),
        ('goal', 'duplicate'),
        ('kicking ball', 'class name'),
        ('kick balls', 'class name'),
        ('two-on-one game', 'more than 3 words'),
        ('4x4', 'not alphabetic'),
        ('caf\u00e9', 'not alphabetic'),
        ('grass', 'not among the first 4'),
    ]


def test_samples_are_pooled():
    """By frequency, then mean place, then first come; lemmas count as one."""
    samples = [
        ['net', 'boots', 'goal', 'net'],
        ['grass', 'goals', 'ball'],
        ['goal', 'boot', 'ball', 'sky'],
    ]
    keywords, dropped = select(samples, 'kick', 5)
    # goal: 3; boots and ball: 2, at 1 and 2 on average; net before grass.
    assert keywords == ('goal', 'boots', 'ball', 'net', 'grass')
    assert [entry['kw'] for entry in dropped] == [
        'net',
        'goals',
        'boot',
        'sky',
    ]


def test_one_sample_keeps_its_order():
    words = ['net', 'ball', 'foot', 'grass']
    assert select([words], 'kick', 3)[0] == tuple(words[:3])
    assert select([], 'kick', 3) == ((), [])


def test_words_of_descriptions():
    text = "shoot (one's bow) especially at a target, which is used in X-rays."
    assert description_words(text) == ['shoot', 'bow', 'target', 'x-rays']


def test_dropped_can_be_written():
    json.dumps(select([['the']], 'kick', 3)[1])
