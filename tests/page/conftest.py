"""The small model, a rendered video, and a server of the page."""

import threading
from types import SimpleNamespace

import pytest
from served_page import Visits, served
from walking_squares import config, detector, video

from stclip.page.models import Models
from stclip.page.sample import SAMPLE_LABELS, sample_video

__all__ = ['config', 'detector', 'video']

ASKED = dict(
    model='stage',
    labels=', '.join(SAMPLE_LABELS),
    background='',
    independent=False,
    threshold=0.5,
    every_sec=0.5,
)


@pytest.fixture(scope='session')
def models():
    """The small model for rendered scenes, loaded once."""
    return Models.indexed(['stage'], device='cpu')


@pytest.fixture(scope='session')
def infer(models):
    return models.get('stage')


@pytest.fixture(scope='session')
def sample(tmp_path_factory):
    """A rendered video of five seconds and two persons."""
    return sample_video(tmp_path_factory.mktemp('sample'))


@pytest.fixture(scope='session')
def asked():
    """What a browser sends, with some values changed."""
    return lambda **changes: dict(ASKED, **changes)


@pytest.fixture
def visit(tmp_path, models):
    """Makes sessions; their work is ended at the end."""
    visits = Visits(tmp_path, models)
    yield visits
    visits.queue.close()


@pytest.fixture(scope='session')
def site(models, tmp_path_factory):
    """A server for all tests."""
    parent = tmp_path_factory.mktemp('site')
    limits = dict(max_mb=1, max_seconds=30, max_users=5, leave_sec=5)
    with served(models, parent, **limits) as site:
        yield site


@pytest.fixture
def gate(infer, monkeypatch):
    """While it is closed, nobody's persons are found."""
    found = infer.detector
    is_open, is_reached = threading.Event(), threading.Event()
    is_open.set()

    def find(frames):
        is_reached.set()
        assert is_open.wait(60)
        return found(frames)

    find.domain = found.domain
    monkeypatch.setattr(infer, 'detector', find)
    yield SimpleNamespace(
        close=is_open.clear, open=is_open.set, reached=is_reached
    )
    is_open.set()
