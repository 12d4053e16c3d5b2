"""A server of files on this machine, in place of the net."""

import http.server
import threading

import pytest


class FileServer:
    """Serves what it is told to; use it as a context manager.

    Attributes:
        asked: Path of each question, in order.
        authorised: What each said of who asks; None for nothing.
    """

    def __init__(self):
        self.asked, self.authorised, self._files = [], [], {}
        files, asked, authorised = self._files, self.asked, self.authorised

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                authorised.append(self.headers.get('Authorization'))
                status, headers, body = files.get(self.path, (404, {}, b''))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        self._server = http.server.HTTPServer(('127.0.0.1', 0), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *error):
        self.stop()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()

    def serve(self, path, body, status=200, headers=None, length=...):
        """The address at which a path answers so.

        ``length`` is what the server states: that of the body, another one,
        or None for none.
        """
        headers = dict(headers or {})
        if length is not None:
            stated = len(body) if length is ... else length
            headers['Content-Length'] = str(stated)
        self._files[path] = status, headers, body
        return f'http://127.0.0.1:{self._server.server_port}{path}'


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A server, and an empty cache of what it serves."""
    monkeypatch.setenv('no_proxy', '127.0.0.1')
    monkeypatch.setenv('TORCH_HOME', str(tmp_path / 'cache'))
    with FileServer() as server:
        yield server
