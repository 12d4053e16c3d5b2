"""The small model, a rendered video, and a server of the page."""

import threading
from types import SimpleNamespace

import pytest
from walking_squares import config, detector, video

from stclip.page.limits import Limits
from stclip.page.models import Models
from stclip.page.sample import SAMPLE_LABELS, sample_video
from stclip.page.session import Session
from stclip.page.work_queue import WorkQueue

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


@pytest.fixture
def asked():
    """What a browser sends, with some values changed."""
    return lambda **changes: dict(ASKED, **changes)


@pytest.fixture
def visit(tmp_path, models):
    """Sessions that share a queue; closed at the end."""
    queues = []

    def make(offered=models, **limits):
        bounds = Limits(**limits)
        if not queues:
            queues.append(WorkQueue(bounds.max_waiting))
        folder = tmp_path / f'session{len(list(tmp_path.iterdir()))}'
        folder.mkdir()
        session = Session(folder, offered, queues[0], bounds)
        changed = threading.Condition()

        def tell():
            with changed:
                changed.notify_all()

        session.on_change = tell

        def until(is_so):
            """Wait until the state is as wanted, and give it."""
            with changed:
                assert changed.wait_for(lambda: is_so(session.state()), 30)
            return session.state()

        return SimpleNamespace(
            session=session,
            until=until,
            rest=lambda: until(lambda state: state['activity'] is None),
        )

    yield make
    for queue in queues:
        queue.close()
