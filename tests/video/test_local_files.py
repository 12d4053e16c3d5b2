"""Files with odd names are read as files, whatever FFmpeg would make of it."""

import os

import av
import numpy as np
import pytest
from synthetic_media import make_frames, write_video

from stclip.video import VideoWriter, find_videos, list_videos, open_video
from stclip.video.frame_folder import list_frames
from stclip.video.local_files import is_hidden

NAMES = [
    '2024-01-01T12:30:05.mp4',
    *('file:x.mp4', 'data:,x.mp4', 'http:x.mp4', 'rtsp:x.mp4', 'http:'),
    *('concat:a|b.mp4', 'subfile,,start,1,end,2,,:x.mp4', 'crypto:x.mp4'),
    *('pipe:0', 'pipe:.mp4', 'fd:.mp4', 'unix:x', 'tee:x', 'lavfi:x.mp4'),
    *('cache:x.mp4', 'async:x.mp4', 'C:x.mp4', 'a\\b.mp4', '~.mp4', '$HOME'),
    *('frame%03d.mp4', '%d.gif', 'a*[b]?.mp4', 'a%20b#c?d=e|f.mp4', '-', '-i'),
    *('"quoted\'.mp4', 'two words .mp4', 'new\nline.mp4', '\U0001f600.mp4'),
    *('x' * 250 + '.mp4', os.fsdecode(b'caf\xe9:1.mp4'), 'no suffix', '. mp4'),
]


@pytest.fixture
def video(tmp_path, monkeypatch):
    """A short video in the working folder, and its frames."""
    monkeypatch.chdir(tmp_path)
    path = write_video(tmp_path / 'plain.mp4', make_frames(6))
    return path, open_video(path).read(range(6))


@pytest.mark.parametrize('name', NAMES)
def test_odd_names(video, name):
    path, frames = video
    path.rename(name)
    # By the bare name, as a person gives it who stands in the folder.
    np.testing.assert_array_equal(open_video(name).read(range(6)), frames)


@pytest.mark.parametrize('name', ['12:30:05.mp4', 'a%03d.mp4', 'file:a.mp4'])
def test_odd_names_are_written(video, name):
    with VideoWriter(name, fps=5) as writer:
        writer.write(video[1][0])
    assert open_video(name).num_frames == 1
    assert sorted(os.listdir()) == sorted(['plain.mp4', name])


@pytest.mark.shared
def test_a_recording_named_by_its_time(shared_dir, monkeypatch):
    monkeypatch.chdir(shared_dir / 'cases' / '05_iso_time_name')
    assert open_video('2024-01-01T12:30:05.mp4').num_frames > 0


@pytest.mark.parametrize(
    'address',
    [
        'rtsp://10.0.0.1/live',
        'HTTP://127.0.0.1:9/a.mp4',
        'https:/example.com/a.mp4',  # as pathlib writes it
        'file:///a.mp4',
        'srt://127.0.0.1:9?mode=caller&passphrase=' + 'x' * 300,
    ],
)
def test_addresses_are_no_videos(tmp_path, monkeypatch, address):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match='videos are local files') as error:
        open_video(address)
    assert address in str(error.value)


def test_a_folder_that_looks_like_an_address(video):
    path, frames = video
    os.mkdir('rtsp:')
    path.rename('rtsp:/a.mp4')
    np.testing.assert_array_equal(
        open_video('rtsp://a.mp4').read(range(6)), frames
    )


@pytest.mark.parametrize(
    'name, hidden',
    [
        *((name, True) for name in ('._a.mp4', '.DS_Store', '.a.mov', '...')),
        *((name, True) for name in ('__MACOSX', 'Thumbs.db', '@eaDir')),
        *((name, False) for name in ('_a.mp4', 'a.', '-a', 'a._b.mp4')),
    ],
)
def test_hidden_names(name, hidden):
    assert is_hidden(name) == hidden


@pytest.mark.shared
def test_frames_copied_by_macos(shared_dir):
    folder = shared_dir / 'cases' / '07_appledouble' / 'frames'
    assert list_frames(folder) == [f'{k:05d}.jpg' for k in range(1, 13)]
    assert open_video(folder).num_frames == 12


@pytest.mark.parametrize(
    'name, codec',
    [
        *(('a.ts', 'mpeg2video'), ('a.MTS', 'libx264'), ('a.m2ts', 'libx264')),
        *(('a.FLV', 'flv'), ('a.wmv', 'wmv2'), ('a.asf', 'msmpeg4')),
        *(('a.mpeg', 'mpeg1video'), ('a.MPG', 'mpeg2video'), ('a.gif', 'gif')),
        *(('a.vob', 'mpeg2video'), ('a.3gp', 'mpeg4'), ('a.MOV', 'libx264')),
        *(('a.webm', 'libvpx'), ('a.mkv', 'ffv1'), ('a.AVI', 'mjpeg')),
        *(('a.ogv', 'libvpx'), ('a.m2v', 'mpeg2video'), ('a.y4m', 'rawvideo')),
        *(('a.h264', 'libx264'), ('a.mjpeg', 'mjpeg'), ('a.m4v', 'mpeg4')),
    ],
)
def test_what_is_listed_is_opened(tmp_path, name, codec):
    formats = {'gif': 'rgb8', 'mjpeg': 'yuvj420p'}
    with av.open(str(tmp_path / name), 'w') as container:
        stream = container.add_stream(codec, rate=25)
        stream.height, stream.width = 24, 32
        stream.pix_fmt = formats.get(codec, 'yuv420p')
        for frame in make_frames(6):
            picture = av.VideoFrame.from_ndarray(frame, format='rgb24')
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    (path,) = find_videos(tmp_path, list_videos(tmp_path)).values()
    assert open_video(path).num_frames == 6
