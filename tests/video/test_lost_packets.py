"""Lost packets of codecs and containers that hide what they lost.

Every frame shows its number, as bars that outlive any compression.
"""

import av
import numpy as np
import pytest
from synthetic_media import overwrite, packets_of

from stclip.video.opening import open_video

NUM_FRAMES, HEIGHT, WIDTH = 60, 96, 160


def drawn(number):
    """Eight bars for the bits of a number, over some noise of its own."""
    bits = [number >> bit & 1 for bit in range(8)]
    bars = np.repeat(np.where(bits, 220, 30), WIDTH // 8)
    frame = np.repeat(np.tile(bars, (HEIGHT, 1))[..., None], 3, axis=2)
    noise = np.random.default_rng(number).integers(-25, 25, (6, 20))
    frame[HEIGHT // 2 :] += np.kron(noise, np.ones((8, 8), int))[..., None]
    return frame.clip(0, 255).astype(np.uint8)


def number_of(frame):
    """The number that a frame shows; None if it shows none."""
    bars = frame[2 : HEIGHT // 2 - 2].reshape(-1, 8, WIDTH // 8, 3)
    means = bars[:, :, 3:-3].mean(axis=(0, 2, 3))
    if ((means > 90) & (means < 160)).any():
        return None
    return sum(1 << bit for bit in range(8) if means[bit] > 125)


def write(path, codec, b_frames, options):
    with av.open(str(path), 'w') as container:
        stream = container.add_stream(codec, rate=25, options=options)
        stream.height, stream.width = HEIGHT, WIDTH
        stream.pix_fmt = 'yuv420p'
        stream.codec_context.gop_size = 10
        stream.codec_context.max_b_frames = b_frames
        for number in range(NUM_FRAMES):
            picture = av.VideoFrame.from_ndarray(drawn(number))
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


X264 = dict(g='10', keyint_min='10', sc_threshold='0')
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
    path = write(tmp_path / name, codec, b_frames, options)
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
