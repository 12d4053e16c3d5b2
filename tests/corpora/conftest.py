"""Three videos, one of which is none, and a tiny model that looks at them."""

import shutil

import pytest
from walking_squares import (
    config,
    detector,
    let_detect,
    true_boxes,
    video,
    write_clip,
)

__all__ = ['config', 'detector', 'true_boxes', 'video']


@pytest.fixture
def options(config, detector, tmp_path, monkeypatch):
    """Labels, a tiny CLIP of two files, and the folder of the results."""
    let_detect(detector, monkeypatch.setattr)
    return [
        *('--labels', 'walk, stand up'),
        *write_clip(config, tmp_path),
        *('--out', tmp_path / 'out'),
    ]


@pytest.fixture
def videos(video, tmp_path):
    """Two videos of one name in two folders, and a text."""
    folder = tmp_path / 'videos'
    for name in ('a.mp4', 'deep/er/a.mp4'):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(video, folder / name)
    (folder / 'b.mp4').write_text('no video')
    return folder
