"""The file of answers: what it keeps, and what a kill leaves of it."""

import json
from dataclasses import replace

import pytest

from stclip.knowledge.writing.cache import AnswerCache, CachedChat
from stclip.knowledge.writing.client import Answer

ANSWER = Answer('ä', 'stop', '2024-01-01T00:00:00+00:00')


@pytest.fixture
def path(tmp_path):
    return tmp_path / 'deep' / 'a.jsonl'


def test_nothing_is_asked_twice(serve, client, path, question):
    stub = serve('one', 'two')
    other = replace(question, model='n')
    for _ in range(2):
        cache = AnswerCache(path)
        ask = CachedChat(client(stub), cache).ask
        texts = [ask(request).text for request in (question, other, question)]
        assert texts == ['one', 'two', 'one']
        cache.close()
    assert len(stub.bodies) == 2
    first, _ = map(json.loads, path.read_text().splitlines())
    assert first['key'] == question.key()
    assert first['request'] == question.body()


def test_half_a_line_is_no_answer(path, question):
    """What a killed process began is taken away, and the rest stays."""
    others = [replace(question, seed=seed) for seed in range(1, 3)]
    cache = AnswerCache(path)
    for request in (question, others[0]):
        cache.add(request, ANSWER)
    cache.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:-5])
    again = AnswerCache(path)
    assert again.get(question) == ANSWER
    assert again.get(others[0]) is None
    again.add(others[1], ANSWER)
    again.close()
    last = AnswerCache(path)
    found = [last.get(request) for request in (question, *others)]
    assert found == [ANSWER, None, ANSWER]
    assert path.read_bytes().startswith(whole[: whole.index(b'\n') + 1])


@pytest.mark.parametrize('line', ['oh', '{"key": "a"}', '3', '\udcff'])
def test_damaged_line_is_named(path, question, line):
    cache = AnswerCache(path)
    cache.add(question, ANSWER)
    cache.close()
    with path.open('ab') as file:
        file.write(f'{line}\n'.encode(errors='surrogateescape'))
    with pytest.raises(ValueError, match=r'a\.jsonl, line 2 .*Remove the'):
        AnswerCache(path)


def test_no_file_without_an_answer(path):
    AnswerCache(path).close()
    assert not path.parent.exists()
