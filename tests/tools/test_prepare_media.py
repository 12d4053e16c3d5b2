"""Official downloads in small, prepared: what becomes of the videos."""

import json

import pytest
from official_layouts import CLIPS, UCF

from stclip.preparation import media_check


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
        with pytest.raises(KeyboardInterrupt):
            run('ucf24')
    files = run('ucf24')
    assert len(looked_at) == len(set(looked_at)) == 3
    facts = json.loads(files['media.json'])
    assert {name: facts[name]['num_frames'] for name in facts} == {
        name.split('/')[1]: number for name, (number, _) in UCF.items()
    }


def test_unusable_videos_stop_it(jhmdb, run, looked_at):
    frames = jhmdb / 'frames'
    (frames / 'clap' / 'c_clap_2').rename(jhmdb / 'elsewhere')
    (frames / 'run' / 'a_run_1' / '00001.png').write_text('404')
    with pytest.raises(SystemExit, match=r'2 of 4 videos .*allow-missing'):
        run('jhmdb')
    folder = jhmdb / 'annotations'
    written = {'JHMDB-GT.pkl', 'media.json', 'faults.txt'}
    assert {path.name for path in folder.iterdir()} == written
    faults = (folder / 'faults.txt').read_text().splitlines()
    assert faults[0] == f'1 x missing video: Unpack it to {frames}.'
    assert faults[1].strip() == 'c_clap_2'
    assert faults[2] == '1 x unreadable video: Download it again.'
    assert str(frames / 'run' / 'a_run_1' / '00001.png') in faults[3]
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
    with pytest.raises(SystemExit, match='1 of 3 videos cannot be used'):
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
    with pytest.raises(SystemExit, match=r'frames, does not exist'):
        run('jhmdb')
    assert (
        run('jhmdb', '--media', 'elsewhere')['test.json']
        == (files['test.json'])
    )
