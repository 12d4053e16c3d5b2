import json

import pytest
from synthetic_media import make_frames, write_frames

from stclip.registry import DATASETS

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
def build_keyframes(tmp_path, split_file):
    """A data set of keyframes below ``tmp_path``, built as configs do it.

    With ``tested``, both sources of boxes of the unseen actions.
    """

    def build(box_file, tested=False, **arguments):
        arguments = (
            dict(
                label_split=str(split_file),
                data_root=str(tmp_path),
                data_prefix=dict(video='videos'),
            )
            | arguments
        )
        if tested:
            arguments = (
                dict(
                    subset='test',
                    test_mode=True,
                    box_sources=['detected', 'ground_truth'],
                    det_file=box_file,
                )
                | arguments
            )
        return DATASETS.build(arguments)

    return build


@pytest.fixture
def write_json(tmp_path):
    def write(name, content):
        (tmp_path / name).write_text(json.dumps(content))
        return name

    return write
