"""Cover pictures, which containers call video streams."""

import av
import numpy as np
import pytest
from av.stream import Disposition
from synthetic_media import make_frames

from stclip.utils.errors import UserError
from stclip.video.opening import open_video


def test_song_with_a_cover_is_no_video(tmp_path):
    path = tmp_path / 'song.mp3'
    with av.open(str(path), 'w') as container:
        sound = container.add_stream('libmp3lame', rate=44100)
        cover = container.add_stream('mjpeg', rate=1)
        cover.height = cover.width = 32
        cover.pix_fmt = 'yuvj420p'
        cover.disposition = Disposition.attached_pic
        picture = av.VideoFrame.from_ndarray(make_frames(1, 32, 32)[0])
        container.mux(cover.encode(picture) + cover.encode(None))
        silence = np.zeros((2, 1152), np.float32)
        heard = av.AudioFrame.from_ndarray(silence, 'fltp', 'stereo')
        heard.sample_rate = 44100
        container.mux(sound.encode(heard) + sound.encode(None))
    with av.open(str(path)) as container:
        assert len(container.streams.video) == 1
    with pytest.raises(UserError, match=r'song\.mp3 has no video stream'):
        open_video(path)
