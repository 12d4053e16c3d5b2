import json
import os
import signal

import numpy as np
import pytest
from forks import run_python
from synthetic_media import (
    make_frames,
    write_empty_video,
    write_frames,
    write_video,
)

from stclip.preparation import media_check
from stclip.preparation.media_check import MediaFacts, check_media, look_into


@pytest.fixture
def looked_at(monkeypatch):
    """Names of the videos that are looked into from now on."""
    names = []

    def look(path):
        names.append(path.stem)
        return look_into(path)

    monkeypatch.setattr(media_check, 'look_into', look)
    return names


@pytest.fixture
def paths(tmp_path):
    return {
        name: write_video(
            tmp_path / 'videos' / f'{name}.avi', make_frames(number)
        )
        for name, number in dict(a=7, b=5, c=3, d=1).items()
    }


def test_video_and_frame_folder(tmp_path):
    frames = make_frames(7)
    video = write_video(tmp_path / 'a.mp4', frames, fps=30)
    assert look_into(video) == MediaFacts(7, (24, 32), 6.5 / 30)
    folder = write_frames(tmp_path / 'b', frames)
    assert look_into(folder) == MediaFacts(7, (24, 32))


def cut(path):
    path.write_bytes(path.read_bytes()[:200])


def gap(folder):
    (folder / '00002.png').unlink()


def clear(folder):
    for file in folder.iterdir():
        file.unlink()


def corrupt(folder):
    """The checksum of the pixels no longer fits."""
    file = folder / '00001.png'
    content = bytearray(file.read_bytes())
    content[content.index(b'IDAT') - 1] ^= 0xFF
    file.write_bytes(content)


@pytest.mark.parametrize(
    'name, damage, message',
    [
        ('v.avi', cut, 'v.avi'),
        ('v.avi', lambda path: path.write_bytes(b''), 'cannot be opened as a'),
        ('v.avi', lambda path: path.write_text('404'), 'cannot be opened as'),
        ('v.avi', lambda path: path.unlink(), 'does not exist'),
        ('v.avi', write_empty_video, 'v.avi holds no video frame'),
        ('v', gap, 'frame number 2 is missing'),
        ('v', clear, 'holds no jpg or png image'),
    ],
)
def test_fault_is_told(tmp_path, name, damage, message):
    path = tmp_path / name
    write = write_video if path.suffix else write_frames
    damage(write(path, make_frames(4)) and path)
    facts = look_into(path)
    assert message in facts.fault
    assert str(path) in facts.fault
    assert facts == MediaFacts(fault=facts.fault)


@pytest.mark.parametrize('spoil', [corrupt, lambda f: cut(f / '00001.png')])
def test_folder_with_a_damaged_picture_is_used(tmp_path, spoil):
    spoil(write_frames(tmp_path / 'v', make_frames(4)))
    facts = look_into(tmp_path / 'v')
    assert (facts.num_frames, facts.size_hw) == (4, (24, 32))
    assert facts.damage == '1 frame cannot be decoded (0)'
    assert not facts.fault


def test_each_video_is_looked_into_once(tmp_path, paths, looked_at):
    record = tmp_path / 'media.json'
    facts = check_media(paths, record)
    assert [facts[name].num_frames for name in paths] == [7, 5, 3, 1]
    assert looked_at == ['a', 'b', 'c', 'd']
    assert check_media(paths, record) == facts
    assert check_media({'c': paths['c']}, record) == {'c': facts['c']}
    assert looked_at == ['a', 'b', 'c', 'd']


def test_what_has_changed_is_looked_into_again(tmp_path, paths, looked_at):
    record = tmp_path / 'media.json'
    check_media(paths, record)
    write_video(paths['b'], make_frames(9))
    moved = paths['c'].rename(tmp_path / 'c.avi')
    stamp = paths['d'].stat()
    os.utime(paths['d'], ns=(stamp.st_atime_ns, stamp.st_mtime_ns + 1))
    looked_at.clear()
    facts = check_media(paths | {'c': moved}, record)
    assert looked_at == ['b', 'c', 'd']
    assert [facts[name].num_frames for name in paths] == [7, 9, 3, 1]


def test_frame_folder_that_was_completed(tmp_path, looked_at):
    folder = write_frames(tmp_path / 'v', make_frames(3))
    (folder / '00002.png').rename(tmp_path / 'x.png')
    record = tmp_path / 'media.json'
    assert check_media({'v': folder}, record)['v'].fault
    (tmp_path / 'x.png').rename(folder / '00002.png')
    assert check_media({'v': folder}, record)['v'].num_frames == 3


def test_interrupted_check_goes_on(tmp_path, paths, monkeypatch, looked_at):
    record = tmp_path / 'media.json'

    def look(path):
        if path.stem == 'c':
            raise KeyboardInterrupt
        return look_into(path)

    with monkeypatch.context() as patch:
        patch.setattr(media_check, 'look_into', look)
        with pytest.raises(KeyboardInterrupt):
            check_media(paths, record)
    facts = check_media(paths, record)
    assert looked_at == ['c', 'd']
    assert [facts[name].num_frames for name in paths] == [7, 5, 3, 1]


KILLED_AT_C = """
import os, signal, sys
from pathlib import Path
from stclip.preparation import media_check

look = media_check.look_into

def look_or_die(path):
    if path.stem == 'c':
        os.kill(os.getpid(), signal.SIGKILL)
    return look(path)

media_check.look_into = look_or_die
record, *videos = map(Path, sys.argv[1:])
media_check.check_media({each.stem: each for each in videos}, record)
"""


def test_killed_check_goes_on(tmp_path, paths, looked_at):
    """Nothing can be written then, so it is written on the way."""
    record = tmp_path / 'media.json'

    # Not a fork of this process, whose other threads may hold locks.
    ended = run_python(KILLED_AT_C, str(record), *map(str, paths.values()))
    assert ended.returncode == -signal.SIGKILL
    assert not record.exists()
    facts = check_media(paths, record)
    assert looked_at == ['c', 'd']
    assert [facts[name].num_frames for name in paths] == [7, 5, 3, 1]
    assert list(json.loads(record.read_text())) == list(paths)
    assert sorted(os.listdir(tmp_path)) == ['media.json', 'videos']


def test_damaged_record_is_named(tmp_path, paths):
    record = tmp_path / 'media.json'
    record.write_text('{"a": {')
    with pytest.raises(ValueError, match=r'media\.json is not valid JSON'):
        check_media(paths, record)


@pytest.mark.parametrize(
    'content', [[], {'a': 1}, {'a': {}}, {'a': {'stamp': 'x', 'fault': ''}}]
)
def test_record_of_something_else_is_named(tmp_path, paths, content):
    record = tmp_path / 'media.json'
    record.write_text(json.dumps(content))
    with pytest.raises(ValueError, match=r'media\.json is no record of vid'):
        check_media(paths, record)
    assert json.loads(record.read_text()) == content


@pytest.mark.shared
@pytest.mark.parametrize(
    'name, expected',
    [
        # Three that other decoders refuse or count wrongly.
        (
            'ucf24/videos/v_Basketball_g01_c02.mp4',
            MediaFacts(180, (256, 340), 179.5 / 29.97),
        ),
        (
            'jhmdb/videos/clap/The_Slow_Clap_clap_u_cm_np1_fr_med_4.avi',
            MediaFacts(27, (240, 320), 31.5 / 30),
        ),
        (
            'videos/torchvision/v_SoccerJuggling_g23_c01.avi',
            MediaFacts(240, (240, 320), 239.5 / 29.97),
        ),
    ],
)
def test_real_videos(realdata, name, expected):
    facts = look_into(realdata / name)
    assert (facts.num_frames, facts.size_hw, facts.fault) == (
        expected.num_frames,
        expected.size_hw,
        '',
    )
    np.testing.assert_allclose(facts.end_sec, expected.end_sec, atol=0.01)


def test_empty_picture_of_a_folder(tmp_path):
    folder = write_frames(tmp_path / 'a', make_frames(3))
    (folder / '00002.png').write_bytes(b'')
    facts = look_into(folder)
    assert facts.damage == '1 frame cannot be decoded (1)'
    assert (facts.num_frames, facts.fault) == (3, '')
