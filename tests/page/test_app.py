"""Requests that no page of ours would make, and what becomes of them."""

import http.client
import json
from dataclasses import replace

import httpx2
import pytest
from served_page import served, until

from stclip.page import visitors

OWN = {'x-stclip': 'page'}


@pytest.fixture
def client(site):
    # A connection for each request: one that is kept may be closed by the
    # server at the moment when the next request goes out on it.
    alone = httpx2.Limits(max_keepalive_connections=0)
    with httpx2.Client(
        base_url=site.url, trust_env=False, limits=alone
    ) as client:
        yield client


@pytest.fixture
def token(client):
    told = client.post('/api/enter', headers=OWN).json()
    yield told['token']
    client.post(f'/api/{told["token"]}/leave')


def error_of(reply, status):
    assert reply.status_code == status, reply.text
    line = reply.json()['error']
    assert line and '\n' not in line and '/tmp' not in line
    return line


def test_the_page(client, token):
    page = client.get('/')
    assert 'text/html' in page.headers['content-type']
    policy = page.headers['content-security-policy']
    assert "default-src 'none'" in policy and 'unsafe' not in policy
    assert page.headers['cache-control'] == 'no-store'
    # Nothing comes from elsewhere: the page works without a network.
    for name in ('/', '/page.js', '/player.js', '/page.css'):
        assert 'https://' not in client.get(name).text
    told = client.post('/api/enter', headers=OWN).json()
    assert len(told['token']) >= 32 and told['token'] != token
    assert [model['name'] for model in told['models']] == ['stage']
    assert 'knows rendered people only' in told['models'][0]['told']
    client.post(f'/api/{told["token"]}/leave')


@pytest.mark.parametrize(
    'path',
    [
        '/../../etc/passwd',
        '/..%2f..%2fetc%2fpasswd',
        '/%2e%2e/%2e%2e/etc/passwd',
        '//etc/passwd',
        '/page.js/../app.py',
        '/static/page.js',
        '/app.py',
        '/api/{token}/files/..%2f..%2fetc%2fpasswd/0',
        '/api/{token}/files/%2fetc%2fpasswd/0',
        '/api/{token}/files/csv/..',
        '/api/{token}/files/csv/-1',
        '/api/{token}/files/csv/0',
        '/api/{token}/film',
        '/api/{token}/answer',
        '/api/{token}/upload/a.mp4',
        '/api/..%2f..%2fetc/film',
        '/api/nobody/film',
        '/api/nobody/events',
        '/api//film',
    ],
)
def test_no_path_leads_to_the_disk(site, token, path):
    """As raw lines: clients tidy paths up."""
    connection = http.client.HTTPConnection('127.0.0.1', site.port)
    connection.putrequest('GET', path.format(token=token))
    connection.endheaders()
    reply = connection.getresponse()
    text = reply.read().decode()
    assert reply.status in (400, 404)
    assert 'root:' not in text and 'import' not in text
    connection.close()


@pytest.mark.parametrize(
    'name', ['../../evil.mp4', '/tmp/evil.mp4', '..%2fevil.mp4', '.lock']
)
def test_names_of_uploads_lead_nowhere(client, token, site, name, sample):
    reply = client.put(
        f'/api/{token}/video',
        params=dict(name=name),
        content=b'no video at all',
    )
    error_of(reply, 400)
    files = [f for f in site.page.visitors.folder.rglob('*') if f.is_file()]
    assert [f.name for f in files] == ['.lock']


@pytest.mark.parametrize('name', ['notes.txt', '.lock'])
def test_a_refused_upload_is_heard_to_its_end(client, token, site, name):
    """A body that comes after its head: the answer is not cut off."""
    for _ in range(20):
        connection = http.client.HTTPConnection('127.0.0.1', site.port)
        connection.putrequest('PUT', f'/api/{token}/video?name={name}')
        connection.putheader('content-length', '300000')
        connection.endheaders()
        for _ in range(6):
            connection.send(b'x' * 50_000)
        reply = connection.getresponse()
        assert reply.status == 400
        assert 'named like no video' in reply.read().decode()
        connection.close()


def test_uploads_that_are_too_large(client, token, site):
    path = f'/api/{token}/video?name=a.mp4'
    many = bytes(1_100_000)
    assert 'larger than 1 MB' in error_of(client.put(path, content=many), 413)
    # In parts, so that no length is stated before.
    parts = (many[i : i + 50_000] for i in range(0, len(many), 50_000))
    assert 'larger than 1 MB' in error_of(client.put(path, content=parts), 413)
    assert not list(site.page.visitors.folder.rglob('*.mp4'))


def test_an_upload_that_breaks_off(client, token, site):
    connection = http.client.HTTPConnection('127.0.0.1', site.port)
    connection.putrequest('PUT', f'/api/{token}/video?name=a.mp4')
    connection.putheader('content-length', '1000')
    connection.endheaders()
    connection.send(b'x' * 500)
    until(lambda: list(site.page.visitors.folder.rglob('a.mp4')))
    connection.close()
    until(lambda: not list(site.page.visitors.folder.rglob('a.mp4')))
    reply = client.put(f'/api/{token}/video?name=a.mp4', content=b'x')
    assert 'no video that can be read' in error_of(reply, 400)


@pytest.mark.parametrize(
    'action, body, words',
    [
        ('ask', b'', 'no JSON'),
        ('ask', b'{', 'no JSON'),
        ('ask', b'\xff', 'no JSON'),
        ('ask', b'[1]', 'no JSON object'),
        ('ask', b'[' * 60_000, 'no JSON'),
        ('ask', b'{}', 'at least one label'),
        ('moment', b'{}', 'there is no answer yet'),
        ('why', b'{}', 'part must be a number'),
        ('why', b'{"part": 0.5, "label": {}}', 'there is no answer yet'),
        ('draw', b'', 'there is no answer yet'),
    ],
)
def test_requests_that_make_no_sense(client, token, action, body, words):
    reply = client.post(f'/api/{token}/{action}', content=body)
    assert words in error_of(reply, 400)


def test_requests_that_are_too_large(client, token):
    reply = client.post(f'/api/{token}/ask', content=b' ' * 70_000)
    assert 'larger than' in error_of(reply, 413)


def test_methods_that_do_not_exist(client, token):
    assert client.get(f'/api/{token}/ask').status_code == 405
    assert client.delete('/').status_code == 405


def test_other_sites(client, site):
    """Neither by a name that leads here, nor by a form of their page."""
    other = client.post('/api/enter', headers=dict(OWN, host='evil.test'))
    assert other.status_code == 400 and 'token' not in other.text
    assert 'load the page' in error_of(client.post('/api/enter'), 400)


def test_too_many_users(client, site):
    tokens = []
    while len(site.page.visitors._here) < 5:
        reply = client.post('/api/enter', headers=OWN)
        tokens.append(reply.json()['token'])
    reply = client.post('/api/enter', headers=OWN)
    assert 'pages are open already' in error_of(reply, 400)
    for token in tokens:
        client.post(f'/api/{token}/leave')
    reply = client.post(f'/api/{tokens[0]}/ask', content=b'{}')
    assert 'this page was left' in error_of(reply, 404)


def test_a_fault_of_ours(client, token, site, monkeypatch, log_lines):
    def fail(token):
        raise RuntimeError('out of paper in /tmp')

    with monkeypatch.context() as patch:
        patch.setattr(site.page.visitors, 'get', fail)
        reply = client.post(f'/api/{token}/stop')
    assert 'something went wrong here' in error_of(reply, 500)
    assert client.post(f'/api/{token}/stop').status_code == 200


def test_events_tell_the_state(client, token, sample):
    with client.stream('GET', f'/api/{token}/events') as reply:
        lines = (line for line in reply.iter_lines() if line)
        states = (json.loads(line.removeprefix('data: ')) for line in lines)
        assert next(states) == dict(
            video=None, activity=None, error='', answer=None, drawn=False
        )
        content = sample.read_bytes()
        name = dict(name='clip.mp4')
        client.put(f'/api/{token}/video', params=name, content=content)
        state = next(state for state in states if state['video'])
    assert state['video']['frames'] == 40
    part = client.get(f'/api/{token}/film', headers={'range': 'bytes=0-9'})
    assert part.status_code == 206 and len(part.content) == 10


def test_who_goes_without_a_word(models, tmp_path, monkeypatch):
    """A page whose connection is lost is gone after a while."""
    # A lost page is found out when something is written to it.
    monkeypatch.setattr(visitors, '_LONGEST', 0.1)
    with served(models, tmp_path) as site:
        known = site.page.visitors
        here = known._here
        with httpx2.Client(base_url=site.url, trust_env=False) as client:
            told = client.post('/api/enter', headers=OWN).json()
            path = f'/api/{told["token"]}/events'
            with client.stream('GET', path) as reply:
                next(reply.iter_lines())
                # From here on, as the page must have had time to open.
                known.limits = replace(known.limits, leave_sec=0.05)
                folder = here[told['token']].session.folder
                assert folder.exists()
            until(lambda: not folder.exists())
            assert not here
            # Nor does one stay that never opened its page.
            client.post('/api/enter', headers=OWN)
            until(lambda: not here)
