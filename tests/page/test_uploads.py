"""Uploads that are no videos, or more than that."""

import os
import zipfile

import av
import numpy as np
import pytest
from synthetic_media import write_video

from stclip.page.limits import Limits
from stclip.page.uploads import require_video, safe_name
from stclip.utils.errors import UserError

PLAYLIST = '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{}\n#EXT-X-ENDLIST\n'


@pytest.mark.parametrize(
    'name, expected',
    [
        ('clip.mp4', 'clip.mp4'),
        ('../../etc/passwd.mp4', 'passwd.mp4'),
        ('/etc/cron.d/a.mkv', 'a.mkv'),
        ('C:\\Users\\me\\my clip (1).MOV', 'my_clip_1.mov'),
        ('..mp4', 'video.mp4'),
        ('.mp4', 'video.mp4'),
        ('-rf .avi', 'rf.avi'),
        ('a\0b.webm', 'b.webm'),
        ('<img src=x>.mp4', 'img_src_x.mp4'),
        ('Übung 漢字.mp4', 'Übung_漢字.mp4'),
        ('x' * 300 + '.mp4', 'x' * 40 + '.mp4'),
    ],
)
def test_names(name, expected):
    assert safe_name(name) == expected
    assert os.path.basename(expected) == expected


@pytest.mark.parametrize('name', ['', 'a', 'a.exe', 'a.mp4/', 'mp4', 'a.m3u8'])
def test_names_of_no_video(name):
    with pytest.raises(UserError, match='named like no video'):
        safe_name(name)


@pytest.fixture
def clip(tmp_path):
    path = tmp_path / 'clip.mp4'
    write_video(path, np.zeros((6, 48, 64, 3), np.uint8), fps=3)
    return path


def test_a_video(clip):
    facts = require_video(clip, Limits())
    assert facts.name == 'clip.mp4'
    assert facts.frame_hw == (48, 64)
    assert facts.frames == 6
    assert facts.seconds == pytest.approx(2)


def zip_bomb(path):
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as archive:
        archive.writestr('a.mp4', bytes(10**7))


def sound_alone(path):
    with av.open(str(path), 'w', format='mp4') as container:
        stream = container.add_stream('aac', rate=8000)
        frame = av.AudioFrame.from_ndarray(
            np.zeros((1, 1024), np.float32), 'fltp', 'mono'
        )
        frame.rate = 8000
        container.mux(stream.encode(frame))
        container.mux(stream.encode())


@pytest.mark.parametrize(
    'content',
    [
        b'',
        b'hello',
        b'\0' * 5000,
        b'RIFF\xff\xff\xff\xffAVI LIST',
        b'%PDF-1.7',
        zip_bomb,
        # What would lead FFmpeg to other files of the server.
        lambda path: path.write_text(
            f"ffconcat version 1.0\nfile '{path.parent}/clip.mp4'\n"
        ),
        lambda path: path.write_text('ffconcat version 1.0\nfile clip.mp4\n'),
        lambda path: path.write_text(
            PLAYLIST.format(f'file://{path.parent}/clip.mp4')
        ),
        lambda path: path.write_text(PLAYLIST.format('http://127.0.0.1:9/a')),
        lambda path: path.write_text(
            'v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nt=0 0\n'
            'm=video 9 RTP/AVP 96\na=rtpmap:96 H264/90000\n'
        ),
        sound_alone,
    ],
)
def test_no_video(clip, content):
    path = clip.with_name('upload.mp4')
    if callable(content):
        content(path)
    else:
        path.write_bytes(content)
    with pytest.raises(UserError) as error:
        require_video(path, Limits())
    line = str(error.value)
    assert line.startswith('upload.mp4 ') and '\n' not in line
    assert str(clip.parent) not in line


def test_a_playlist_would_be_followed_otherwise(clip):
    """Without the list of containers FFmpeg does open the other file."""
    path = clip.with_name('upload.mp4')
    path.write_text('ffconcat version 1.0\nfile clip.mp4\n')
    with av.open(str(path)) as container:
        assert len(list(container.decode(video=0))) == 6
