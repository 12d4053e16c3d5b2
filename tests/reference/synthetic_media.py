"""Small videos made on the spot, and a plain way to read one."""

import struct
from fractions import Fraction

import av
import numpy as np
from PIL import Image


def make_frames(number, height=24, width=32, seed=0):
    """(number, height, width, 3) uint8: noise that grows brighter.

    No two frames are alike, yet a codec predicts each from the one before,
    so that key frames stand where they are asked for.
    """
    generator = np.random.default_rng(seed)
    noise = generator.integers(0, 100, (1, height, width, 3))
    brightness = 155 * np.arange(number) // max(number, 60)
    return (noise + brightness[:, None, None, None]).astype(np.uint8)


def write_frames(folder, frames, pattern='{:05d}.png', first=1):
    folder.mkdir(parents=True)
    for number, frame in enumerate(frames, first):
        Image.fromarray(frame).save(folder / pattern.format(number))
    return folder


def write_video(path, frames, codec='mpeg4', fps=25, gop=5):
    """Encode RGB frames; ``codec='ffv1'`` in .mkv loses nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), 'w') as container:
        stream = container.add_stream(codec, rate=fps)
        stream.height, stream.width = frames.shape[1:3]
        formats = dict(ffv1='bgr0', mjpeg='yuvj420p')
        stream.pix_fmt = formats.get(codec, 'yuv420p')
        stream.codec_context.gop_size = gop
        stream.bit_rate = 4_000_000
        for frame in frames:
            picture = av.VideoFrame.from_ndarray(frame, format='rgb24')
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


def turn_clockwise(path):
    """Let players turn an .mp4 by 90 degrees, as phones that are held upright.

    The angle is entered where phones put it: the track's matrix.
    """
    content = bytearray(path.read_bytes())
    identity = struct.pack('>9i', 2**16, 0, 0, 0, 2**16, 0, 0, 0, 2**30)
    turned = struct.pack('>9i', 0, 2**16, 0, -(2**16), 0, 0, 0, 0, 2**30)
    place = content.index(identity, content.index(b'tkhd'))
    content[place : place + 36] = turned
    path.write_bytes(content)
    return path


def write_empty_video(path):
    """A container that tells of a video stream, but holds no frame."""
    with av.open(str(path), 'w') as container:
        stream = container.add_stream('mpeg4', rate=25)
        stream.height, stream.width = 24, 32
        stream.pix_fmt = 'yuv420p'
        container.start_encoding()
    return path


def write_streams(path, *videos):
    """Several video streams in one .mkv, without loss."""
    with av.open(str(path), 'w') as container:
        streams = [container.add_stream('ffv1', rate=25) for _ in videos]
        for stream, frames in zip(streams, videos, strict=True):
            stream.height, stream.width = frames.shape[1:3]
            stream.pix_fmt = 'bgr0'
        for stream, frames in zip(streams, videos, strict=True):
            for frame in frames:
                picture = av.VideoFrame.from_ndarray(frame, format='rgb24')
                container.mux(stream.encode(picture))
            container.mux(stream.encode(None))
    return path


def decode_all(path):
    """Every frame from the first to the last, without any bookkeeping."""
    with av.open(str(path), metadata_errors='ignore') as container:
        stream = container.streams.video[0]
        return np.stack(
            [f.to_ndarray(format='rgb24') for f in container.decode(stream)]
        )


def write_timed(path, frames, seconds, codec='libx264', **options):
    """Encode frames shown at times of their own, in ms, ascending.

    Returns:
        Path; nothing tells a constant rate in it.
    """
    with av.open(str(path), 'w') as container:
        stream = container.add_stream(codec, rate=25, options=options)
        stream.height, stream.width = frames.shape[1:3]
        stream.pix_fmt = 'yuv420p'
        stream.codec_context.time_base = Fraction(1, 1000)
        for frame, time in zip(frames, seconds, strict=True):
            picture = av.VideoFrame.from_ndarray(frame, format='rgb24')
            picture.time_base = Fraction(1, 1000)
            picture.pts = round(time * 1000)
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


def packets_of(path):
    """Place and size in the file of each packet that shows a picture."""
    with av.open(str(path)) as container:
        packets = container.demux(video=0)
        return [(packet.pos, packet.size) for packet in packets if packet.size]


def overwrite(path, place, size, value=0):
    """Put bytes of one value into a file; its length stays."""
    content = bytearray(path.read_bytes())
    content[place : place + size] = bytes([value]) * size
    path.write_bytes(content)
    return path
