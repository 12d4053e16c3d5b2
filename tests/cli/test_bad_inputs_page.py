"""``stclip serve`` with options that make no sense: a line, no model built.

Each row is the rest of a command and words that the line must have.
"""

import importlib.util
import socket

import pytest
from bad_inputs import (
    BINARY,
    FOLDER,
    assert_one_line,
    assert_refused,
    put,
)

SERVE = 'serve --port 0'
CASES = [
    ('serve --port 65536', "'--port'"),
    ('serve --port -1', "'--port'"),
    ('serve --port http', "'--port'"),
    (f'{SERVE} --host 203.0.113.7', '203.0.113.7:0 cannot be served'),
    (f'{SERVE} --host no.such.host.invalid', 'give another --host'),
    (f'{SERVE} --host ""', 'give another --host'),
    (f'{SERVE} --model stag', "no model 'stag'; did you mean 'stage'?"),
    (f'{SERVE} --model stage nothing', "no model 'nothing'; known: "),
    (f'{SERVE} --model stage --checkpoint a.pth', 'give one of --model'),
    (f'{SERVE} --clip RN50:openai --model stage', 'give one of --model'),
    (f'{SERVE} --config a.py', '--config needs the --checkpoint'),
    (f'{SERVE} --clip RN50', '--clip wants ARCH:WEIGHTS'),
    (f'{SERVE} --checkpoint no.pth', 'no.pth does not exist'),
    (f'{SERVE} --checkpoint v.mp4 --config no.py', 'no.py does not exist'),
    (f'{SERVE} --model stage --detector no.py', 'no.py'),
    (f'{SERVE} --max-mb 0', "'--max-mb'"),
    (f'{SERVE} --max-mb nan', 'nan is no finite number'),
    (f'{SERVE} --max-seconds -5', "'--max-seconds'"),
    (f'{SERVE} --max-seconds inf', 'inf is no finite number'),
    (f'{SERVE} --max-frames 0', "'--max-frames'"),
    (f'{SERVE} --max-frames 1.5', "'--max-frames'"),
    (f'{SERVE} --max-megapixels 0', "'--max-megapixels'"),
    (f'{SERVE} --max-waiting 0', "'--max-waiting'"),
    (f'{SERVE} --max-users 0', "'--max-users'"),
    (f'{SERVE} --keep-mb -1', "'--keep-mb'"),
    (f'{SERVE} v.mp4', 'unexpected extra argument'),
]


@pytest.fixture
def folder(folder, monkeypatch):
    """Nothing may be served."""
    monkeypatch.setattr('stclip.page.server.make_server', None)
    return folder


@pytest.mark.parametrize('line, words', CASES)
def test_one_line(folder, capfd, line, words):
    assert_refused(folder, {}, line, words, capfd)


@pytest.mark.parametrize('content', [FOLDER, '', 'text', BINARY])
def test_checkpoints(folder, capfd, content):
    put(folder / 'a.pth', content)
    assert_one_line(f'{SERVE} --checkpoint a.pth', 'a.pth', capfd)


def test_a_port_that_is_taken(folder, capfd):
    with socket.socket() as other:
        other.bind(('127.0.0.1', 0))
        other.listen()
        port = other.getsockname()[1]
        words = f'127.0.0.1:{port} cannot be served (Address already in use)'
        assert_one_line(f'serve --port {port}', words, capfd, '--port 0')


def test_packages_that_are_missing(folder, capfd, monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        'importlib.util.find_spec',
        lambda name: None if name == 'uvicorn' else find(name),
    )
    words = "uvicorn is not installed, which the page needs: pip install 's"
    assert_one_line(SERVE, words, capfd)


def test_an_index_that_is_faulty(folder, capfd, monkeypatch):
    put(folder / 'index.yaml', 'action_models: {mine: {}}')
    monkeypatch.setenv('STCLIP_INDEX', str(folder / 'index.yaml'))
    assert_one_line(SERVE, 'action_models.mine needs a config', capfd)
