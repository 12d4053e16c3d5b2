"""A source once more, with what is known of its frames."""

import numpy as np
import pytest
from decoded_frames import note_decoded
from synthetic_media import (
    make_frames,
    overwrite,
    packets_of,
    write_frames,
    write_timed,
    write_video,
)

from stclip.utils.errors import UserError
from stclip.video.array_source import ArraySource
from stclip.video.frame_cache import FrameCache
from stclip.video.opening import open_video
from stclip.video.video_file import VideoFile

WANTED = (3, 17, 18, 27, 4)


@pytest.fixture(params=['every fifth', 'between others', 'damaged', 'folder'])
def path(request, tmp_path):
    """30 frames; where the key frames are, or what else is special."""
    frames = make_frames(30, 64, 96)
    if request.param == 'folder':
        return write_frames(tmp_path / 'a', frames)
    if request.param == 'every fifth':
        return write_video(tmp_path / 'a.mp4', frames)
    times = np.arange(30) / 25
    path = write_timed(tmp_path / 'a.mp4', frames, times, g='10', bf='2')
    if request.param == 'damaged':
        place, size = packets_of(path)[13]
        overwrite(path, place + size // 2, size // 2, 0x55)
    return path


def test_frames_are_those_of_the_file(path):
    first = open_video(path, on_damage=None)
    assert first.num_frames == 30
    first.release()
    again, anew = first.reopened(), open_video(path, on_damage=None)
    # One by one: no source is told what comes next.
    for index in WANTED:
        np.testing.assert_array_equal(again.read([index]), anew.read([index]))
        assert again.time_of(index) == anew.time_of(index)
    assert again.num_frames == 30
    anew.examine()
    again.examine()
    assert again.damage == anew.damage


def test_frames_are_found_from_key_frames(tmp_path, monkeypatch):
    """Every fifth frame is one: 17 is the third from the one before it."""
    path = write_video(tmp_path / 'a.mp4', make_frames(30))
    first = open_video(path)
    first.count()
    decoded = note_decoded(monkeypatch)
    first.reopened().read([17])
    assert len(decoded) == 3
    open_video(path).read([17])
    assert len(decoded) == 3 + 18


def test_each_goes_on_by_itself(tmp_path):
    frames = make_frames(30)
    first = open_video(write_video(tmp_path / 'a.mkv', frames, 'ffv1'))
    first.read([9])
    again = first.reopened()
    assert first.num_frames == again.num_frames == 30
    for source in (first, again):
        for index in (25, 12):
            (image,) = source.read([index])
            np.testing.assert_array_equal(image, frames[index])


def test_the_cache_is_its_own(tmp_path):
    path = write_video(tmp_path / 'a.mkv', make_frames(6), 'ffv1')
    first, cache = open_video(path), FrameCache()
    first.read([0, 1])
    again = first.reopened(cache)
    assert len(cache) == 0
    again.read([3])
    assert len(cache) == 1


def test_damage_is_told_once(tmp_path):
    """To nobody but who asked for it, and it is not refused."""
    path = write_video(tmp_path / 'a.mkv', make_frames(30), 'mjpeg')
    place, size = packets_of(path)[20]
    overwrite(path, place, size)
    told = []
    first = VideoFile(path, on_damage=lambda *args: told.append(args))
    assert first.num_frames == 30 and len(told) == 1
    strict = VideoFile(path, strict=True)
    strict.read([9])
    for source in (first, strict):
        assert source.reopened().num_frames == 30
    assert len(told) == 1
    with pytest.raises(UserError, match='frame 20'):
        strict.count()


def test_another_file_in_its_place(tmp_path):
    """A shorter one that is the same as far as it goes."""
    frames = make_frames(30)
    path = write_video(tmp_path / 'a.mp4', frames)
    first = open_video(path)
    first.count()
    first.release()
    write_video(path, frames[:22])
    np.testing.assert_equal(
        first.reopened().read([21]), open_video(path).read([21])
    )
    with pytest.raises(UserError, match='changed while it was read'):
        first.reopened().read([24])


def test_what_has_no_file_is_not_opened():
    source = ArraySource(make_frames(3))
    assert source.reopened() is source
