"""Videos whose frames show their numbers.

As bars, that outlive any compression.
"""

import av
import numpy as np

NUM_FRAMES, HEIGHT, WIDTH = 60, 96, 160
# A key frame every 10.
X264 = dict(g='10', keyint_min='10', sc_threshold='0')


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


def write_numbered(path, codec, b_frames, options):
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
