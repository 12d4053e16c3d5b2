"""Start and end of the server as a program."""

import os
import re
import signal
from concurrent.futures import ThreadPoolExecutor

import httpx2
from forks import run_processes

from stclip.page import server
from stclip.page.limits import Limits

# The command in a process that tells its number, and what the command says.
SERVE = """
import os, sys, tempfile
sys.stdout = open('told', 'w', buffering=1)
print(os.getpid())
tempfile.tempdir = None
from stclip.cli.command import run
from stclip.cli.main import group
run(group, ['serve', '--port', '0'], 'stclip')
"""


def test_it_leaves_nothing_behind(tmp_path):
    os.mkfifo(tmp_path / 'told')
    environs = [dict(TMPDIR=str(tmp_path))]
    with ThreadPoolExecutor() as pool:
        ended = pool.submit(
            run_processes, SERVE, environs=environs, folder=tmp_path
        )
        with (tmp_path / 'told').open() as told:
            number, line = int(told.readline()), told.readline()
            try:
                visit(line, tmp_path, number, ended)
            finally:
                if not ended.done():
                    os.kill(number, signal.SIGKILL)
    assert not list(tmp_path.glob('stclip-serve-*'))


def visit(line, folder, number, ended):
    """Enter by the address that was told, and end the server meanwhile."""
    url = re.match(r'(http://127\.0\.0\.1:\d+) \(Ctrl-C ends it\)', line)[1]
    with httpx2.Client(base_url=url, trust_env=False) as client:
        told = client.post('/api/enter', headers={'x-stclip': 'page'}).json()
        # Nothing is loaded or downloaded before it is asked for.
        assert told['models'][0]['name'] == 'clip-b16'
        (own,) = folder.glob('stclip-serve-*')
        assert own.stat().st_mode & 0o777 == 0o700
        # A page that is open does not hold up the end.
        path = f'/api/{told["token"]}/events'
        with client.stream('GET', path) as reply:
            next(reply.iter_lines())
            os.kill(number, signal.SIGTERM)
            ended.result(30)


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
