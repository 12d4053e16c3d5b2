"""Windows around keyframes against the released ZS-JHMDB code's."""

import json

import pytest

from stclip.datasets.transforms import window_indices
from stclip.datasets.transforms.window import window_end


@pytest.mark.shared
def test_windows_of_the_released_code(shared_dir):
    path = shared_dir / 'fixtures' / 'windows' / 'neighbour_index.json'
    table = json.loads(path.read_text())['table']
    assert len(table) > 100
    for key, frames in table.items():
        length, keyframe = map(int, key.split(','))
        expected = [frame - 1 for frame in frames]
        assert window_indices(keyframe - 1, length, 9) == expected, key
        # Reading may stop before the end of the video without a difference.
        seen = min(length, window_end(keyframe - 1, 9))
        assert window_indices(keyframe - 1, seen, 9) == expected, key
