"""Sessions of the page, a server in a thread, and waiting for both."""

import threading
from contextlib import contextmanager
from types import SimpleNamespace

import numpy as np
import torch
from mmengine.config import Config

from stclip.apis.inferencer import ActionInferencer
from stclip.page.app import Page
from stclip.page.limits import Limits
from stclip.page.models import Models
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


def squares(config, detector, **model):
    """A model on walking squares, offered by the name ``tiny``."""
    torch.manual_seed(0)
    cfg = Config(dict(config))
    cfg.model = dict(config.model, **model)
    infer = ActionInferencer(cfg, None, 'cpu', detector, batch_size=2)
    offered = Models({'tiny': {}}, {'tiny': ''})
    offered.get = lambda name: infer
    return offered, infer


def assert_same(result, other, atol=0.0):
    assert result.labels == other.labels
    assert result.warnings == other.warnings
    for frame, theirs in zip(result.frames, other.frames, strict=True):
        assert frame.frame_idx == theirs.frame_idx
        np.testing.assert_array_equal(frame.boxes_xyxy, theirs.boxes_xyxy)
        np.testing.assert_array_equal(frame.track_ids, theirs.track_ids)
        np.testing.assert_allclose(
            frame.action_probs, theirs.action_probs, atol=atol, rtol=0
        )
