"""Records of classes: status, second questions, what is recorded."""

import hashlib
import json

import pytest
from stub_llm import Reply, prompt_of

from stclip.knowledge.writing.attribute_writer import AttributeWriter

DESCRIPTION = 'hitting a ball with the foot, especially towards a goal.'
SORRY = "I'm sorry, I can't help with that."


class Descriptions:
    name = 'mine'

    def find(self, class_name):
        return DESCRIPTION if class_name == 'kick' else ''


@pytest.fixture
def write(serve, client):
    """Write the record of a class from answers; also the stub."""

    def write(*replies, class_name='kick', number=3):
        stub = serve(*replies)
        writer = AttributeWriter(
            client(stub).ask, 'here', 'm', Descriptions(), number, seed=5
        )
        return writer.write('mine', 4, class_name), stub

    return write


def array(*keywords):
    return json.dumps(keywords)


def test_everything_is_recorded(write):
    text = array('the', 'foot', 'ball', 'goal', 'net')
    record, stub = write(text)
    assert (record.dataset, record.class_id) == ('mine', 4)
    assert (record.class_name, record.status) == ('kick', 'ok')
    assert record.keywords == ('foot', 'ball', 'goal')
    details = dict(record.details)
    created, prompt = details.pop('created'), details.pop('prompt_sha256')
    assert created.endswith('+00:00')
    assert len(prompt) == 64
    assert details == dict(
        description=DESCRIPTION,
        description_source='mine',
        raw_responses=[text],
        dropped=[
            dict(kw='the', reason='stopword'),
            dict(kw='net', reason='not among the first 3'),
        ],
        llm=dict(
            provider='here',
            model='m',
            temperature=0.7,
            max_tokens=256,
            seed=5,
        ),
        description_sha256=hashlib.sha256(DESCRIPTION.encode()).hexdigest(),
    )
    (body,) = stub.bodies
    assert DESCRIPTION in prompt_of(body) and '"kick"' in prompt_of(body)
    sampling = body['temperature'], body['max_tokens'], body['seed']
    assert sampling == (0.7, 256, 5)


@pytest.mark.parametrize(
    'replies, keywords, status',
    [
        # One stricter question, then what stands between the commas.
        (['A foot, a ball', array('foot', 'net')], ('foot', 'net'), 'short'),
        (['1. foot\n2. Net\n3. ball'] * 2, ('foot', 'net', 'ball'), 'ok'),
        ([Reply('["foot", "ne', 'length')] * 2, ('foot',), 'short'),
        (['[{"kw": "foot', SORRY], (), 'fallback'),
        ([SORRY, array('foot')], ('foot',), 'short'),
        (['foot, net', SORRY], ('foot', 'net'), 'short'),
        ([SORRY] * 2, (), 'fallback'),
        ([Reply('foot', 'content_filter')] * 2, (), 'fallback'),
        ([''] * 2, (), 'fallback'),
        ([array('kicks', 'the')], (), 'fallback'),
    ],
)
def test_unwanted_answers(write, replies, keywords, status):
    record, stub = write(*replies)
    assert record.status == status
    assert record.keywords == (keywords or ('hitting', 'ball', 'foot'))
    assert len(record.details['raw_responses']) == len(replies)
    first, *second = map(prompt_of, stub.bodies)
    assert len(second) == len(replies) - 1
    assert all(text.startswith(first) and text != first for text in second)


def test_sixteen_come_from_three_samples(write):
    """Each with a seed of its own; a bad one is asked again."""
    words = [f'{a}{b}' for a in 'klm' for b in 'aeiou']
    record, stub = write(
        array(*words[:8]), 'oh', array(*words[4:12]), array(*words[7:]),
        number=16,
    )  # fmt: skip
    assert [body['seed'] for body in stub.bodies] == [5, 6, 6, 7]
    assert record.status == 'short'
    assert len(record.keywords) == 15
    assert record.keywords[0] == words[7]
    assert set(record.keywords[:8]) == set(words[4:12])
    assert len(record.details['raw_responses']) == 4


def test_class_without_a_description(write):
    record, stub = write(class_name='swim')
    assert stub.bodies == []
    assert (record.keywords, record.status) == ((), 'fallback')
    assert record.details['description_source'] == 'none'
    assert record.details['raw_responses'] == []


@pytest.mark.parametrize('number', [0, 17])
def test_impossible_number(write, number):
    with pytest.raises(ValueError, match=f'expected 1 to 16 .*got {number}'):
        write(number=number)
