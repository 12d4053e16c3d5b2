"""Videos and pictures as a person sees them."""

import gc
import struct

import av
import cv2
import numpy as np
import pytest
from PIL import Image
from synthetic_media import decode_all, make_frames, write_video
from turned_media import (
    CORNERS,
    TURNS,
    corners_of,
    filter_frame,
    four_corners,
    jpeg,
    png_that_says,
    remux,
    set_track_matrix,
    write_motion_jpeg,
)

from stclip.video.frame_folder import IMAGE_SUFFIXES
from stclip.video.opening import open_video
from stclip.video.pixels import display_turn, frame_to_rgb, read_image

ORIENTATIONS = sorted(CORNERS)
# EXIF numbers the eight ways in this order.
ORIENTATION = dict(zip(TURNS, ORIENTATIONS, strict=True))


@pytest.fixture(scope='module')
def corners_video(tmp_path_factory):
    path = tmp_path_factory.mktemp('corners') / 'a.mp4'
    return write_video(path, np.stack([four_corners()] * 3))


@pytest.mark.parametrize('container', ['mp4', 'mov', 'mkv'])
@pytest.mark.parametrize('turn', TURNS, ids=str)
def test_display_matrix_is_applied_as_ffmpeg_does(
    tmp_path, corners_video, turn, container
):
    stored = decode_all(corners_video)[1]
    path = tmp_path / 'turned.mp4'
    path.write_bytes(corners_video.read_bytes())
    set_track_matrix(path, turn)
    if container != 'mp4':
        path = remux(path, tmp_path / f'b.{container}')
    video = open_video(path)
    seen = video.read([1])[0]
    np.testing.assert_array_equal(seen, filter_frame(stored, TURNS[turn]))
    assert corners_of(seen) == CORNERS[ORIENTATION[turn]]


@pytest.mark.parametrize('orientation', ORIENTATIONS)
def test_exif_orientation_of_every_kind_of_jpeg(tmp_path, orientation):
    """A frame of a folder, a picture read as a video, motion JPEG."""
    content = jpeg(four_corners(), orientation)
    folder = tmp_path / 'frames'
    folder.mkdir()
    (folder / '1.jpg').write_bytes(content)
    film = write_motion_jpeg(tmp_path / 'a.avi', [content] * 3, 48, 64)
    for path in (folder, folder / '1.jpg', film):
        frame = open_video(path).read([0])[0]
        assert corners_of(frame) == CORNERS[orientation], path
        assert (frame.shape == (64, 48, 3)) == (orientation > 4)


@pytest.mark.parametrize('suffix', ['png', 'webp'])
@pytest.mark.parametrize('orientation', ORIENTATIONS)
def test_exif_orientation_of_other_pictures(tmp_path, suffix, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / f'1.{suffix}'
    Image.fromarray(four_corners()).save(path, exif=exif, lossless=True)
    expected = four_corners(order=CORNERS[orientation])
    if orientation > 4:
        expected = four_corners(64, 48, CORNERS[orientation])
    np.testing.assert_array_equal(read_image(path), expected)


def test_another_angle_turns_within_the_frame(tmp_path, corners_video):
    path = tmp_path / 'turned.mp4'
    path.write_bytes(corners_video.read_bytes())
    set_track_matrix(path, (0.7071, 0.7071, -0.7071, 0.7071))
    seen = open_video(path).read([0])[0].astype(int)
    assert seen.shape == (48, 64, 3)
    # Clockwise by 45 degrees: what was left is up, what was up is right.
    for (row, column), letter in {
        (10, 32): 'A', (24, 46): 'B', (38, 32): 'D', (24, 18): 'C',
    }.items():  # fmt: skip
        quarter = np.tile(seen[row, column], (4, 4, 1)).astype(np.uint8)
        assert corners_of(quarter)[0] == letter
    assert seen[0, 0].max() < 40 and seen[-1, -1].max() < 40


@pytest.mark.parametrize('turn', [(0, 0, 0, 0), (2, 0, 0, 1), (1, 0, 0, 0)])
def test_matrix_that_turns_nothing(tmp_path, corners_video, turn):
    path = tmp_path / 'scaled.mp4'
    path.write_bytes(corners_video.read_bytes())
    set_track_matrix(path, turn)
    seen = open_video(path).read([0])[0]
    np.testing.assert_array_equal(seen, decode_all(corners_video)[0])


def yuv_to_rgb(y, cb, cr, red_share, blue_share, limited):
    """The textbook's equations; the shares are those of luma."""
    if limited:
        y = (y - 16) / 219
        cb, cr = (cb - 128) / 224, (cr - 128) / 224
    else:
        y = y / 255
        cb, cr = (cb - 128) / 255, (cr - 128) / 255
    red = y + 2 * (1 - red_share) * cr
    blue = y + 2 * (1 - blue_share) * cb
    green = y - red_share * red - blue_share * blue
    green = green / (1 - red_share - blue_share)
    return 255 * np.clip([red, green, blue], 0, 1)


BT601, BT709, BT2020 = (0.299, 0.114), (0.2126, 0.0722), (0.2627, 0.0593)
YUVS = [(16, 128, 128), (235, 128, 128), (100, 110, 170), (140, 160, 90)]
# FFmpeg's numbers of colour matrices and ranges; 2 and 0 are "unspecified".
TAGS = [
    (2, 0, BT601, True),
    (5, 1, BT601, True),
    (6, 1, BT601, True),
    (6, 2, BT601, False),
    (1, 0, BT709, True),
    (1, 1, BT709, True),
    (1, 2, BT709, False),
    (9, 1, BT2020, True),
]


@pytest.mark.parametrize('pix_fmt', ['yuv420p', 'yuv444p', 'yuv420p10le'])
@pytest.mark.parametrize('matrix, range_, shares, limited', TAGS)
def test_colours_follow_the_tags_of_a_file(
    tmp_path, pix_fmt, matrix, range_, shares, limited
):
    path = tmp_path / 'a.mkv'
    with av.open(str(path), 'w') as container:
        stream = container.add_stream('ffv1', rate=25)
        stream.height, stream.width, stream.pix_fmt = 16, 16, pix_fmt
        stream.codec_context.colorspace = matrix
        stream.codec_context.color_range = range_
        for yuv in YUVS:
            frame = av.VideoFrame(16, 16, pix_fmt)
            frame.colorspace, frame.color_range = matrix, range_
            for plane, value in zip(frame.planes, yuv, strict=True):
                content = bytes([value]) * plane.buffer_size
                if pix_fmt == 'yuv420p10le':
                    value = struct.pack('<H', 4 * value)
                    content = value * (plane.buffer_size // 2)
                plane.update(content)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    for seen, yuv in zip(open_video(path).read(range(4)), YUVS, strict=True):
        expected = yuv_to_rgb(*yuv, *shares, limited)
        assert np.abs(seen - expected).max() <= 3, yuv


@pytest.mark.parametrize('mode', ['I;16', 'I;16B'])
def test_sixteen_bits_of_grey_are_scaled(tmp_path, mode):
    values = np.arange(0, 65536, 97, dtype=np.uint16)[:672].reshape(24, 28)
    order = '>u2' if mode == 'I;16B' else '<u2'
    picture = Image.frombytes(mode, (28, 24), values.astype(order).tobytes())
    # The content tells that this is TIFF, which keeps the order of bytes.
    picture.save(tmp_path / '1.png', 'PNG' if mode == 'I;16' else 'TIFF')
    seen = read_image(tmp_path / '1.png')
    for channel in range(3):
        gap = seen[..., channel] - values / 257
        assert np.abs(gap).max() < 1
    with av.open(str(tmp_path / '1.png')) as container:
        ffmpeg = next(container.decode(video=0)).to_ndarray(format='rgb24')
    assert np.abs(seen.astype(int) - ffmpeg).max() <= 1


def test_sixteen_bits_of_colour_are_scaled(tmp_path):
    values = np.random.default_rng(0).integers(0, 65536, (24, 32, 3))
    bgr = values[..., ::-1].astype(np.uint16)
    cv2.imwrite(str(tmp_path / '1.png'), bgr)
    gap = read_image(tmp_path / '1.png') - values / 257
    assert np.abs(gap).max() < 1


@pytest.mark.shared
def test_shared_frames_of_sixteen_bits(shared_dir):
    """Each is an 8-bit picture, its values stretched over 16 bits."""
    folder = shared_dir / 'cases' / '08_png16'
    seen = open_video(folder).read([0, 11])
    for frame, name in zip(seen, ('00001', '00012'), strict=True):
        values = cv2.imread(str(folder / f'{name}.png'), cv2.IMREAD_UNCHANGED)
        assert values.dtype == np.uint16
        assert np.abs(frame - values[..., None] / 257).max() < 1
        assert frame.std() > 10


ALPHA = (0, 128, 255)


def over_white(colour, alpha):
    share = alpha / 255
    return share * np.array(colour) + (1 - share) * 255


def as_rgba(grey=False):
    colour = (90, 90, 90) if grey else (200, 10, 10)
    pixels = np.empty((8, 3, 4), np.uint8)
    pixels[..., :3] = colour
    pixels[..., 3] = ALPHA
    expected = np.stack([over_white(colour, alpha) for alpha in ALPHA])
    return Image.fromarray(pixels), expected


@pytest.mark.parametrize(
    'mode, suffix',
    [('RGBA', 'png'), ('RGBA', 'webp'), ('LA', 'png'), ('P', 'png')],
)
def test_transparent_parts_are_white(tmp_path, mode, suffix):
    picture, expected = as_rgba(grey=mode == 'LA')
    if mode == 'P':
        picture = Image.new('P', (3, 8))
        picture.putpalette([200, 10, 10] * 3)
        picture.putdata([0, 1, 2] * 8)
        picture.info['transparency'] = bytes(ALPHA)
    elif mode == 'LA':
        picture = picture.convert('LA')
    path = tmp_path / f'1.{suffix}'
    picture.save(path, lossless=True, exact=True)
    with Image.open(path) as written:
        assert written.mode == mode
    assert np.abs(read_image(path) - expected).max() <= 1


def test_one_colour_of_a_picture_may_be_transparent(tmp_path):
    image = four_corners()
    path = tmp_path / '1.png'
    Image.fromarray(image).save(path, transparency=(250, 10, 10))
    image[:24, :32] = 255
    np.testing.assert_array_equal(read_image(path), image)


def test_animation_gives_its_first_picture(tmp_path):
    first, second = map(Image.fromarray, make_frames(2)[..., 0])
    for name in ('1.png', '2.gif', '3.webp'):
        path = tmp_path / name
        first.save(path, save_all=True, append_images=[second], lossless=True)
        seen = read_image(path)
        for channel in range(3):
            np.testing.assert_array_equal(seen[..., channel], first)


@pytest.mark.parametrize(
    'mode, name, options',
    [
        ('1', '1.png', {}),
        ('L', '1.png', {}),
        ('P', '1.png', {}),
        ('L', '1.bmp', {}),
        ('RGB', '1.bmp', {}),
        ('CMYK', '1.jpg', dict(quality=100, subsampling=0)),
        ('RGB', '1.jpg', dict(quality=100, subsampling=0, progressive=True)),
        # The suffix says jpg, the content is PNG.
        ('RGB', '1.jpg', dict(format='PNG')),
    ],
)
def test_kinds_of_pixels(tmp_path, mode, name, options):
    # All that the mode can tell apart.
    image = four_corners()
    if mode in ('1', 'L'):
        image = np.where(image[..., :1] > 99, 255, 0).repeat(3, 2)
        image = image.astype(np.uint8)
    path = tmp_path / name
    picture = Image.fromarray(image)
    picture = picture.quantize(4) if mode == 'P' else picture.convert(mode)
    picture.save(path, **options)
    assert np.abs(read_image(path).astype(int) - image).max() <= 4


def test_damaged_exif_data_are_no_damage(tmp_path):
    path = tmp_path / '1.png'
    Image.fromarray(four_corners()).save(path, exif=b'no exif data')
    np.testing.assert_array_equal(read_image(path), four_corners())


def cut(path):
    content = jpeg(make_frames(1, 96, 128)[0], 1)
    path.write_bytes(content[: len(content) // 2])


def floats(path):
    Image.fromarray(np.zeros((8, 8), np.float32)).save(path, 'TIFF')


def integers(path):
    Image.fromarray(np.zeros((8, 8), np.int32)).save(path, 'TIFF')


def huge(path):
    path.write_bytes(png_that_says(20000))


def avif(path):
    Image.fromarray(make_frames(1)[0]).save(path, 'AVIF')
    content = path.read_bytes()
    start = content.index(b'mdat') + 4
    path.write_bytes(content[:start] + bytes(len(content) - start))


@pytest.mark.parametrize(
    'write, words',
    [
        (avif, '00002.png is damaged: .* write this picture again'),
        (cut, '00002.png is damaged: .* write this picture again'),
        (lambda path: path.write_text('text'), '00002.png is damaged'),
        (floats, '00002.png holds numbers .* 8 or 16 bits'),
        (integers, '00002.png holds numbers .* 8 or 16 bits'),
        (huge, r'00002.png has more than \d+ pixels; scale it down'),
    ],
)
def test_picture_that_cannot_be_shown(tmp_path, write, words, recwarn):
    Image.fromarray(make_frames(1)[0]).save(tmp_path / '00001.png')
    write(tmp_path / '00002.png')
    with pytest.raises(ValueError, match=words) as error:
        open_video(tmp_path, strict=True).read([0, 1])
    assert '\n' not in str(error.value)
    assert not recwarn.list


def test_picture_above_the_limit_of_pixels(tmp_path, monkeypatch, recwarn):
    """Pillow only warns of up to twice as many."""
    Image.fromarray(four_corners()).save(tmp_path / '1.png')
    monkeypatch.setattr(Image, 'MAX_IMAGE_PIXELS', 48 * 64 - 1)
    with pytest.raises(ValueError, match='png has more than 3071 pixels'):
        read_image(tmp_path / '1.png')
    monkeypatch.setattr(Image, 'MAX_IMAGE_PIXELS', 48 * 64)
    np.testing.assert_array_equal(
        read_image(tmp_path / '1.png'), four_corners()
    )
    assert not recwarn.list


def test_pixel_format_that_cannot_be_shown():
    frame = av.VideoFrame(16, 16, 'gray32le')
    with pytest.raises(ValueError, match='mkv: pixels of format gray32le'):
        frame_to_rgb(frame, 'a.mkv', None)


@pytest.mark.parametrize('suffix', IMAGE_SUFFIXES)
def test_folder_of_every_suffix(tmp_path, suffix):
    for number in (1, 2):
        path = tmp_path / f'{number:03d}{suffix.upper()}'
        Image.fromarray(four_corners()).save(path)
    video = open_video(tmp_path)
    assert video.num_frames == 2
    assert corners_of(video.read([1])[0]) == 'ABCD'


def test_frames_are_freed_as_soon_as_nobody_uses_them(corners_video):
    """In a cycle, hundreds of them would wait for the garbage collector."""
    gc.collect()
    gc.disable()
    try:
        with av.open(str(corners_video)) as container:
            for frame in container.decode(video=0):
                frame_to_rgb(frame, corners_video, display_turn(frame))
        del frame
        kept = [o for o in gc.get_objects() if isinstance(o, av.VideoFrame)]
    finally:
        gc.enable()
    assert kept == []
