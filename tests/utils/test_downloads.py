"""Downloads that go on, mirrors, and no net."""

import hashlib
import http.server
import threading

import pytest

from stclip.utils.downloads import (
    MIRROR,
    OFFLINE,
    RemoteFile,
    download,
    require_answer,
)
from stclip.utils.errors import MissingFileError, UserError

BODY = bytes(range(256)) * 40
HASH = hashlib.sha256(BODY).hexdigest()


class Server:
    """Serves BODY, a part of it when asked; each answer may be cut."""

    def __init__(self):
        self.cuts, self.ranges, self.paths = [], [], []
        self.knows_ranges, self.body = True, BODY
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.answer(self)

            def log_message(self, *args):
                pass

        self.http = http.server.HTTPServer(('127.0.0.1', 0), Handler)
        self.url = f'http://127.0.0.1:{self.http.server_port}'
        threading.Thread(
            target=self.http.serve_forever, args=(0.01,), daemon=True
        ).start()

    def answer(self, handler):
        asked = handler.headers.get('Range')
        self.ranges.append(asked)
        self.paths.append(handler.path)
        if handler.path.startswith('/missing'):
            handler.send_error(404)
            return
        start = 0
        if asked and self.knows_ranges:
            start = int(asked.removeprefix('bytes=').removesuffix('-'))
            if start >= len(self.body):
                handler.send_error(416)
                return
        handler.send_response(206 if start else 200)
        rest = self.body[start:]
        handler.send_header('Content-Length', str(len(rest)))
        handler.end_headers()
        cut = self.cuts.pop(0) if self.cuts else len(rest)
        handler.wfile.write(rest[:cut])


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv('no_proxy', '127.0.0.1')
    monkeypatch.delenv(MIRROR, raising=False)
    monkeypatch.delenv(OFFLINE, raising=False)
    server = Server()
    yield server
    server.http.shutdown()
    server.http.server_close()


def test_a_cut_transfer_goes_on_by_itself(server, tmp_path):
    server.cuts = [1000, 500]
    download(RemoteFile(f'{server.url}/a.pt', HASH), tmp_path / 'a.pt')
    assert (tmp_path / 'a.pt').read_bytes() == BODY
    assert server.ranges == [None, 'bytes=1000-', 'bytes=1500-']
    assert [p.name for p in tmp_path.iterdir()] == ['a.pt']


def test_a_later_run_goes_on(server, tmp_path):
    file, target = RemoteFile(f'{server.url}/a.pt', HASH), tmp_path / 'a.pt'
    server.cuts = [700, 0]
    with pytest.raises(MissingFileError, match='cut off after 700 of 10240'):
        download(file, target)
    assert not target.exists()
    download(file, target)
    assert target.read_bytes() == BODY
    assert server.ranges[-1] == 'bytes=700-'


def test_without_a_hash_it_starts_anew(server, tmp_path):
    """The file may have changed since."""
    server.cuts = [700]
    file, target = RemoteFile(f'{server.url}/a.pt'), tmp_path / 'a.pt'
    with pytest.raises(MissingFileError, match='cut off'):
        download(file, target)
    assert list(tmp_path.iterdir()) == []
    download(file, target)
    assert server.ranges == [None, None]
    assert target.read_bytes() == BODY


def test_a_server_without_ranges_gives_all(server, tmp_path):
    server.knows_ranges, server.cuts = False, [1000]
    download(RemoteFile(f'{server.url}/a.pt', HASH), tmp_path / 'a.pt')
    assert (tmp_path / 'a.pt').read_bytes() == BODY


@pytest.mark.parametrize('left', [BODY + b'more', b'x' * 100])
def test_what_was_left_is_checked(server, tmp_path, left):
    """Too much of it is read anew; another content is said and removed."""
    part, target = tmp_path / '.a.pt.download', tmp_path / 'a.pt'
    part.write_bytes(left)
    file = RemoteFile(f'{server.url}/a.pt', HASH)
    if len(left) < len(BODY):
        with pytest.raises(UserError, match=f'stated is the hash {HASH}'):
            download(file, target)
        assert list(tmp_path.iterdir()) == []
    download(file, target)
    assert target.read_bytes() == BODY


def test_a_wrong_content_is_no_file(server, tmp_path):
    server.body = BODY[::-1]
    with pytest.raises(UserError, match='stated is the hash'):
        download(RemoteFile(f'{server.url}/a.pt', HASH), tmp_path / 'a.pt')
    assert list(tmp_path.iterdir()) == []


def test_the_mirror_is_asked_first(server, tmp_path, monkeypatch):
    monkeypatch.setenv(MIRROR, f'{server.url}/models/')
    file = RemoteFile('http://127.0.0.1:9/far/a.pt', HASH)
    require_answer(file)
    download(file, tmp_path / 'a.pt')
    assert server.paths == ['/models/a.pt'] * 2


def test_what_the_mirror_lacks_comes_from_its_place(
    server, tmp_path, monkeypatch
):
    monkeypatch.setenv(MIRROR, f'{server.url}/missing')
    download(RemoteFile(f'{server.url}/a.pt', HASH), tmp_path / 'a.pt')
    assert server.paths == ['/missing/a.pt', '/a.pt']


def test_without_a_hash_no_mirror_is_trusted(server, tmp_path, monkeypatch):
    monkeypatch.setenv(MIRROR, f'{server.url}/models')
    download(RemoteFile(f'{server.url}/a.pt'), tmp_path / 'a.pt')
    assert server.paths == ['/a.pt']


def test_offline_nobody_is_asked(server, tmp_path, monkeypatch):
    monkeypatch.setenv(OFFLINE, '1')
    with pytest.raises(MissingFileError, match='STCLIP_OFFLINE is set'):
        download(RemoteFile(f'{server.url}/a.pt', HASH), tmp_path / 'a.pt')
    assert server.paths == []


@pytest.mark.parametrize(
    ('url', 'file'),
    [
        ('http://h/a.pt', RemoteFile('http://h/a.pt')),
        ('http://h/a.pt#sha256=AB12', RemoteFile('http://h/a.pt', 'ab12')),
        (
            'http://h/r50_20200130-047c8118.pth',
            RemoteFile('http://h/r50_20200130-047c8118.pth', '047c8118'),
        ),
        ('http://h/a-20200130.pth', RemoteFile('http://h/a-20200130.pth')),
    ],
)
def test_what_an_address_says_of_the_hash(url, file):
    assert RemoteFile.of(url) == file


def test_two_processes_download_once(server, tmp_path):
    """The second waits for the first, and finds what it has left."""
    target = tmp_path / 'a.pt'
    file = RemoteFile(f'{server.url}/a.pt', HASH)
    threads = [
        threading.Thread(target=download, args=(file, target))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert target.read_bytes() == BODY
    assert len(server.paths) == 1
