"""Damaged files, against the same files undamaged."""

import shutil
from fractions import Fraction

import av
import numpy as np
import pytest
from synthetic_media import (
    decode_all,
    make_frames,
    overwrite,
    packets_of,
    write_video,
)

from stclip.utils.errors import UserError
from stclip.video import damage as damage_module
from stclip.video.damage import Damage
from stclip.video.frame_cache import FrameCache
from stclip.video.opening import open_video

TINY = 1
# Containers and codecs, with what stands between two key frames.
FILES = [
    ('a.avi', 'mjpeg', {}),
    ('a.mov', 'mjpeg', {}),
    ('a.mp4', 'libx264', dict(g='10', bf='2')),
    ('a.mp4', 'libx264', dict(g='10', bf='0')),
    ('a.mp4', 'libx265', {'x265-params': 'keyint=10:log-level=none'}),
    ('a.mkv', 'mjpeg', {}),
    ('a.mkv', 'libx264', dict(g='10', bf='2')),
    ('a.webm', 'libvpx', dict(g='10')),
    ('a.webm', 'libvpx-vp9', dict(g='10')),
    ('a.ts', 'libx264', dict(g='10', bf='2')),
    ('a.avi', 'mpeg4', {}),
]


@pytest.fixture(scope='module')
def kept(tmp_path_factory):
    """Writer and its arguments -> the file it writes; not to be damaged."""
    folder = tmp_path_factory.mktemp('kept')
    files = {}

    def write_once(write, name, *others):
        what = repr((write, name, *others))
        if what not in files:
            path = folder / str(len(files)) / name
            path.parent.mkdir()
            write(path, *others)
            files[what] = path
        return files[what]

    return write_once


@pytest.fixture(params=FILES, ids=lambda p: f'{p[0]}-{p[1]}')
def sound(request, tmp_path, kept):
    """60 frames of noise that moves."""
    name, *how = request.param
    return shutil.copy(kept(write_sound, name, *how), tmp_path / name)


def write_sound(path, codec, options):
    noise = make_frames(1, 64, 96)[0]
    frames = np.stack([np.roll(noise, 3 * i, 1) for i in range(60)])
    with av.open(str(path), 'w') as container:
        stream = container.add_stream(codec, rate=25, options=options)
        stream.height, stream.width = 64, 96
        stream.pix_fmt = 'yuvj420p' if codec == 'mjpeg' else 'yuv420p'
        stream.codec_context.gop_size = 10
        stream.bit_rate = 1_000_000
        for frame in frames:
            picture = av.VideoFrame.from_ndarray(frame, format='rgb24')
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))


@pytest.fixture
def told(monkeypatch):
    lines = []
    monkeypatch.setattr(
        damage_module, 'print_log', lambda line, *rest: lines.append(line)
    )
    return lines


@pytest.mark.parametrize('value', [0, 255])
def test_a_packet_costs_frames_but_no_number(sound, value, told):
    expected = decode_all(sound)
    assert not open_video(sound).damage
    place, size = packets_of(sound)[24]
    overwrite(sound, place, size, value)
    video = open_video(sound, FrameCache(2**30))
    assert video.num_frames == 60
    damage = video.damage
    assert damage
    lost = damage.lost_frames
    assert len(lost) <= 20  # it goes on at a key frame at the latest
    read = video.read(range(60))
    # Before the damage, and after the next key frames, all is as it was.
    for index in (*range(19), *range(45, 60)):
        np.testing.assert_array_equal(read[index], expected[index])
    for index in lost:
        np.testing.assert_array_equal(read[index], read[index - 1])
    assert len(told) == 1
    assert str(damage) in told[0] and str(sound) in told[0]


def test_random_access_equals_decoding_in_order(sound, request):
    packets = packets_of(sound)
    damaged = 13, 24, 25, 41
    for number in damaged:
        place, size = packets[number]
        # Of JPEG the head: a half picture is filled up by what lies about.
        start = 0 if 'mjpeg' in request.node.callspec.id else size // 3
        overwrite(sound, place + start, max(1, size // 2), 0xA5)
    whole = open_video(sound, FrameCache(2**30))
    expected = whole.read(range(whole.num_frames))
    video = open_video(sound, FrameCache(TINY))
    # Decoders of H.264 and MPEG-4 hide errors by what lies in their memory,
    # up to the next key frame, every 10th: no two readings are equal there.
    hides = any(
        codec in request.node.callspec.id for codec in ('libx264', 'mpeg4')
    )
    undefined = {
        index
        for number in damaged
        for index in range(number - number % 10 - 3, number - number % 10 + 13)
        if hides
    }
    for index in np.random.default_rng(0).permutation(len(expected)):
        image = video.read([index])[0]
        if index not in undefined:
            np.testing.assert_array_equal(image, expected[index])
    assert video.num_frames == whole.num_frames
    assert video.damage == whole.damage


def test_strict_names_the_frame_and_the_way_out(sound):
    place, size = packets_of(sound)[24]
    overwrite(sound, place, size)
    video = open_video(sound, strict=True)
    for _ in range(2):  # it is not forgotten
        with pytest.raises(UserError, match=r'a\.\w+ is damaged: .*anew, or'):
            print(video.num_frames)


def test_damage_of_one_picture_is_that_of_one_frame(tmp_path):
    """Each picture by itself: all but the lost one are as they were."""
    path = write_video(tmp_path / 'a.mkv', make_frames(30), 'ffv1', gop=1)
    expected = decode_all(path)
    place, size = packets_of(path)[12]
    overwrite(path, place + 20, size - 40)
    video = open_video(path)
    assert video.num_frames == 30
    assert video.damage == Damage(lost_frames=(12,))
    expected[12] = expected[11]
    np.testing.assert_array_equal(video.read(range(30)), expected)
    assert video.time_of(13) == pytest.approx(13 / 25)
    assert video.damage.to_json() == dict(
        lost_frames=[12],
        corrupt_frames=[],
        resized_frames=[],
        cut_short=False,
    )


@pytest.mark.parametrize('number, shown', [(0, 1), (29, 28)])
def test_first_and_last_frame(tmp_path, number, shown):
    path = write_video(tmp_path / 'a.avi', make_frames(30), 'mjpeg')
    expected = decode_all(path)
    place, size = packets_of(path)[number]
    overwrite(path, place, size)
    video = open_video(path)
    assert video.num_frames == 30
    assert video.damage.lost_frames == (number,)
    expected[number] = expected[shown]
    np.testing.assert_array_equal(video.read(range(30)), expected)


CONTAINERS = [
    ('a.mp4', dict(movflags='faststart')),
    ('a.mp4', dict(movflags='frag_keyframe+empty_moov')),
    ('a.mkv', {}),
    ('a.avi', {}),
    ('a.ts', {}),
    ('a.flv', {}),
    ('a.webm', {}),
    ('a.wmv', {}),
    ('a.ogv', {}),
]


def write_container(path, options):
    codec = {'.webm': 'libvpx', '.wmv': 'wmv2', '.ogv': 'libvpx'}.get(
        path.suffix, 'libx264'
    )
    noise = make_frames(1, 64, 96)[0]
    with av.open(
        str(path),
        'w',
        format='ogg' if path.suffix == '.ogv' else None,
        options=options,
    ) as container:
        stream = container.add_stream(codec, rate=25)
        stream.height, stream.width, stream.pix_fmt = 64, 96, 'yuv420p'
        stream.codec_context.gop_size = 10
        stream.bit_rate = 1_000_000
        for index in range(60):
            picture = av.VideoFrame.from_ndarray(
                np.roll(noise, 3 * index, 1), format='rgb24'
            )
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))


@pytest.mark.parametrize('name, options', CONTAINERS)
@pytest.mark.parametrize('part', [0.35, 0.66, 0.9])
def test_cut_file_is_used_as_far_as_it_goes(
    tmp_path, name, options, part, told, kept
):
    path = shutil.copy(kept(write_container, name, options), tmp_path / name)
    expected = decode_all(path)
    assert not open_video(path).damage
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * part)])
    video = open_video(path)
    number = video.num_frames
    assert 0 < number < 60
    whole = max(1, number - 3 - len(video.damage.corrupt_frames))
    np.testing.assert_array_equal(video.read(range(whole)), expected[:whole])
    assert video.damage.cut_short
    assert len(told) == 1
    assert 'cut short' in told[0]
    with pytest.raises(UserError, match=r'a\.\w+ is damaged'):
        print(open_video(path, strict=True).num_frames)


def test_cut_file_that_cannot_be_read(tmp_path):
    path = tmp_path / 'a.mp4'
    write_container(path, {})
    content = path.read_bytes()
    for end in (len(content) // 2, content.index(b'moov') - 4):
        path.write_bytes(content[:end])
        with pytest.raises(UserError, match=r'a\.mp4 is cut short: .*moov'):
            open_video(path)


def encode(frames, codec):
    encoder = av.CodecContext.create(codec, 'w')
    encoder.height, encoder.width = frames.shape[1:3]
    encoder.pix_fmt = 'yuvj420p' if codec == 'mjpeg' else 'yuv420p'
    encoder.time_base = Fraction(1, 25)
    if codec == 'libx264':
        encoder.options = dict(tune='zerolatency')
    for frame in frames:
        yield from encoder.encode(
            av.VideoFrame.from_ndarray(frame, format='rgb24')
        )
    yield from encoder.encode(None)


@pytest.mark.parametrize(
    'name, codec', [('a.mkv', 'mjpeg'), ('a.ts', 'libx264')]
)
def test_size_that_changes_midway(tmp_path, name, codec, told):
    """Frames of three encoders in one stream."""
    path = tmp_path / name
    small, large = make_frames(10, 48, 64), make_frames(10, 96, 128)
    packets = [
        bytes(packet)
        for frames in (small, large, small)
        for packet in encode(frames, codec)
    ]
    with av.open(str(path), 'w') as container:
        stream = container.add_stream(codec, rate=25)
        stream.height, stream.width = 48, 64
        stream.pix_fmt = 'yuvj420p' if codec == 'mjpeg' else 'yuv420p'
        for count, content in enumerate(packets):
            packet = av.Packet(content)
            packet.stream, packet.time_base = stream, Fraction(1, 25)
            packet.pts = packet.dts = count
            packet.is_keyframe = count % 10 == 0
            container.mux(packet)
    video = open_video(path)
    assert video.num_frames == 30
    read = video.read(range(30))
    assert read.shape[1:] == (48, 64, 3)
    assert video.damage == Damage(resized_frames=tuple(range(10, 20)))
    assert len(told) == 1
    # Brightness shows that these are the large pictures, scaled.
    for index in range(10, 20):
        gap = read[index].mean() - large[index - 10].mean()
        assert abs(gap) < 6
    with pytest.raises(UserError, match='frame 10 has another size'):
        print(open_video(path, strict=True).num_frames)


@pytest.mark.shared
@pytest.mark.parametrize(
    'name, damage',
    [
        ('11_damaged_packet/dmg_rand_b60mj.avi', Damage((20,))),
        ('11_damaged_packet/dmg_zero_b60h.mp4', Damage((19,))),
        ('12_truncated/tail_b60fast.mp4', Damage(cut_short=True)),
    ],
)
def test_cases(shared_dir, name, damage):
    video = open_video(shared_dir / 'cases' / name)
    assert video.num_frames == (39 if damage.cut_short else 60)
    assert video.damage == damage
    assert video.time_of(30) == pytest.approx(30 / 25)


@pytest.mark.shared
def test_no_real_video_is_called_damaged(shared_dir):
    """J-HMDB's headers state more frames than there are."""
    folder = shared_dir / 'realdata' / 'jhmdb' / 'videos'
    paths = sorted(folder.rglob('*.avi'))
    assert len(paths) == 109
    for path in paths:
        video = open_video(path)
        assert video.num_frames and not video.damage, path
