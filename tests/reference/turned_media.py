"""Media that say how they are to be turned, and FFmpeg's way to do it."""

import io
import struct
import zlib
from fractions import Fraction

import av
import numpy as np
from PIL import Image

# a, b, c, d of the eight display matrices, and the filters that the program
# ffmpeg inserts for each.
TURNS = {
    (1, 0, 0, 1): [],
    (-1, 0, 0, 1): [('hflip', '')],
    (-1, 0, 0, -1): [('hflip', ''), ('vflip', '')],
    (1, 0, 0, -1): [('vflip', '')],
    (0, 1, 1, 0): [('transpose', 'cclock_flip')],
    (0, 1, -1, 0): [('transpose', 'clock')],
    (0, -1, -1, 0): [('transpose', 'clock_flip')],
    (0, -1, 1, 0): [('transpose', 'cclock')],
}
# Where the corners of a picture, top left, top right, bottom left and bottom
# right, are seen with EXIF's orientations 1 to 8, as its standard draws them.
CORNERS = {
    1: 'ABCD',
    2: 'BADC',
    3: 'DCBA',
    4: 'CDAB',
    5: 'ACBD',
    6: 'CADB',
    7: 'DBCA',
    8: 'BDAC',
}
COLOURS = dict(
    A=(250, 10, 10), B=(10, 250, 10), C=(10, 10, 250), D=(240, 240, 10)
)


def four_corners(height=48, width=64, order='ABCD'):
    """(height, width, 3) uint8: a quarter of each colour."""
    image = np.zeros((height, width, 3), np.uint8)
    rows = (slice(None, height // 2), slice(height // 2, None))
    columns = (slice(None, width // 2), slice(width // 2, None))
    parts = [(row, column) for row in rows for column in columns]
    for part, letter in zip(parts, order, strict=True):
        image[part] = COLOURS[letter]
    return image


def corners_of(image):
    """Letters of the colours nearest to the middles of the quarters."""
    height, width = image.shape[:2]
    letters = ''
    for row in (height // 4, 3 * height // 4):
        for column in (width // 4, 3 * width // 4):
            gaps = {
                letter: np.abs(image[row, column].astype(int) - colour).sum()
                for letter, colour in COLOURS.items()
            }
            letters += min(gaps, key=gaps.get)
    return letters


def set_track_matrix(path, turn):
    """Write a, b, c, d into the track header of an mp4 or mov file."""
    content = bytearray(path.read_bytes())
    identity = struct.pack('>9i', 2**16, 0, 0, 0, 2**16, 0, 0, 0, 2**30)
    at = content.index(identity, content.index(b'tkhd'))
    a, b, c, d = (round(value * 2**16) for value in turn)
    content[at : at + 36] = struct.pack('>9i', a, b, 0, c, d, 0, 0, 0, 2**30)
    path.write_bytes(content)
    return path


def remux(source, target):
    """Copy the packets of a video into another container."""
    with av.open(str(source)) as old, av.open(str(target), 'w') as new:
        stream = new.add_stream_from_template(old.streams.video[0])
        for packet in old.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                new.mux(packet)
    return target


def jpeg(image, orientation, **options):
    """The bytes of a JPEG file with EXIF data."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = io.BytesIO()
    Image.fromarray(image).save(file, 'JPEG', exif=exif, **options)
    return file.getvalue()


def png_that_says(side):
    """The bytes of a PNG file of 8 x 8 pixels whose header has other sides.

    Who asks for its size sees a huge picture, which would take a second to
    write; who decodes it, a damaged one.
    """
    file = io.BytesIO()
    Image.new('1', (8, 8)).save(file, 'PNG')
    content = bytearray(file.getvalue())
    # After the signature: a length, IHDR with both sides first, its checksum.
    content[16:24] = struct.pack('>II', side, side)
    content[29:33] = struct.pack('>I', zlib.crc32(content[12:29]))
    return bytes(content)


def write_motion_jpeg(path, pictures, height, width):
    """A video whose packets are whole JPEG files."""
    with av.open(str(path), 'w') as container:
        stream = container.add_stream('mjpeg', rate=25)
        stream.height, stream.width = height, width
        stream.pix_fmt = 'yuvj420p'
        for number, picture in enumerate(pictures):
            packet = av.Packet(picture)
            packet.pts = packet.dts = number
            packet.time_base = Fraction(1, 25)
            packet.is_keyframe = True
            packet.stream = stream
            container.mux(packet)
    return path


def filter_frame(image, filters):
    """(H, W, 3) uint8 RGB after FFmpeg's filters."""
    graph = av.filter.Graph()
    frame = av.VideoFrame.from_ndarray(image, format='rgb24')
    source = graph.add_buffer(
        width=frame.width,
        height=frame.height,
        format=frame.format,
        time_base=Fraction(1, 25),
    )
    steps = [graph.add(name, options) for name, options in filters]
    graph.link_nodes(source, *steps, graph.add('buffersink')).configure()
    graph.push(frame)
    return graph.pull().to_ndarray(format='rgb24')
