"""Lost packets of codecs and containers that hide what they lost.

Every frame shows its number, as bars that outlive any compression.
"""

import pytest
from numbered_video import NUM_FRAMES, X264, number_of, write_numbered
from synthetic_media import overwrite, packets_of

from stclip.video.opening import open_video

X265 = {'x265-params': 'keyint=10:min-keyint=10:log-level=none'}


@pytest.mark.parametrize(
    'name, codec, b_frames, options, number',
    [
        # Time stamps of AVI do not tell the order of B-frames.
        ('a.avi', 'libx264', 2, X264, 1),
        ('a.avi', 'libx264', 2, X264, 20),
        ('a.avi', 'libx264', 2, X264, 24),
        ('a.avi', 'libx264', 2, X264, 30),
        ('a.avi', 'libx264', 2, X264, 58),
        # Without the first picture FFmpeg takes B-frames for others.
        ('a.mp4', 'mpeg4', 2, {}, 0),
        ('a.avi', 'mpeg4', 2, {}, 0),
        # The packet is gone with its header, the decoder waits for a key
        # frame, and what follows is far ahead when it comes out.
        ('a.ts', 'libx265', 4, X265, 20),
        ('a.ts', 'libx265', 4, X265, 40),
        # Nothing but the gap tells of the packet.
        ('a.mxf', 'mpeg2video', 0, {}, 1),
        ('a.mxf', 'mpeg2video', 0, {}, 24),
    ],
)
def test_frames_keep_their_numbers(
    tmp_path, name, codec, b_frames, options, number
):
    path = write_numbered(tmp_path / name, codec, b_frames, options)
    assert not open_video(path).damage
    overwrite(path, *packets_of(path)[number])
    video = open_video(path, on_damage=None)
    assert video.num_frames == NUM_FRAMES
    assert 1 <= len(video.damage.lost_frames) <= 12
    shown = [number_of(video.read([i])[0]) for i in range(NUM_FRAMES)]
    # What refers to a lost picture is spoilt up to the next key frames.
    far = [i for i in range(NUM_FRAMES) if not -4 <= i - number < 24]
    assert [shown[i] for i in far] == far
    assert max(abs(i - number) for i in video.damage.lost_frames) <= 12
