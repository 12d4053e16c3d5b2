"""``stclip infer`` that is killed, stopped or out of room, and goes on."""

import json
import os
import shutil
import signal

import av
import numpy as np
import pytest
import torch
from command_line import call
from forks import run_python
from synthetic_media import make_frames, write_frames
from walking_squares import let_detect

from stclip.apis import assignment
from stclip.apis.action_models import ActionModel
from stclip.apis.annotation_request import request_of
from stclip.cli.infer import command
from stclip.labels.label_space import LabelSpace
from stclip.models.clip import build_clip
from stclip.utils.errors import UserError
from stclip.video.writer import VideoWriter

WALK = LabelSpace(('walk',))
NAMES = ('squares.json', 'squares.png', 'squares.mp4')
# Keyframes 0, 2 ... 28, so that the last batch of four is not whole.
STRIDE, BATCH, KEYFRAMES = 2, 4, 15
# A process that calls one function and dies at, or amidst, its n-th call.
CHILD = """
import os, resource, signal, sys
from stclip.cli.infer import command
from stclip.cli.command import run
from stclip.apis import keyframe_lines
from stclip.results import video_actions
import walking_squares

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def dying(kind, name, number, act=die):
    usual, calls = getattr(kind, name), []
    def call(*args, **options):
        calls.append(args)
        if len(calls) == number:
            act(*args)
        return usual(*args, **options)
    setattr(kind, name, call)

def half(lines, line, mend):
    with lines.path.open('ab') as file:
        file.write(line[:40])
    die()

Lines, Video = keyframe_lines.KeyframeLines, video_actions.VideoActions
walking_squares.let_detect(walking_squares.find_squares)
{body}
run(command, sys.argv[1:])
"""
KILLS = {
    'before the first': (0, 'dying(Lines, "_append", 1)'),
    'amidst the first': (0, 'dying(Lines, "_append", 1, half)'),
    'in a batch': (3, 'dying(Lines, "_append", 4)'),
    'amidst a line': (8, 'dying(Lines, "_append", 9, half)'),
    'amidst the end': (15, 'dying(Lines, "_append", 16, half)'),
    'at the end': (15, 'dying(Video, "save_json", 1)'),
    'after the file': (15, 'dying(Video, "save_contact_sheet", 1)'),
    'while drawing': (15, 'dying(video_actions.VideoWriter, "write", 20)'),
    'when all is done': (15, 'dying(Lines, "remove", 1)'),
}


@pytest.fixture(scope='module')
def home(tmp_path_factory):
    """Folder of film, model, and the results of an undisturbed run."""
    return tmp_path_factory.mktemp('home')


@pytest.fixture
def arguments(config, video, detector, home, monkeypatch):
    """Of the command but for the folder of the results."""
    let_detect(detector, monkeypatch.setattr)
    if not (home / 'squares.mp4').exists():
        arch = dict(config.model.clip.arch)
        (home / 'clip.json').write_text(json.dumps(dict(model_cfg=arch)))
        torch.save(build_clip(arch, None).state_dict(), home / 'clip.pt')
        shutil.copy(video, home / 'squares.mp4')
    return [
        *(home / 'squares.mp4', '--labels', 'walk, stand up'),
        *('--stride', STRIDE),
        *('--clip', f'{home}/clip.json:{home}/clip.pt'),
        # Smoothed values are known when all keyframes are.
        *('--batch-size', BATCH, '--smooth', 0),
    ]


@pytest.fixture
def whole(arguments, home, capsys):
    """Results of a run that nothing interrupts."""
    out = home / 'whole'
    if not out.exists():
        assert call(capsys, command, *arguments, '--out', out)[0] == 0
    assert sorted(os.listdir(out)) == sorted(NAMES)
    return out


@pytest.fixture
def resume(arguments, tmp_path, capsys):
    """Go on in the folder of the interrupted run; code and last line."""

    def run(*options):
        words = (*arguments, '--out', tmp_path / 'out', *options)
        code, _, error = call(capsys, command, *words)
        return code, error.splitlines()[-1]

    return run


def start(arguments, out, body):
    """Run the command in a process of its own."""
    return run_python(CHILD.format(body=body), *arguments, '--out', out)


def lines_of(out):
    """Keyframes on whole lines."""
    path = out / 'squares.jsonl'
    text = path.read_text() if path.exists() else ''
    lines = [json.loads(line) for line in text.split('\n')[:-1]]
    return [line for line in lines if 'frame_idx' in line]


def frames_of(path):
    with av.open(str(path)) as container:
        return [
            (frame.pts, frame.to_ndarray(format='rgb24'))
            for frame in container.decode(video=0)
        ]


def assert_same(out, expected):
    assert sorted(os.listdir(out)) == sorted(NAMES)
    for name in NAMES[:2]:
        assert (out / name).read_bytes() == (expected / name).read_bytes()
    pairs = zip(frames_of(out / NAMES[2]), frames_of(expected / NAMES[2]))
    for (time, frame), (other_time, other) in pairs:
        assert time == other_time
        np.testing.assert_array_equal(frame, other)


@pytest.mark.parametrize('kill', KILLS)
def test_what_a_killed_run_has_found_is_kept(
    arguments, whole, resume, tmp_path, kill
):
    kept, body = KILLS[kill]
    out = tmp_path / 'out'
    assert start(arguments, out, body).returncode == -signal.SIGKILL
    expected = json.loads((whole / 'squares.json').read_text())['keyframes']
    assert lines_of(out) == expected[:kept]
    if (out / 'squares.jsonl').exists():
        before = (out / 'squares.jsonl').read_bytes()
        code, error = resume()
        assert code == 2 and 'squares.jsonl holds what' in error
        assert '--resume' in error
        assert (out / 'squares.jsonl').read_bytes() == before
    assert resume('--resume')[0] == 0
    assert_same(out, whole)


def test_no_room_on_the_disk(arguments, whole, resume, tmp_path):
    limit = 'resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))'
    done = start(arguments, tmp_path / 'out', limit)
    assert done.returncode == 2
    line = done.output.splitlines()[-1]
    assert line.startswith(f'error: {tmp_path}/out/squares.jsonl cannot be')
    assert 'File too large' in line and '--resume' in line
    assert 0 < len(lines_of(tmp_path / 'out')) < KEYFRAMES
    assert resume('--resume')[0] == 0
    assert_same(tmp_path / 'out', whole)


def test_ctrl_c_while_looking(
    arguments, whole, resume, tmp_path, capsys, monkeypatch, detector
):
    seen = []

    def interrupted(frames):
        seen.extend(frames)
        if len(seen) > 2 * BATCH:
            raise KeyboardInterrupt
        return detector(frames)

    let_detect(interrupted, monkeypatch.setattr)
    words = (*arguments, '--out', tmp_path / 'out')
    code, _, error = call(capsys, command, *words)
    assert code == 130
    assert f'{tmp_path}/out/squares.jsonl is kept; --resume' in error
    looked = []

    def counted(frames):
        looked.extend(frames)
        return detector(frames)

    let_detect(counted, monkeypatch.setattr)
    assert resume('--resume')[0] == 0
    assert len(looked) == KEYFRAMES - 2 * BATCH
    assert_same(tmp_path / 'out', whole)


def test_ctrl_c_while_drawing(
    arguments, whole, resume, tmp_path, capsys, monkeypatch
):
    def interrupt(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(VideoWriter, 'write', interrupt)
        words = (*arguments, '--out', tmp_path / 'out')
        assert call(capsys, command, *words)[0] == 130
    for name in NAMES[:2]:
        content = (tmp_path / 'out' / name).read_bytes()
        assert content == (whole / name).read_bytes()
    # Nothing is looked at again, so no model is built.
    monkeypatch.setattr(assignment, 'inferencer_of', None)
    assert resume('--resume')[0] == 0
    assert_same(tmp_path / 'out', whole)


@pytest.fixture
def unfinished(resume, tmp_path, detector, monkeypatch):
    """One batch was looked at."""
    seen = []

    def failing(frames):
        seen.extend(frames)
        if len(seen) > BATCH:
            raise UserError('enough')
        return detector(frames)

    with monkeypatch.context() as patch:
        let_detect(failing, patch.setattr)
        assert resume() == (2, 'error: enough')
    return tmp_path / 'out' / 'squares.jsonl'


@pytest.fixture
def touch():
    """Let a file look old, during a test."""
    times = {}

    def touch(path):
        times[path] = path.stat().st_mtime_ns
        os.utime(path, ns=(0, 0))

    yield touch
    for path, time in times.items():
        os.utime(path, ns=(0, time))


@pytest.mark.parametrize(
    'change, options, named',
    [
        (None, ['--labels', 'walk, sit'], 'labels'),
        (None, ['--labels', 'stand up, walk'], 'labels'),
        (None, ['--stride', 3], 'stride'),
        (None, ['--box-threshold', 0.4], 'box_threshold'),
        (None, ['--strict'], 'strict'),
        (None, ['--amp'], 'amp'),
        ('squares.mp4', [], 'video'),
        ('clip.pt', [], 'model'),
        ('clip.json', [], 'model'),
    ],
)
def test_another_request_is_refused(
    unfinished, resume, home, touch, change, options, named
):
    before = unfinished.read_bytes()
    if change:
        touch(home / change)
    code, error = resume('--resume', *options)
    assert code == 2
    assert error.startswith(
        f'error: {unfinished} was begun with other values of {named}: '
    )
    assert unfinished.read_bytes() == before


def test_another_request_replaces_it_where_asked(unfinished, resume):
    assert resume('--overwrite', '--labels', 'walk, sit')[0] == 0
    assert not unfinished.exists()
    content = json.loads((unfinished.parent / 'squares.json').read_text())
    assert content['labels'] == ['walk', 'sit']
    assert len(content['keyframes']) == KEYFRAMES


def test_batches_of_another_size_may_go_on(unfinished, resume, whole):
    assert resume('--resume', '--batch-size', 3)[0] == 0
    content = json.loads((unfinished.parent / 'squares.json').read_text())
    expected = json.loads((whole / 'squares.json').read_text())
    pairs = zip(content['keyframes'], expected['keyframes'], strict=True)
    for keyframe, other in pairs:
        assert keyframe['frame_idx'] == other['frame_idx']
        for person, same in zip(
            keyframe['persons'], other['persons'], strict=True
        ):
            assert person['bbox'] == same['bbox']
            np.testing.assert_allclose(
                list(person['actions'].values()),
                list(same['actions'].values()),
                atol=2e-5,
            )


@pytest.mark.parametrize('line', [2, 4])
@pytest.mark.parametrize('content', ['{', '[]', '{"frame_idx": 2}', '{}'])
def test_damaged_lines_are_named(unfinished, resume, line, content):
    lines = unfinished.read_text().splitlines()
    lines[line - 1] = content
    unfinished.write_text('\n'.join(lines) + '\n')
    code, error = resume('--resume')
    assert code == 2
    assert f'{unfinished}, line {line} is damaged; --overwrite' in error


def test_nothing_to_go_on_with(resume, whole, tmp_path):
    assert resume('--resume')[0] == 0
    assert_same(tmp_path / 'out', whole)
    code, error = resume('--resume')
    assert code == 2 and 'squares.json is there already' in error


def test_a_folder_of_frames_that_has_changed(tmp_path, touch):
    folder = write_frames(tmp_path / 'clip', make_frames(3))
    stage = ActionModel.of('stage')
    before = request_of(folder, WALK, stage, 8)
    assert request_of(str(folder), WALK, stage, 8) == before
    touch(sorted(folder.iterdir())[1])
    after = request_of(folder, WALK, stage, 8)
    assert [key for key in after if after[key] != before[key]] == ['video']
