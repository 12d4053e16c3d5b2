"""``stclip infer`` on folders, patterns, ranges of time and streams."""

import csv
import errno
import itertools
import json
import os
import shutil
from pathlib import Path

import pytest
from command_line import call
from file_server import server
from live_server import HttpServer, mjpeg
from synthetic_media import decode_all
from walking_squares import let_detect, write_clip

from stclip.apis.inferencer import ActionInferencer
from stclip.cli import infer_run
from stclip.cli.infer import command

__all__ = ['server']

LABELS = ('--labels', 'walk, stand up')


@pytest.fixture
def options(config, detector, tmp_path, monkeypatch):
    """A tiny CLIP and the folder of the results."""
    let_detect(detector, monkeypatch.setattr)
    return [
        *LABELS,
        *write_clip(config, tmp_path),
        *('--out', tmp_path / 'out'),
    ]


@pytest.fixture
def folder(video, tmp_path):
    """Three videos, the second of which is none."""
    folder = tmp_path / 'videos'
    folder.mkdir()
    for name in 'ac':
        shutil.copy(video, folder / f'{name}.mp4')
    (folder / 'b.mp4').write_text('no video')
    return folder


def keyframes_of(path):
    return [k['frame_idx'] for k in json.loads(path.read_text())['keyframes']]


def results_of(*stems):
    kinds = ('json', 'mp4', 'png')
    return sorted(f'{stem}.{kind}' for stem in stems for kind in kinds)


def test_a_folder_of_which_one_is_broken(folder, options, tmp_path, capsys):
    code, _, error = call(capsys, command, folder, *options)
    assert code == 2
    left_out, *_, last = error.splitlines()
    assert left_out.startswith('left out: ')
    assert 'b.mp4 cannot be opened' in left_out
    assert last.startswith(
        f'error: 2 of 3 videos are done; 1 failed: {folder}/b.mp4; '
    )
    assert sorted(os.listdir(tmp_path / 'out')) == results_of('a', 'c')
    assert keyframes_of(tmp_path / 'out' / 'c.json') == [0, 8, 16, 24]
    # One bar over all, each frame looked at and drawn.
    assert '120/120' in error
    assert '2 of 2, c: drawing' in error


def test_resume_looks_at_what_is_left(
    folder, video, options, tmp_path, capsys, monkeypatch
):
    call(capsys, command, folder, *options)
    before = (tmp_path / 'out' / 'a.json').stat().st_mtime_ns
    shutil.copy(video, folder / 'b.mp4')
    seen = []
    usual = infer_run.InferRun.one

    def noting(run, wanted):
        seen.append(wanted.stem)
        return usual(run, wanted)

    monkeypatch.setattr(infer_run.InferRun, 'one', noting)
    arguments = (f'{folder}/*.mp4', *options, '--resume')
    code, out, _ = call(capsys, command, *arguments)
    assert (code, seen) == (0, ['b'])
    assert '1 of 3 videos are done, 2 were before' in out
    assert sorted(os.listdir(tmp_path / 'out')) == results_of('a', 'b', 'c')
    assert (tmp_path / 'out' / 'a.json').stat().st_mtime_ns == before


@pytest.fixture
def finished(folder, options, tmp_path, capsys):
    """Arguments of a run over one video that is done."""
    (folder / 'b.mp4').unlink()
    (folder / 'c.mp4').unlink()
    arguments = (folder, *options)
    assert call(capsys, command, *arguments)[0] == 0
    return *arguments, '--resume'


def test_results_of_another_request_are_neither_skipped_nor_replaced(
    finished, tmp_path, capsys
):
    path = tmp_path / 'out' / 'a.json'
    before = path.read_bytes()
    for words, named in (
        (('--labels', 'swim, run'), 'labels'),
        (('--independent',), 'labels'),
        (('--background', 'stand'), 'background'),
        (('--stride', 7), 'stride'),
        (('--from', '1', '--to', '2'), 'start_sec, end_sec'),
        (('--detect-every', 2), 'detect_every'),
        (('--smooth', 0.5), 'smooth'),
        (('--no-track',), 'track, smooth'),
        (('--threshold', 0.4), 'threshold'),
        (('--show-from', 0.3), 'show_from'),
        (('--stride', 7, '--threshold', 0.4), 'stride, threshold'),
        # Only the last digits may differ.
        (('--batch-size', 3), None),
        # What was the default.
        (('--smooth', 1), None),
    ):
        code, out, error = call(capsys, command, *finished, *words)
        if named:
            start = f'error: {path} is there already, of other {named}: '
            assert code == 2
            assert error.splitlines()[-1].startswith(start)
        else:
            assert (code, '1 were before' in out) == (0, True)
        assert path.read_bytes() == before
    # Files that have changed since.
    for changed, named in (
        ('clip.pt', 'model'),
        ('videos/a.mp4', 'video, model'),
    ):
        os.utime(tmp_path / changed, ns=(0, 0))
        code, _, error = call(capsys, command, *finished)
        assert code == 2
        assert f'a.json is there already, of other {named}: ' in error


def test_results_that_do_not_tell_what_they_are_of(finished, tmp_path, capsys):
    path = tmp_path / 'out' / 'a.json'
    told = json.loads(path.read_text())
    for request in ({}, None, 3):
        path.write_text(json.dumps(dict(told, request=request), indent=1))
        code, _, error = call(capsys, command, *finished)
        assert code == 2
        assert 'a.json is there already, and does not tell what' in error


def test_weights_are_asked_for_once(
    folder, video, options, tmp_path, capsys, server
):
    shutil.copy(video, folder / 'b.mp4')
    file = tmp_path / 'clip.pt'
    url = server.serve('/clip.pt', file.read_bytes())
    words = ['--clip', f'{tmp_path}/clip.json:{url}']
    code, _, _ = call(capsys, command, folder, *options, *words)
    assert code == 0
    # Whether it is there, and the file itself.
    assert server.asked == ['/clip.pt'] * 2
    code, _, _ = call(capsys, command, folder, *options, *words, '--resume')
    assert code == 0
    assert server.asked == ['/clip.pt'] * 2


def test_an_interrupted_folder_goes_on(
    folder, video, options, tmp_path, capsys, monkeypatch
):
    shutil.copy(video, folder / 'b.mp4')
    arguments = (folder, *options, '--batch-size', 2)
    assert call(capsys, command, *arguments)[0] == 0
    whole = {
        path.name: path.read_bytes()
        for path in (tmp_path / 'out').glob('*.json')
    }
    shutil.rmtree(tmp_path / 'out')
    usual = ActionInferencer._classify
    calls = []

    def interrupted(self, *args):
        calls.append(args)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return usual(self, *args)

    monkeypatch.setattr(ActionInferencer, '_classify', interrupted)
    assert call(capsys, command, *arguments)[0] == 130
    left = [*results_of('a'), 'b.jsonl']
    assert sorted(os.listdir(tmp_path / 'out')) == left
    assert call(capsys, command, *arguments, '--resume')[0] == 0
    # Two batches of b and c each; one of b was there.
    assert len(calls) == 4 + 3
    for name, content in whole.items():
        assert (tmp_path / 'out' / name).read_bytes() == content


def test_all_are_broken(folder, options, tmp_path, capsys):
    code, _, error = call(
        capsys, command, folder / 'b.mp4', 'no.mp4', *options
    )
    assert code == 2
    assert '0 of 2 videos are done; 2 failed: ' in error.splitlines()[-1]


def test_a_range_of_time_in_seconds(video, options, tmp_path, capsys):
    words = ('--from', '0:01', '--to', '00:00:02.1', '--stride', '0.4s')
    code, _, _ = call(capsys, command, video, *options, *words)
    assert code == 0
    told = json.loads((tmp_path / 'out' / 'squares.json').read_text())
    numbers = [keyframe['frame_idx'] for keyframe in told['keyframes']]
    assert numbers == [10, 14, 18]
    assert (told['start_frame'], told['num_frames']) == (10, 22)
    drawn = decode_all(tmp_path / 'out' / 'squares.mp4')
    assert len(drawn) == 12


@pytest.fixture
def live(video, monkeypatch):
    """A camera that shows the video again and again."""
    monkeypatch.setenv('no_proxy', '127.0.0.1')
    pictures = list(mjpeg(decode_all(video)))

    def script(number):
        for picture in itertools.cycle(pictures):
            yield picture
            if server.over.wait(0.005):  # 200 frames a second
                return

    server = HttpServer(script)
    yield server
    server.stop()


def test_a_stream_until_its_seconds_are_over(live, options, tmp_path, capsys):
    words = (live.url, *options, '--max-seconds', 0.5, '--stride', '0.001s')
    code, out, _ = call(capsys, command, *words)
    assert not live.over.is_set()
    assert code == 0
    (name,) = os.listdir(tmp_path / 'out')
    assert name.endswith('live.json')
    last = keyframes_of(tmp_path / 'out' / name)[-1]
    assert f' of {last + 1} frames' in out


def test_ctrl_c_ends_a_stream_with_its_files(
    live, options, tmp_path, capsys, detector, monkeypatch
):
    calls = []

    def interrupted(images):
        calls.append(len(images))
        if len(calls) == 3:
            raise KeyboardInterrupt
        return detector(images)

    let_detect(interrupted, monkeypatch.setattr)
    words = (live.url, *options, '--stride', '0.001s', '--format', 'csv')
    code, out, _ = call(capsys, command, *words)
    assert code == 0
    table, result = sorted((tmp_path / 'out').iterdir())
    told = json.loads(result.read_text())
    assert f' on 2 keyframes of {told["num_frames"]} frames' in out
    numbers = keyframes_of(result)
    assert len(numbers) == 2 and numbers[-1] < told['num_frames']
    rows = csv.DictReader(table.read_text().splitlines())
    assert {int(row['frame']) for row in rows} == set(numbers)


def test_what_a_stream_has_shown_is_kept_without_room(
    live, options, tmp_path, capsys, monkeypatch
):
    usual, calls = Path.open, []

    def full(path, *words, **options):
        if path.suffix == '.jsonl' and words:
            calls.append(path)
            if len(calls) == 3:
                raise OSError(errno.ENOSPC, 'full')
        return usual(path, *words, **options)

    words = (live.url, *options, '--stride', '0.001s')
    with monkeypatch.context() as patch:
        patch.setattr(Path, 'open', full)
        code, _, error = call(capsys, command, *words)
    assert code == 2
    (kept,) = (tmp_path / 'out').iterdir()
    line = error.splitlines()[-1]
    assert line.startswith(f'error: {kept} cannot be written')
    # It cannot be looked at again.
    assert '--resume' not in line and 'each of its lines is a key' in line
    before = kept.read_bytes()
    lines = [json.loads(line) for line in before.splitlines()]
    assert ['frame_idx' in line for line in lines] == [False, True, True]
    code, _, error = call(capsys, command, *words)
    assert code == 2 and kept.read_bytes() == before
    assert f'error: {kept} holds what an interrupted run has' in error
    assert 'another --out keeps it, --overwrite starts' in error


def test_a_stream_is_given_alone_and_anew(live, video, options, capsys):
    for words, error in (
        ((video,), 'is live: give it to a command of its own'),
        (('--resume',), 'is live: leave out --resume'),
        (('--fps', 5), 'is live: leave out --fps'),
    ):
        code, _, told = call(capsys, command, live.url, *words, *options)
        assert code == 2
        assert error in told
