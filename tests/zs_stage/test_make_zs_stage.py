"""The tool, as a user runs it."""

import json
import multiprocessing.dummy
import shutil
from types import SimpleNamespace

import cv2
import pytest

from stclip.zs_stage.actions import SINGLE_ACTIONS
from stclip.zs_stage.tracks import SIZES, plan_track
from tools import make_zs_stage

PLANS = plan_track('single', SIZES['tiny'])


def test_writes_what_it_promises(tiny_single):
    root = tiny_single.root
    assert sorted(path.name for path in root.iterdir()) == [
        'person_detection', 'single',
    ]  # fmt: skip
    single = root / 'single'
    names = {plan.name for plan in PLANS}
    assert {path.name for path in (single / 'frames').iterdir()} == names
    records = {path.stem for path in (single / 'records').iterdir()}
    assert records == names
    for plan in PLANS:
        files = sorted((single / 'frames' / plan.name).iterdir())
        assert [file.name for file in files] == [
            f'{number:05d}.jpg' for number in range(1, plan.frames + 1)
        ]
    written = sorted(path.name for path in (single / 'annotations').iterdir())
    assert written == ['labels.txt', 'test.json', 'train.json']
    detection = root / 'person_detection'
    written = sorted(path.name for path in detection.iterdir())
    assert written == ['train.json', 'val.json']


def test_says_how_much_it_wrote(tiny_single):
    """Five keyframes of each video, two pictures for the detector."""
    counts = {}
    for subset in ('train', 'test'):
        path = tiny_single.root / 'single' / 'annotations' / f'{subset}.json'
        counts[subset] = len(json.loads(path.read_text())['images'])
    assert counts == dict.fromkeys(counts, 5 * len(SINGLE_ACTIONS))
    lines = tiny_single.output.splitlines()
    assert any(line.startswith('single: 64/64 videos, ') for line in lines)
    assert f'single: keyframes {counts}' in lines
    assert "person detection: images {'train': 26, 'val': 26}" in lines


def contents(root):
    """{relative path: (bytes, time of writing)} of all files."""
    files = [path for path in root.rglob('*') if path.is_file()]
    return {
        file.relative_to(root): (file.read_bytes(), file.stat().st_mtime_ns)
        for file in files
    }


@pytest.fixture(scope='module')
def second_run(tiny_single):
    """Files before and after another run; one video was lost in between.

    Threads of this process save the time that a new one takes to start.
    """
    root, threads = tiny_single.root, cv2.getNumThreads()
    before = contents(root)
    shutil.rmtree(root / 'single' / 'frames' / 'clap_train_00')
    arguments = ['--size', 'tiny', '--tracks', 'single', '--workers', '1']
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr('sys.argv', ['make', '--out', str(root), *arguments])
        pools = SimpleNamespace(get_context=lambda kind: multiprocessing.dummy)
        patch.setattr(make_zs_stage, 'multiprocessing', pools)
        make_zs_stage.main()
    cv2.setNumThreads(threads)
    return before, contents(root)


def test_runs_again_without_rendering_anything(second_run):
    """Files of finished videos are not even touched."""
    before, after = second_run
    assert set(before) == set(after)
    kept = [
        file
        for file in before
        if file.parts[1] in ('frames', 'records')
        and 'clap_train_00' not in (file.stem, file.parent.name)
    ]
    assert len(kept) == 63 * 11
    for file in kept:
        assert before[file] == after[file], file


def test_lost_video_is_rendered_again_and_equal(second_run):
    before, after = second_run
    lost = [file for file in before if file.parent.name == 'clap_train_00']
    assert len(lost) == 10
    for file in lost:
        assert before[file][0] == after[file][0]
        assert before[file][1] != after[file][1]


def test_annotations_are_the_same_again(second_run):
    before, after = second_run
    files = [file for file in before if file.suffix in ('.json', '.txt')]
    assert len(files) == 64 + 3 + 2
    for file in files:
        assert before[file][0] == after[file][0]
