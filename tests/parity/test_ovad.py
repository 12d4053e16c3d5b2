"""OpenMixer's evaluation: every AP and every tube of the reference numbers.

Every file ``$STCLIP_SHARED/fixtures/ovad_eval*/*.json`` but ``meta.json``
holds annotated tubes, detections and what the release makes of them.
"""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from stclip.cli.command import run
from stclip.cli.main import group
from stclip.evaluation.ovad_file import read_open_vocabulary

pytestmark = pytest.mark.shared
SHARED = Path(os.environ.get('STCLIP_SHARED', 'absent'))
FILES = [
    path
    for path in sorted(SHARED.glob('fixtures/ovad_eval*/*.json'))
    if path.name != 'meta.json'
]


def test_there_are_reference_files():
    assert FILES


@pytest.fixture(
    scope='module', params=FILES, ids=lambda p: '/'.join(p.parts[-2:])
)
def path(request):
    return request.param


@pytest.fixture(scope='module')
def result(path, tmp_path_factory):
    out = tmp_path_factory.mktemp('ovad') / 'result.json'
    words = ['eval', 'ovad', '--gt', path, '--pred', path, '--json', out]
    run(group, [str(word) for word in words], 'stclip')
    return json.loads(out.read_text())


def by_name(released, percent):
    """APs and means of the release by our names, in percent."""
    found = {}
    for key, value in released.items():
        name = key.rpartition('/')[2]
        if '(' in name:
            name = name.partition('(')[2].rstrip(')')
        elif key.startswith('PascalBoxes_Precision'):
            name = 'mean'
        found[name] = value if percent else 100 * value
    return found


def flat(values):
    parts = {key: values[key] for key in ('base', 'novel', 'mean')}
    return parts | values['per_class']


def test_video_ap(path, result):
    expected = by_name(
        json.loads(path.read_text())['expected']['video_ap'], True
    )
    ours = flat(result['own_part']['video_released_ap'])
    assert ours == pytest.approx(expected, abs=1e-6)


def test_frame_ap(path, result):
    """UCF101-24's is 0 as released; the repaired one has no means."""
    expected = json.loads(path.read_text())['expected']
    repaired = expected.get('frame_ap_keys_repaired', expected['frame_ap'])
    expected = by_name(repaired, False)
    ours = flat(result['own_part']['frame_ap'])
    assert {k: ours[k] for k in expected} == pytest.approx(expected, abs=1e-6)
    assert (
        result['own_part']['frame_ap']['per_class'].keys() <= expected.keys()
    )


def test_tubes(path, result):
    """Number, order, frames, corners and scores of the tubes of each part."""
    expected = json.loads(path.read_text())['tubes']
    ours, _ = read_open_vocabulary(path, path)
    linked = ours.linked
    for part, by_action in expected.items():
        names = [
            n for n in ours.vocabulary if (n in ours.base) == (part == 'base')
        ]
        columns = [ours.vocabulary.index(name) for name in names]
        scores = ours.tube_scores(np.array(columns))
        tubes = [
            t
            for t, video in enumerate(linked.video_idx)
            if ours.videos[video].action in names
        ]
        assert by_action.keys() == set(names)
        for column, name in enumerate(names):
            theirs = by_action[name]
            assert len(theirs) == len(tubes) == result['num_tubes'][part]
            for tube, (video, score, frames, ends) in zip(
                tubes, theirs, strict=True
            ):
                found = ours.videos[linked.video_idx[tube]]
                rows = linked.rows[tube]
                assert found.name == video
                assert (found.frames[rows] + 1).tolist() == frames
                corners = found.boxes[rows].round()[[0, -1]]
                np.testing.assert_array_equal(corners, ends)
                assert scores[tube, column] == pytest.approx(score, abs=1e-6)


def test_a_sharp_test(result):
    """Letting all actions compete moves what is neither all nor nothing."""
    own, harder = (
        flat(result[key]['video_released_ap'])
        for key in ('own_part', 'all_classes')
    )
    if not set(own.values()) <= {0, 100, None}:
        assert own != pytest.approx(harder, abs=1e-3)


def test_the_released_span_is_told_from_counted_frames():
    """On some file; on others no tube lies between the two."""
    moved = []
    for path in FILES:
        found = read_open_vocabulary(path, path)[0].evaluate('own_part')
        counted, released = found['video'], found['video_released']
        moved.append(np.abs(counted - released).max() > 1e-3)
    assert any(moved)
