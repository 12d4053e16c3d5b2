"""The client, against answers of every kind over real HTTP."""

import gzip
import json
import re
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from stub_llm import Reply

from stclip.knowledge.writing.client import (
    BACKOFF_SEC,
    ChatClient,
    ChatError,
    ChatRequest,
)

BUSY = Reply('busy', status=429)
BROKEN = Reply(status=500, raw=b'out of\nmemory')


def test_good_answer(serve, client, waits, question):
    stub = serve(Reply('because', 'length'))
    answer = client(stub).ask(question)
    assert (answer.text, answer.finish_reason) == ('because', 'length')
    assert datetime.fromisoformat(answer.created).utcoffset() == timedelta(0)
    assert stub.bodies == [
        dict(
            model='m',
            messages=[dict(role='user', content='why?')],
            temperature=0.7,
            max_tokens=256,
            seed=0,
        )
    ]
    assert stub.paths == ['/v1/chat/completions']
    assert 'Authorization' not in stub.headers[0]
    assert waits == []


def test_address_may_be_that_of_the_endpoint(serve, question):
    stub = serve('yes', 'yes')
    for ending in ('/', '/chat/completions'):
        assert ChatClient(stub.url + ending).ask(question).text == 'yes'
    assert stub.paths == ['/v1/chat/completions'] * 2


def test_key_goes_into_the_header_and_nowhere_else(
    serve, client, question, monkeypatch
):
    monkeypatch.setenv('OPENAI_API_KEY', 'sk-secret\n')
    stub = serve('yes', Reply(status=401, raw=b'no such key: sk-secret'))
    asked = client(stub)
    answer = asked.ask(question)
    assert stub.headers[0]['Authorization'] == 'Bearer sk-secret'
    assert 'secret' not in json.dumps([stub.bodies, vars(answer)])
    with pytest.raises(ChatError, match=r'HTTP 401.*\*\*\*') as caught:
        asked.ask(question)
    assert 'secret' not in str(caught.value)


def test_impossible_key_is_not_shown(monkeypatch):
    monkeypatch.setenv('OPENAI_API_KEY', 'sk-secret\nmore')
    with pytest.raises(ValueError, match='OPENAI_API_KEY holds') as caught:
        ChatClient('http://127.0.0.1:1/v1')
    assert 'secret' not in str(caught.value)


@pytest.mark.parametrize(
    'url',
    [
        'file:///etc/passwd',
        '127.0.0.1:8000/v1',
        'http://',
        'http://me:secret@127.0.0.1/v1',
        'http://127.0.0.1/v1?key=secret',
        'http://127.0.0.1:http/v1',
        'http://127.0.0.1/v 1',
    ],
)
def test_impossible_address(url):
    with pytest.raises(ValueError, match='must look like') as caught:
        ChatClient(url)
    assert 'secret' not in str(caught.value)


@pytest.mark.parametrize(
    'reply',
    [
        BROKEN,
        BUSY,
        Reply(raw=b'{"choices": [{"mess'),
        Reply(raw=b'{"error": "upstream"}'),
        Reply(raw=b'[' * 100000),
        Reply(raw=b'{"choices": [{"message": {"content": [1]}}]}'),
        Reply(raw=b'{"choices": [{"message": "because"}]}'),
        Reply('cut', headers={'Content-Length': '999'}),
        Reply(status=500, raw=b'cut', headers={'Content-Length': '999'}),
    ],
)
def test_passing_faults_are_asked_again(serve, client, waits, question, reply):
    stub = serve(reply, reply, 'at last')
    assert client(stub).ask(question).text in ('at last', 'cut')
    assert waits == list(BACKOFF_SEC[: len(stub.bodies) - 1])


@pytest.mark.parametrize('slow', ['silent', 'dripping'])
def test_slow_answer(serve, client, waits, question, slow):
    """The time is that of the whole answer, not of a byte."""
    stub = serve(Reply(slow=slow), 'at last')
    assert client(stub, timeout_sec=0.2).ask(question).text == 'at last'
    assert waits == [1]


def test_never_an_answer(serve, client, waits, question):
    stub = serve(*[Reply(slow='silent')] * 6)
    with pytest.raises(ChatError, match=r'within 0\.05 s, 6 times\. Check'):
        client(stub, timeout_sec=0.05).ask(question)
    assert waits == [1, 2, 4, 8, 16]


def test_broken_server(serve, client, waits, question):
    message = re.escape(
        "/v1/chat/completions: HTTP 500, 'out of memory', 6 times. Check"
    )
    with pytest.raises(ChatError, match=message):
        client(serve(*[BROKEN] * 6)).ask(question)
    assert waits == [1, 2, 4, 8, 16]


def test_nobody_there(waits, question):
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        port = free.getsockname()[1]
    client = ChatClient(f'http://127.0.0.1:{port}/v1', 5, waits.append)
    with pytest.raises(ChatError, match='Connection refused, 6 times'):
        client.ask(question)
    assert waits == [1, 2, 4, 8, 16]


@pytest.mark.parametrize(
    'status, hint',
    [
        (400, 'The server or the model does not take this request'),
        (401, 'Set the environment variable OPENAI_API_KEY'),
        (404, 'Check the name of the model'),
        (302, 'Give the address that it points to'),
    ],
)
def test_lasting_faults_are_not(serve, client, waits, question, status, hint):
    other = serve()
    headers = {'Location': other.url}
    stub = serve(Reply(status=status, raw=b'no', headers=headers))
    with pytest.raises(ChatError, match=f"HTTP {status}, 'no'. {hint}"):
        client(stub).ask(question)
    assert waits == other.bodies == []


@pytest.mark.parametrize(
    'value, wait',
    [('7', 7), ('0', 0), ('2.5', 2.5), ('-3', 0), ('soon', 1), ('nan', 1)],
)
def test_server_says_when(serve, client, waits, question, value, wait):
    busy = replace(BUSY, headers={'Retry-After': value})
    assert client(serve(busy, 'yes')).ask(question).text == 'yes'
    assert waits == [wait]


def test_server_names_a_time(serve, client, waits, question):
    then = datetime.now(UTC) + timedelta(seconds=60)
    headers = {'Retry-After': format_datetime(then, usegmt=True)}
    client(serve(replace(BUSY, headers=headers), 'yes')).ask(question)
    assert 50 < waits[0] <= 60


def test_too_long_a_wait(serve, client, waits, question):
    busy = replace(BUSY, headers={'Retry-After': '3600'})
    with pytest.raises(ChatError, match='no other request for 3600 s'):
        client(serve(busy)).ask(question)
    assert waits == []


@pytest.mark.parametrize(
    'message, text, reason',
    [
        (dict(content=None), '', ''),
        (dict(content=None, refusal='No.'), 'No.', 'refusal'),
        (dict(content='half \ud83d'), 'half ?', ''),
    ],
)
def test_odd_messages(serve, client, question, message, text, reason):
    raw = json.dumps(dict(choices=[dict(message=message)])).encode()
    answer = client(serve(Reply(raw=raw))).ask(question)
    assert (answer.text, answer.finish_reason) == (text, reason)


def test_an_answer_without_end_is_not_kept(
    serve, client, waits, question, monkeypatch
):
    monkeypatch.setattr(
        'stclip.knowledge.writing.client.LONGEST_ANSWER_BYTES', 100_000
    )
    stub = serve(Reply(raw=b' ' * 99_000 + Reply('yes').body()), Reply(
        raw=b' ' * 100_001
    ))  # fmt: skip
    asked = client(stub)
    assert asked.ask(question).text == 'yes'
    with pytest.raises(ChatError, match=r'longer than 100000 bytes'):
        asked.ask(question)
    assert waits == []  # it would be as long again


def test_a_packed_answer_is_not_unpacked(serve, client, question):
    packed = gzip.compress(Reply('no').body())
    headers = {'Content-Encoding': 'gzip'}
    stub = serve(Reply(raw=packed, headers=headers), 'yes')
    assert client(stub).ask(question).text == 'yes'
    assert stub.headers[0]['Accept-Encoding'] == 'identity'


def test_no_key_in_plain_text_to_a_proxy(serve, question, monkeypatch):
    proxy = serve('yes')
    address = proxy.url.removesuffix('/v1')
    for name in ('http_proxy', 'https_proxy'):
        monkeypatch.setenv(name, address)
    for bypass in ('no_proxy', 'NO_PROXY'):
        monkeypatch.setenv(bypass, '')
    # Without a key the proxy is asked, for the whole address.
    asked = ChatClient('http://models.example/v1', 5)
    assert asked.ask(question).text == 'yes'
    assert proxy.paths == ['http://models.example/v1/chat/completions']
    monkeypatch.setenv('OPENAI_API_KEY', 'sk-secret')
    with pytest.raises(ValueError, match='in plain text to the pr') as caught:
        ChatClient('http://models.example/v1')
    assert address in str(caught.value)
    assert 'secret' not in str(caught.value)
    ChatClient('https://models.example/v1')  # reaches it through a tunnel
    monkeypatch.setenv('NO_PROXY', 'models.example')
    monkeypatch.setenv('no_proxy', 'models.example')
    ChatClient('http://models.example/v1')


def test_key_depends_on_everything(question):
    others = [
        replace(question, **change)
        for change in (
            dict(model='n'),
            dict(messages=(('user', 'how?'),)),
            dict(messages=(('system', 'why?'),)),
            dict(temperature=0.0),
            dict(max_tokens=255),
            dict(seed=1),
        )
    ]
    same = ChatRequest('m', (('user', 'why?'),), 0.7, 256, 0)
    assert same.key() == question.key()
    assert len({r.key() for r in [question, *others]}) == 7
