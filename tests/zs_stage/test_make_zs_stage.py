"""The tool, as a user runs it."""

import json
import multiprocessing.dummy
import shutil

import cv2
import pytest
from other_writer import WAIT, other_process

from stclip.cli.prepare import zs_stage
from stclip.utils.errors import UserError
from stclip.zs_stage import rendering
from stclip.zs_stage.classes import ACTIONS
from stclip.zs_stage.tracks import SIZES, TRACKS, plan_track

PLANS = {track: plan_track(track, SIZES['tiny']) for track in TRACKS}
ANNOTATIONS = {
    'single': ['labels.txt', 'test.json', 'train.json'],
    'idle': ['labels.txt', 'test.json', 'train.json'],
    'multi': ['action_list.pbtxt', 'test.csv', 'train.csv'],
}


def test_writes_what_it_promises(tiny_stage):
    root = tiny_stage.root
    assert sorted(path.name for path in root.iterdir()) == [
        'idle', 'multi', 'person_detection', 'single',
    ]  # fmt: skip
    for track, plans in PLANS.items():
        folder = root / track
        names = {plan.name for plan in plans}
        assert {path.name for path in (folder / 'frames').iterdir()} == names
        records = {path.stem for path in (folder / 'records').iterdir()}
        assert records == names
        for plan in plans:
            files = sorted((folder / 'frames' / plan.name).iterdir())
            assert [file.name for file in files] == [
                f'{number:05d}.jpg' for number in range(1, plan.frames + 1)
            ]
        written = sorted(p.name for p in folder.glob('annotations/*'))
        assert written == ANNOTATIONS[track]
    detection = root / 'person_detection'
    written = sorted(path.name for path in detection.iterdir())
    assert written == ['train.json', 'val.json']


def test_says_how_much_it_wrote(tiny_stage):
    """Of each video five or two keyframes, or four for the detector."""
    counts = {}
    for subset in ('train', 'test'):
        path = tiny_stage.root / 'single' / 'annotations' / f'{subset}.json'
        counts[subset] = len(json.loads(path.read_text())['images'])
    assert counts == dict.fromkeys(counts, 3 * len(ACTIONS))
    lines = tiny_stage.output.splitlines()
    assert any(line.startswith('single: 120/120 videos, ') for line in lines)
    assert f'single: keyframes {counts}' in lines
    assert any(line.startswith('multi: 22/22 videos, ') for line in lines)
    assert "multi: keyframes {'train': 30, 'test': 14}" in lines
    assert any(line.startswith('idle: 6/6 videos, ') for line in lines)
    images = dict(train=4 * 4, val=2 * 4)
    assert f'person detection: images {images}' in lines


def contents(root):
    """{relative path: (bytes, time of writing)} of all files."""
    files = [path for path in root.rglob('*') if path.is_file()]
    return {
        file.relative_to(root): (file.read_bytes(), file.stat().st_mtime_ns)
        for file in files
    }


def make_again(root, *arguments):
    """Run the tool here.

    Threads of this process save the time that a new one takes to start.
    """
    arguments = ['--out', str(root), '--size', 'tiny', *arguments]
    threads = cv2.getNumThreads()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rendering, 'worker_pool', multiprocessing.dummy.Pool)
        zs_stage.main([*arguments, '--workers', '1'], standalone_mode=False)
    cv2.setNumThreads(threads)


@pytest.fixture(scope='module')
def second_run(tiny_stage, tmp_path_factory):
    """Files before and after another run; one video was lost in between."""
    root = tmp_path_factory.mktemp('second') / 'stage'
    shutil.copytree(tiny_stage.root, root)
    before = contents(root)
    shutil.rmtree(root / 'single' / 'frames' / 'clap_train_00')
    make_again(root)
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
    assert len(kept) == (119 + 6) * 11 + 22 * 25
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
    files = [file for file in before if file.suffix != '.jpg']
    assert len(files) == 120 + 6 + 22 + 3 + 3 + 3 + 2
    for file in files:
        assert before[file][0] == after[file][0]


@pytest.mark.parametrize('track', TRACKS)
def test_only_idle_people_are_for_detectors(
    tiny_stage, tmp_path, capsys, track
):
    shutil.copytree(tiny_stage.root / track, tmp_path / track)
    shutil.rmtree(tmp_path / track / 'annotations', ignore_errors=True)
    make_again(tmp_path, '--tracks', track)
    written = sorted(p.name for p in tmp_path.glob(f'{track}/annotations/*'))
    assert written == ANNOTATIONS[track]
    detection = sorted(p.name for p in tmp_path.glob('person_detection/*'))
    output = capsys.readouterr().out
    if track == 'idle':
        assert detection == ['train.json', 'val.json']
        assert 'person detection: images' in output
    else:
        assert detection == []
        assert 'person detection' not in output


def test_what_a_killed_run_began_is_removed(tiny_stage, tmp_path, monkeypatch):
    """Also of videos that are finished by now, and so not begun again."""
    root = shutil.copytree(tiny_stage.root, tmp_path / 'stage')
    frames = root / 'single' / 'frames' / '.run_train_00.part'
    frames.mkdir()
    (frames / '00001.jpg').touch()
    film = root / 'multi' / 'videos' / '.crowd_train_000.part.mp4'
    film.parent.mkdir()
    film.touch()
    monkeypatch.setattr(rendering, '_render', lambda *args: None)
    rendering.render_stage(root)
    assert not frames.exists() and not film.exists()
    assert len(list(root.glob('single/frames/*'))) == len(PLANS['single'])


def test_second_process_is_refused(tmp_path):
    held = f"with outputs.own_folder(Path({str(tmp_path)!r}), '--out'): {WAIT}"
    with other_process(held) as other:
        message = f'being written by process {other.pid} .* another --out'
        with pytest.raises(UserError, match=message):
            rendering.render_stage(tmp_path)
    assert list(tmp_path.iterdir()) == []
