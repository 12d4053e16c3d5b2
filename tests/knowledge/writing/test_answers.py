"""Texts and objects in answers, and answers without any."""

import pytest

from stclip.knowledge.writing.answers import (
    find_object,
    find_texts,
    is_refusal,
)
from stclip.knowledge.writing.client import Answer


def answer(text, finish_reason='stop'):
    return Answer(text, finish_reason, '')


@pytest.mark.parametrize(
    'text, refuses',
    [
        ("I'm sorry, but I can't help with that.", True),
        ('I\u2019m unable to do that.', True),
        ('Sorry, no.', True),
        ('I cannot assist.', True),
        ('As an AI language model, I do not', True),
        ('Unfortunately, this is not allowed.', True),
        ('ice, skates', False),
        ('canteen, sorrow', False),
        ('', False),
    ],
)
def test_refusals(text, refuses):
    assert is_refusal(answer(text)) == refuses
    assert is_refusal(answer(text, 'content_filter'))
    assert is_refusal(answer(text, 'refusal'))


def test_texts_are_as_they_are():
    """Commas stay; test_keywords.py has the other cases."""
    found = find_texts(answer('1. [2]: ["a, b", " c"]'))
    assert found == ['a, b', ' c']


@pytest.mark.parametrize(
    'text, found',
    [
        ('{"a": {"b": [1]}}', {'a': {'b': [1]}}),
        ('Sure {x}:\n```json\n{"a": 1}\n```\nAny {"b": 2}?', {'a': 1}),
        ('[{"a": 1}]', {'a': 1}),
        ('<think>{"a": 1}</think>{"b": 2}', {'b': 2}),
        ('<think>{"a": 1}', {}),
        ('{"a": [1, 2', {}),
        ('["a"]', {}),
        ('', {}),
        ('{' * 10000, {}),  # at once
        ('{"a": ' * 100000, {}),
        (f'{{"a": {"9" * 5000}}}', {}),
    ],
)
def test_object(text, found):
    assert find_object(answer(text)) == found
    assert find_object(answer(text, 'content_filter')) == {}
