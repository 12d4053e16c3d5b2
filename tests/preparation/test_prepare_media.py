"""Official downloads in small, prepared: what becomes of the videos."""

import json
import signal

import click
import pytest
from forks import run_python
from official_layouts import CLIPS, UCF
from synthetic_media import make_frames, write_empty_video, write_video

from stclip.preparation import media_check, prepare
from stclip.utils.errors import UserError

# Looks into two videos and is gone, without a word.
KILLED = """
import os, signal, sys
from stclip.cli.prepare import group
from stclip.preparation import media_check

seen, look = [], media_check.look_into

def killed(path):
    if len(seen) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    seen.append(path)
    return look(path)

media_check.look_into = killed
group.main(sys.argv[1:], standalone_mode=False)
"""


def videos_of(text):
    return [image['movie'] for image in json.loads(text)['images']]


def test_second_run_does_not_read_the_videos(jhmdb, run, looked_at):
    files = run('jhmdb')
    assert sorted(looked_at) == [clip.name for clip in CLIPS]
    assert run('jhmdb') == files
    assert len(looked_at) == len(CLIPS)


def test_killed_run_goes_on(ucf, run, monkeypatch, looked_at):
    look = media_check.look_into

    def killed(path):
        if len(looked_at) == 2:
            raise KeyboardInterrupt
        return look(path)

    with monkeypatch.context() as patch:
        patch.setattr(media_check, 'look_into', killed)
        with pytest.raises(click.Abort):
            run('ucf24')
    files = run('ucf24')
    assert len(looked_at) == len(set(looked_at)) == 3
    facts = json.loads(files['media.json'])
    assert {name: facts[name]['num_frames'] for name in facts} == {
        name.split('/')[1]: number for name, (number, _) in UCF.items()
    }


def start_anew(ucf, run, files):
    """Remove what was written and prepare again."""
    for name in files.keys() - {'testlist01.txt'}:
        (ucf / 'annotations' / name).unlink()
    return run('ucf24')


def test_killed_process_goes_on(ucf, run, looked_at):
    """SIGKILL: what is written then equals that of a run left in peace."""
    words = ['ucf24', '--root', str(ucf), '--workers', '1']
    process = run_python(KILLED, *words)
    assert process.returncode == -signal.SIGKILL
    folder = ucf / 'annotations'
    assert not (folder / 'media.json').exists()
    assert not (folder / 'train.json').exists()
    files = run('ucf24')
    assert len(looked_at) == 1
    assert start_anew(ucf, run, files) == files


def test_killed_between_two_files(ucf, run, monkeypatch, looked_at):
    write = prepare.write_keyframe_file

    def killed(path, *content):
        if path.name == 'test.json':
            raise KeyboardInterrupt
        write(path, *content)

    with monkeypatch.context() as patch:
        patch.setattr(prepare, 'write_keyframe_file', killed)
        with pytest.raises(click.Abort):
            run('ucf24')
    folder = ucf / 'annotations'
    assert (folder / 'train.json').exists()
    assert not (folder / 'test.json').exists()
    files = run('ucf24')
    assert len(looked_at) == 3
    assert start_anew(ucf, run, files) == files


def test_videos_without_a_frame(ucf, run):
    """A file of no bytes, and a container of no frames."""
    nothing = next(ucf.glob('videos/SalsaSpin/*.avi'))
    nothing.write_bytes(b'')
    empty = write_empty_video(next(ucf.glob('videos/Basketball/*.avi')))
    with pytest.raises(UserError, match='2 of 3 videos cannot be used'):
        run('ucf24')
    faults = (ucf / 'annotations' / 'faults.txt').read_text().splitlines()
    assert faults[0] == '2 x unreadable video: Download it again.'
    first, second = sorted(line.strip() for line in faults[1:])
    assert first == f'{empty} holds no video frame'
    assert second.startswith(f'{nothing} cannot be opened as a video: ')
    files = run('ucf24', '--allow-missing')
    assert json.loads(files['train.json'])['images'] == []
    assert set(videos_of(files['test.json'])) == {'v_Biking_g01_c02'}


def test_reencoded_videos(ucf, run):
    """Larger ones are as good as the original, cut ones are not."""
    larger, cut = (
        next(ucf.glob(f'videos/{name}/*.avi'))
        for name in ('SalsaSpin', 'Basketball')
    )
    expected = run('ucf24')
    # As YOWOv2's clips of UCF101-24: 340 x 256 for 320 x 240.
    write_video(larger, make_frames(3, 256, 340))
    files = run('ucf24')
    assert files | {'media.json': ''} == expected | {'media.json': ''}
    write_video(cut, make_frames(4, 48, 48))
    with pytest.raises(UserError, match='1 of 3 videos cannot be used'):
        run('ucf24')
    faults = (ucf / 'annotations' / 'faults.txt').read_text().splitlines()
    kind = 'video of other proportions than annotated'
    hint = 'Take the original, or scale it without cutting.'
    assert faults == [
        f'1 x {kind}: {hint}',
        f'    {cut.stem}: (48, 48), annotated (240, 320)',
    ]


def test_unusable_videos_stop_it(jhmdb, run, looked_at):
    frames = jhmdb / 'frames'
    (frames / 'clap' / 'c_clap_2').rename(jhmdb / 'elsewhere')
    for picture in (frames / 'run' / 'a_run_1').iterdir():
        picture.write_text('404')
    with pytest.raises(UserError, match=r'2 of 4 videos .*allow-missing'):
        run('jhmdb')
    folder = jhmdb / 'annotations'
    written = {'JHMDB-GT.pkl', 'media.json', 'faults.txt'}
    assert {path.name for path in folder.iterdir()} == written
    faults = (folder / 'faults.txt').read_text().splitlines()
    assert faults[0] == f'1 x missing video: Unpack it to {frames}.'
    assert faults[1].strip() == 'c_clap_2'
    assert faults[2] == '1 x unreadable video: Download it again.'
    assert str(frames / 'run' / 'a_run_1') in faults[3]
    # Mended or not, those that were good are not looked into again.
    looked_at.clear()
    files = run('jhmdb', '--allow-missing')
    assert looked_at == []
    assert videos_of(files['train.json']) == ['b_clap_1']
    assert videos_of(files['test.json']) == ['d_run_2']
    assert json.loads(files['summary.json'])['train']['videos'] == 1


def test_unreadable_video_file(ucf, run, capsys):
    path = next(ucf.glob('videos/SalsaSpin/*.avi'))
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(UserError, match='1 of 3 videos cannot be used'):
        run('ucf24')
    assert str(path) in capsys.readouterr().out


def test_keyframes_after_the_end_are_told_and_kept(jhmdb, run, capsys):
    (jhmdb / 'frames' / 'clap' / 'c_clap_2' / '00003.png').unlink()
    files = run('jhmdb')
    assert videos_of(files['test.json']).count('c_clap_2') == 3
    printed = capsys.readouterr().out
    assert '1 x keyframe after the last frame: kept' in printed
    assert files['faults.txt'].splitlines()[1].strip() == 'c_clap_2'


def test_annotations_only(jhmdb, run):
    (jhmdb / 'frames').rename(jhmdb / 'elsewhere')
    files = run('jhmdb', '--annotations-only')
    assert files.keys() == {
        'train.json',
        'test.json',
        'tubes.json',
        'summary.json',
        'faults.txt',
    }
    with pytest.raises(UserError, match=r'frames, does not exist'):
        run('jhmdb')
    assert (
        run('jhmdb', '--media', 'elsewhere')['test.json']
        == (files['test.json'])
    )
