"""Start and end of the server as a program."""

import os
import re
import subprocess
import sys
from pathlib import Path

import httpx2

from stclip.page import server
from stclip.page.limits import Limits

ROOT = Path(__file__).parents[2]


def test_it_leaves_nothing_behind(tmp_path):
    process = subprocess.Popen(
        [sys.executable, '-m', 'stclip', 'serve', '--port', '0'],
        env=dict(
            os.environ,
            TMPDIR=str(tmp_path),
            PYTHONPATH=os.pathsep.join([str(ROOT), *sys.path]),
        ),
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    )
    line = process.stdout.readline()
    url = re.match(r'(http://127\.0\.0\.1:\d+) \(Ctrl-C ends it\)', line)[1]
    with httpx2.Client(base_url=url, trust_env=False) as client:
        told = client.post('/api/enter', headers={'x-stclip': 'page'}).json()
        # Nothing is loaded or downloaded before it is asked for.
        assert told['models'][0]['name'] == 'clip-b16'
        (folder,) = tmp_path.glob('stclip-serve-*')
        assert folder.stat().st_mode & 0o777 == 0o700
        # A page that is open does not hold up the end.
        path = f'/api/{told["token"]}/events'
        with client.stream('GET', path) as reply:
            next(reply.iter_lines())
            process.terminate()
            process.wait(30)
    assert not list(tmp_path.glob('stclip-serve-*'))


def test_a_warning_for_other_hosts(monkeypatch, models, log_lines):
    pages, ready = [], []

    class Server:
        def __init__(self, page):
            pages.append(page)

        def run(self, sockets):
            sockets[0].close()

    monkeypatch.setattr(server, 'make_server', Server)
    server.serve(models, Limits(), '127.0.0.1', 0, ready.append)
    assert log_lines == []
    server.serve(models, Limits(), '0.0.0.0', 0, ready.append)
    assert 'whoever reaches 0.0.0.0 can use this page' in log_lines[0]
    assert ready[1].startswith('http://0.0.0.0:')
    assert pages[0].hosts == ('localhost', '127.0.0.1', '127.0.0.1')
    assert pages[1].hosts == ('*',)
