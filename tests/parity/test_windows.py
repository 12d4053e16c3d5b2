"""Windows around keyframes against the released ZS-JHMDB code's.

Every file ``$STCLIP_SHARED/fixtures/windows/*.json`` holds a ``table`` of
windows by the video's length and the keyframe.
"""

import json
import os
import re
from pathlib import Path

import pytest

from stclip.datasets.transforms import window_indices
from stclip.datasets.transforms.window import window_end

pytestmark = pytest.mark.shared
SHARED = Path(os.environ.get('STCLIP_SHARED', 'absent'))
FILES = sorted(SHARED.glob('fixtures/windows/*.json'))


def window_length(content):
    """2 m + 1, with m from the file or its closed form, ``...max(t-4,1)...``.

    The release's m, where a file tells none, is 4.
    """
    found = re.search(r't *- *(\d+)', content.get('closed_form', 't-4'))
    return 2 * int(content.get('m', found[1])) + 1


def test_there_are_reference_files():
    assert FILES


@pytest.mark.parametrize('path', FILES, ids=lambda path: path.stem)
def test_windows_of_the_released_code(path):
    content = json.loads(path.read_text())
    length = window_length(content)
    assert content['table']
    for key, frames in content['table'].items():
        num_frames, keyframe = map(int, key.split(','))
        expected = [frame - 1 for frame in frames]
        found = window_indices(keyframe - 1, num_frames, length)
        assert found == expected, key
        # Reading may stop before the end of the video without a difference.
        seen = min(num_frames, window_end(keyframe - 1, length))
        assert window_indices(keyframe - 1, seen, length) == expected, key
