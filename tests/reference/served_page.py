"""Sessions of the page, a server in a thread, and waiting for both."""

import threading
from contextlib import contextmanager
from types import SimpleNamespace

from stclip.page.app import Page
from stclip.page.limits import Limits
from stclip.page.server import bind, make_server
from stclip.page.session import Session
from stclip.page.work_queue import WorkQueue


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


class Visits:
    """Sessions that share a queue.

    Args:
        folder: Of their folders.
        models: What they are offered.
    """

    def __init__(self, folder, models):
        self.folder, self.models = folder, models
        self.queue = WorkQueue(max_waiting=8)

    def __call__(self, offered=None, **limits):
        """A session, and what waits for it."""
        folder = self.folder / str(len(list(self.folder.iterdir())))
        folder.mkdir()
        changed = threading.Condition()

        def tell():
            with changed:
                changed.notify_all()

        session = Session(
            folder, offered or self.models, self.queue, Limits(**limits), tell
        )

        def rest():
            """Wait until nothing is done for it, and give the state."""
            with changed:
                assert changed.wait_for(
                    lambda: session.state()['activity'] is None, 30
                )
            return session.state()

        return SimpleNamespace(session=session, rest=rest)
