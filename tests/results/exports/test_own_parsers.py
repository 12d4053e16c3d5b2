"""Exports read back by the tools that they are for, where these are.

They need OpenCV without windows, which cannot stand beside ours, so they are
in a Python of their own. To make it takes minutes, too many for each change:

    python -m venv /tmp/tools
    /tmp/tools/bin/pip install datumaro label-studio-sdk fiftyone
    STCLIP_EXPORT_TOOLS=/tmp/tools/bin/python \
        pytest tests/results/exports/test_own_parsers.py
"""

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
from followed_persons import (
    HEIGHT,
    LABELS,
    NUM_FRAMES,
    STRIDE,
    WIDTH,
    box_of,
    probs_of,
)

TOOLS = os.environ.get('STCLIP_EXPORT_TOOLS')
SIZE = (WIDTH, HEIGHT)
SEEN = [
    (frame, track_id, box_of(track_id, frame))
    for frame in range(0, NUM_FRAMES, STRIDE)
    for track_id in (1, 2)
    if box_of(track_id, frame)
]


def widths(box):
    x1, y1, x2, y2 = box
    return [x1, y1, x2 - x1, y2 - y1]


@pytest.fixture
def read(followed, tmp_path):
    """What the tools read in the forms of a result."""
    for name in ('cvat.xml', 'coco.json', 'mot.txt', 'labelstudio.json'):
        followed.save(tmp_path / f'a.{name}')
    script = Path(__file__).parents[2] / 'reference/export_tools.py'
    # FiftyOne notes in the home folder what its users do.
    quiet = dict(HOME=str(tmp_path), FIFTYONE_DO_NOT_TRACK='1')
    subprocess.run([TOOLS, script, tmp_path], check=True, env=quiet)
    return json.loads((tmp_path / 'read.json').read_text())


def answers_of(track_id, frame):
    """The action, and whether the person waves."""
    *exclusive, wave, none = probs_of(track_id, frame)
    names = [*LABELS.names[:2], 'none']
    return [names[np.argmax([*exclusive, none])], wave >= 0.5]


if TOOLS:

    def test_tools_read_what_was_seen(read):
        keys = [(0, 1), (12, 1), (20, 1), (28, 1), (40, 1)]
        keys += [(0, 2), (8, 2), (12, 2), (16, 2), (24, 2), (40, 2)]
        cvat = {(frame, i): rest for frame, i, *rest in read['cvat']}
        assert sorted(cvat) == sorted(keys)
        for (frame, track_id), (*box, outside, action) in cvat.items():
            assert outside == (box_of(track_id, frame) is None)
            if not outside:
                assert box == widths(box_of(track_id, frame))
            stands = track_id == 1 and 12 <= frame <= 24
            walks = 'walk' if track_id == 1 else 'none'
            assert action == (LABELS.names[1] if stands else walks)
        seen = {
            (number - 1, int(i)): (label, box, answers)
            for number, i, label, box, *answers in read['fiftyone']['boxes']
        }
        assert sorted(seen) == sorted(k for k in keys if box_of(*k[::-1]))
        for (frame, track_id), (label, box, answers) in seen.items():
            true = np.divide(widths(box_of(track_id, frame)), SIZE * 2)
            np.testing.assert_allclose(box, true, atol=1e-4)
            assert label == 'person'
            assert answers == answers_of(track_id, frame)
        action, wave = read['fiftyone']['attributes']
        assert action['categories'] == [*LABELS.names[:2], 'none']
        assert wave['name'] == 'wave'
        coco = sorted(
            [int(name.rpartition('/')[2]), i, *box]
            for name, i, *box, _ in read['coco']
        )
        assert coco == [[f, i, *widths(box)] for f, i, box in SEEN]
        assert sorted(read['mot']) == [
            [f + 1, i, *widths(box)] for f, i, box in SEEN
        ]
        assert read['label_studio'] == dict(
            fits=True,
            regions=dict(
                person_1=list(range(1, NUM_FRAMES + 1)),
                person_2=[*range(1, 14), *range(25, NUM_FRAMES + 1)],
            ),
        )
