import json

import pytest
from synthetic_media import make_frames, write_frames

# Size of the synthetic frames.
HEIGHT, WIDTH = 24, 32


@pytest.fixture
def split_file(tmp_path):
    path = tmp_path / 'split.yaml'
    path.write_text(
        'benchmark: mine\nsplit: 3\ntest: [jump, hug]\n'
        'train: [sit, run, watch]\n'
    )
    return path


@pytest.fixture
def make_videos(tmp_path):
    """Write frame folders under videos/."""

    def make(*names, number=12):
        for seed, name in enumerate(names):
            write_frames(
                tmp_path / 'videos' / name, make_frames(number, seed=seed)
            )

    return make


@pytest.fixture
def write_json(tmp_path):
    def write(name, content):
        (tmp_path / name).write_text(json.dumps(content))
        return name

    return write
