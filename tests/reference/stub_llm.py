"""A language model of a few lines, behind real HTTP on this machine."""

import json
import re
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Reply:
    """How to answer one request.

    Args:
        text: What the model says.
        finish_reason: Why it ends.
        status: Of HTTP.
        headers: Besides the usual ones.
        raw: Body in place of a chat completion.
        slow: Nothing comes until the server stops, or, with ``'dripping'``,
            a blank every now and then.
    """

    text: str = ''
    finish_reason: str = 'stop'
    status: int = 200
    headers: dict = field(default_factory=dict)
    raw: bytes | None = None
    slow: str = ''

    def body(self) -> bytes:
        if self.raw is not None:
            return self.raw
        message = dict(role='assistant', content=self.text)
        choice = dict(message=message, finish_reason=self.finish_reason)
        return json.dumps(dict(choices=[choice])).encode()


class StubLLM:
    """The server.

    Args:
        reply: Gives the answer to a request body: a text or a ``Reply``.
    """

    def __init__(self, reply: Callable[[dict], str | Reply]) -> None:
        self.reply = reply
        self.bodies: list[dict] = []
        self.headers: list[dict] = []
        self.paths: list[str] = []
        self.stopped = threading.Event()
        self.got_slow = threading.Event()
        self._server = ThreadingHTTPServer(('127.0.0.1', 0), self._handler())
        self.url = f'http://127.0.0.1:{self._server.server_port}/v1'
        thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )
        thread.start()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers['Content-Length'])
                stub.bodies.append(json.loads(self.rfile.read(length)))
                stub.headers.append(dict(self.headers))
                stub.paths.append(self.path)
                reply = stub.reply(stub.bodies[-1])
                if isinstance(reply, str):
                    reply = Reply(reply)
                if reply.slow == 'silent':
                    stub.got_slow.set()
                    stub.stopped.wait()
                    return
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                with suppress(ConnectionError):
                    while reply.slow and not stub.stopped.wait(0.02):
                        self.wfile.write(b' ')
                    self.wfile.write(reply.body())

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler

    def stop(self) -> None:
        """Let slow answers go and close the port."""
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()


def in_turn(*replies: str | Reply) -> Callable[[dict], str | Reply]:
    """Give these answers one after the other."""
    left = list(replies)
    return lambda body: left.pop(0)


def prompt_of(body: dict) -> str:
    """What a request asks."""
    return body['messages'][-1]['content']


def action_of(body: dict) -> str:
    """The action that a request of our writers asks about."""
    pattern = r'"(?:this is an example of )?(.+?)[",]'
    return re.search(pattern, prompt_of(body))[1]
