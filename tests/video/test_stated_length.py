"""Lengths that files state, which are estimates."""

import av
import pytest
from synthetic_media import make_frames, write_frames, write_video

from stclip.video.opening import open_video


@pytest.mark.parametrize('suffix', ['mp4', 'mkv', 'avi'])
def test_length_as_far_as_it_is_stated(tmp_path, suffix):
    path = write_video(tmp_path / f'a.{suffix}', make_frames(30))
    video = open_video(path)
    assert abs(video.stated_frames - 30) <= 1
    assert video.count() == video.stated_frames == 30


def test_length_that_is_not_stated(tmp_path):
    path = write_video(tmp_path / 'a.mp4', make_frames(30))
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        raw = b''.join(bytes(p) for p in container.demux(stream))
        kind = stream.codec_context.name
    assert kind == 'mpeg4'
    (tmp_path / 'a.m4v').write_bytes(raw)
    assert open_video(tmp_path / 'a.m4v').stated_frames is None


def test_length_of_a_folder(tmp_path):
    folder = write_frames(tmp_path / 'a', make_frames(3))
    assert open_video(folder).stated_frames == 3
