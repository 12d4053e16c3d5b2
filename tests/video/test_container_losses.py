"""What a container loses without a word, told by places and time stamps."""

import re
import struct
from fractions import Fraction

import av
import numpy as np
import pytest
from numbered_video import (
    NUM_FRAMES,
    X264,
    drawn,
    number_of,
    write_numbered,
)
from synthetic_media import make_frames, overwrite, packets_of, write_timed

from stclip.utils.errors import UserError
from stclip.video.damage import Damage
from stclip.video.opening import open_video

FRAGMENTS = dict(movflags='frag_keyframe+empty_moov+default_base_moof')


def write_mp4(path, times_ms, **options):
    """Pictures that show their numbers, at times of their own."""
    with av.open(str(path), 'w', options=options) as container:
        stream = container.add_stream('libx264', rate=25, options=X264)
        stream.height, stream.width = drawn(0).shape[:2]
        stream.pix_fmt = 'yuv420p'
        stream.codec_context.max_b_frames = 0
        stream.codec_context.time_base = Fraction(1, 1000)
        for number, time in enumerate(times_ms):
            picture = av.VideoFrame.from_ndarray(drawn(number))
            picture.time_base, picture.pts = Fraction(1, 1000), time
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


def shown_by(video):
    return [number_of(video.read([i])[0]) for i in range(video.num_frames)]


def put_noise(path, place, size):
    content = bytearray(path.read_bytes())
    noise = np.random.default_rng(1).integers(0, 256, size, np.uint8)
    content[place : place + size] = noise.tobytes()
    path.write_bytes(content)


@pytest.mark.parametrize(
    'name, codec, header', [('a.ts', 'mpeg2video', 4), ('a.m2ts', 'h264', 8)]
)
def test_a_noisy_header_within_a_transport_packet(
    tmp_path, name, codec, header
):
    options = X264 if codec == 'h264' else {}
    codec = 'libx264' if codec == 'h264' else codec
    path = write_numbered(tmp_path / name, codec, 0, options)
    assert open_video(path).num_frames == NUM_FRAMES
    assert not open_video(path).damage
    place, _ = packets_of(path)[24]
    put_noise(path, place + header, 184)
    video = open_video(path, on_damage=None)
    assert video.num_frames == NUM_FRAMES
    assert video.damage.lost_frames == (24,)
    shown = shown_by(video)
    far = [*range(24), *range(30, NUM_FRAMES)]
    assert [shown[i] for i in far] == far


def test_a_program_stream_with_a_lost_picture(tmp_path):
    path = write_numbered(tmp_path / 'a.mpg', 'mpeg2video', 0, {})
    assert not open_video(path).damage
    size = path.stat().st_size
    overwrite(path, size // 2, size // 100)
    video = open_video(path, on_damage=None)
    assert video.num_frames == NUM_FRAMES
    assert 1 <= len(video.damage.lost_frames) <= 8
    shown, near = shown_by(video), video.damage.lost_frames[0]
    far = [i for i in range(NUM_FRAMES) if not -4 <= i - near < 12]
    assert [shown[i] for i in far] == far


def test_windows_media_without_one_of_its_pieces(tmp_path):
    """All pictures of the piece are lost, and those that need them spoilt."""
    path = write_numbered(tmp_path / 'a.wmv', 'wmv2', 0, {})
    assert not open_video(path).damage
    overwrite(path, *packets_of(path)[24])
    video = open_video(path, on_damage=None)
    assert video.num_frames == NUM_FRAMES
    lost = video.damage.lost_frames
    assert lost == tuple(range(lost[0], lost[-1] + 1))
    assert 20 <= lost[0] <= 24 and lost[-1] < 40
    shown, far = shown_by(video), [*range(lost[0]), *range(40, NUM_FRAMES)]
    assert [shown[i] for i in far] == far
    assert video.time_of(59) == pytest.approx(59 / 25)
    with pytest.raises(UserError, match=r'a\.wmv is damaged: frame'):
        open_video(path, strict=True).examine()


@pytest.fixture
def fragmented(tmp_path):
    path = write_mp4(
        tmp_path / 'a.mp4', range(0, 40 * NUM_FRAMES, 40), **FRAGMENTS
    )
    starts = [m.start() - 4 for m in re.finditer(b'moof', path.read_bytes())]
    assert len(starts) >= NUM_FRAMES / 10
    video = open_video(path)
    assert video.num_frames == NUM_FRAMES and not video.damage
    return path, starts


@pytest.mark.parametrize('spoil', [overwrite, put_noise])
def test_a_fragment_behind_a_spoilt_header(fragmented, spoil):
    path, starts = fragmented
    spoil(path, starts[2], 16)
    video = open_video(path, on_damage=None)
    assert shown_by(video) == list(range(20))
    assert video.damage == Damage(cut_short=True)
    with pytest.raises(UserError, match=r'a\.mp4 is damaged: .*cut short'):
        open_video(path, strict=True).examine()


def test_a_fragment_that_is_missing(fragmented):
    path, starts = fragmented
    content = path.read_bytes()
    path.write_bytes(content[: starts[2]] + content[starts[3] :])
    video = open_video(path, on_damage=None)
    assert video.num_frames == NUM_FRAMES
    assert video.damage == Damage(lost_frames=tuple(range(20, 30)))
    shown = shown_by(video)
    assert shown == [*range(20), *[19] * 10, *range(30, NUM_FRAMES)]
    assert video.time_of(30) == pytest.approx(30 / 25)


def test_what_follows_the_fragments_is_no_damage(fragmented):
    path, _ = fragmented
    with path.open('ab') as file:
        file.write(bytes(5000))
    assert shown_by(video := open_video(path)) == list(range(NUM_FRAMES))
    assert not video.damage


def test_a_list_of_sizes_that_breaks_off(tmp_path):
    path = write_mp4(tmp_path / 'a.mp4', range(0, 40 * NUM_FRAMES, 40))
    content = path.read_bytes()
    place = content.index(b'stsz') + 16 + 24 * 4
    overwrite(path, place, 8, 0xE5)
    video = open_video(path, on_damage=None)
    assert shown_by(video) == list(range(24))
    assert video.damage == Damage(cut_short=True)


def test_a_film_that_an_editor_shortened_is_whole(tmp_path):
    """All pictures are stored, 24 are shown: QuickTime trims like that."""
    path = write_mp4(tmp_path / 'a.mp4', range(0, 40 * NUM_FRAMES, 40))
    content = bytearray(path.read_bytes())
    place = content.index(b'elst') + 12
    assert struct.unpack_from('>I', content, place) == (40 * NUM_FRAMES,)
    struct.pack_into('>I', content, place, 40 * 24)
    path.write_bytes(content)
    video = open_video(path)
    # FFmpeg's own way with edit lists gives up to two pictures more.
    assert 24 <= video.num_frames <= 26
    assert not video.damage


def test_pictures_of_a_gif_behind_damage(tmp_path):
    path = tmp_path / 'a.gif'
    with av.open(str(path), 'w') as container:
        stream = container.add_stream('gif', rate=25)
        stream.height, stream.width, stream.pix_fmt = 24, 32, 'rgb8'
        for frame in make_frames(30):
            picture = av.VideoFrame.from_ndarray(frame, format='rgb24')
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    video = open_video(path)
    assert video.num_frames == 30 and not video.damage
    overwrite(path, *packets_of(path)[12])
    video = open_video(path, on_damage=None)
    assert video.num_frames == 12
    assert video.damage == Damage(cut_short=True)


# Slower from the 30th picture on, and single pictures that a camera left out.
SLOWER = [40 * i for i in range(30)] + [1200 + 200 * i for i in range(20)]
LEFT_OUT = [40 * i for i in range(60) if i not in (12, 30, 31, 45)]


@pytest.mark.parametrize('times', [SLOWER, LEFT_OUT])
@pytest.mark.parametrize(
    'name, codec', [('a.ts', 'libx264'), ('a.m2ts', 'libx264')]
)
def test_rates_that_vary_are_no_damage(tmp_path, name, codec, times):
    frames = make_frames(len(times), 64, 96)
    path = write_timed(
        tmp_path / name, frames, [time / 1000 for time in times], codec
    )
    video = open_video(path)
    assert video.num_frames == len(times) and not video.damage
    seen = [video.time_of(index) for index in range(len(times))]
    np.testing.assert_allclose(seen, np.array(times) / 1000, atol=0.002)


@pytest.mark.parametrize('times', [SLOWER, LEFT_OUT])
def test_rates_that_vary_over_fragments(tmp_path, times):
    path = write_mp4(tmp_path / 'a.mp4', times, **FRAGMENTS)
    video = open_video(path)
    assert shown_by(video) == list(range(len(times)))
    assert not video.damage


def test_rates_that_vary_in_windows_media(tmp_path):
    frames = make_frames(len(SLOWER), 64, 96)
    seconds = [time / 1000 for time in SLOWER]
    path = write_timed(tmp_path / 'a.wmv', frames, seconds, 'wmv2')
    video = open_video(path)
    assert video.num_frames == len(SLOWER) and not video.damage
