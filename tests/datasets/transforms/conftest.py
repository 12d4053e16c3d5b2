"""A video as transforms read it."""

import pytest
from synthetic_media import make_frames, write_frames, write_video


@pytest.fixture(scope='module')
def frames():
    return make_frames(30)


@pytest.fixture(scope='module', params=['folder', 'file'])
def clip(request, frames, tmp_path_factory):
    """The same frames as images and as a video of 10 a second."""
    folder = tmp_path_factory.mktemp('clip')
    if request.param == 'folder':
        return write_frames(folder / 'a', frames)
    return write_video(folder / 'a.mkv', frames, 'ffv1', fps=10)
