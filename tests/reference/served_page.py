"""A server of the page in a thread, and waiting for what it does."""

import threading
from contextlib import contextmanager
from types import SimpleNamespace

from stclip.page.app import Page
from stclip.page.limits import Limits
from stclip.page.server import bind, make_server


@contextmanager
def served(models, parent, **limits):
    """A server of the page; nothing of it is left at the end."""
    page = Page(models, Limits(**limits), parent=parent)
    server, taken = make_server(page), bind('127.0.0.1', 0)
    thread = threading.Thread(target=server.run, args=([taken],))
    thread.start()
    until(lambda: server.started)
    port = taken.getsockname()[1]
    try:
        yield SimpleNamespace(
            url=f'http://127.0.0.1:{port}', port=port, page=page
        )
    finally:
        server.should_exit = True
        thread.join()
        assert list(parent.iterdir()) == []


def until(is_so):
    """Wait for what nobody tells: that a file is gone, a visitor has left."""
    pause = threading.Event()
    for _ in range(3000):
        if is_so():
            return
        pause.wait(0.01)
    raise AssertionError('it never came true')
