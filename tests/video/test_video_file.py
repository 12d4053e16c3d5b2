import pickle
import struct

import av
import numpy as np
import pytest
from decoded_frames import break_reading
from PIL import Image
from synthetic_media import (
    decode_all,
    make_frames,
    turn_clockwise,
    write_empty_video,
    write_frames,
    write_streams,
    write_video,
)

from stclip.utils.errors import UserError
from stclip.video.frame_cache import FrameCache
from stclip.video.frame_folder import FrameFolder
from stclip.video.opening import VideoPool, open_video, require_video
from stclip.video.video_file import VideoFile

TINY = 1  # a cache that keeps nothing: every read decodes


@pytest.fixture(scope='module')
def video_path(tmp_path_factory):
    """40 frames, a key frame every fifth."""
    path = tmp_path_factory.mktemp('video') / 'a.mp4'
    return write_video(path, make_frames(40))


@pytest.fixture
def stored(monkeypatch):
    """Frame numbers in the order in which they were decoded and kept."""
    numbers = []
    store = VideoFile._store

    def spy(self, index, frame):
        numbers.append(index)
        return store(self, index, frame)

    monkeypatch.setattr(VideoFile, '_store', spy)
    return numbers


def test_lossless_file_gives_the_pixels_written(tmp_path):
    frames = make_frames(6)
    video = open_video(write_video(tmp_path / 'a.mkv', frames, 'ffv1', fps=12))
    assert video.num_frames == 6
    assert video.fps == pytest.approx(12)
    read = video.read([5, 0, 0, 3])
    assert read.dtype == np.uint8
    np.testing.assert_array_equal(read, frames[[5, 0, 0, 3]])


@pytest.mark.parametrize('cache_bytes', [TINY, 2**20])
def test_any_order_equals_decoding_from_the_start(video_path, cache_bytes):
    expected = decode_all(video_path)
    video = VideoFile(video_path, FrameCache(cache_bytes))
    for index in np.random.default_rng(0).integers(0, 40, 60):
        np.testing.assert_array_equal(video.read([index])[0], expected[index])
    np.testing.assert_array_equal(video.read(range(40)), expected)


def test_overlapping_windows_decode_each_frame_once(video_path, stored):
    video = VideoFile(video_path)
    for start in range(32):
        video.read(range(start, start + 9))
    assert stored == list(range(40))


def test_reading_back_starts_at_the_last_key_frame(video_path, monkeypatch):
    video = VideoFile(video_path, FrameCache(TINY))
    video.read([30])
    taken = []
    take = VideoFile._next
    monkeypatch.setattr(
        VideoFile,
        '_next',
        lambda self: taken.append(self._position) or take(self),
    )
    video.read([17])
    assert taken == [15, 16, 17]


def test_counting_stops_at_the_limit_and_keeps_on_the_way(video_path, stored):
    video = VideoFile(video_path)
    assert video.count(12, keep={3, 11, 20}) == 12
    assert stored == [3, 11]
    assert video._known == 12
    assert video.count(100) == 40
    assert video.count(41) == 40


def test_header_without_count_and_pickled_copy(video_path):
    video = VideoFile(video_path)
    video.read([7])
    copy = pickle.loads(pickle.dumps(video))
    np.testing.assert_array_equal(copy.read([7]), video.read([7]))
    np.testing.assert_array_equal(copy.read([39]), video.read([39]))
    assert copy.num_frames == 40


def test_a_file_that_cannot_be_read_is_let_go(video_path, monkeypatch):
    broken = break_reading(monkeypatch)
    with pytest.raises(UserError, match=r'a\.mp4 cannot be read'):
        require_video(video_path)
    assert [file._container for file in broken] == [None]


def test_released_file_opens_again(video_path):
    video = VideoFile(video_path, FrameCache(TINY))
    before = video.read([21, 22])
    video.release()
    np.testing.assert_array_equal(video.read([21, 22]), before)


def test_frame_beyond_the_end(video_path):
    with pytest.raises(ValueError, match=r'a\.mp4 has no frame 40 .* 40 fra'):
        VideoFile(video_path).read([3, 40])


@pytest.mark.parametrize('indices', [[], [-1]])
def test_indices_that_make_no_sense(video_path, indices):
    with pytest.raises(ValueError, match='cannot read frames'):
        VideoFile(video_path).read(indices)


def test_rotation_is_applied(tmp_path):
    path = write_video(tmp_path / 'a.mp4', make_frames(3))
    upright = decode_all(path)
    turn_clockwise(path)
    np.testing.assert_array_equal(
        VideoFile(path).read([0, 2]), np.rot90(upright[[0, 2]], -1, (1, 2))
    )


def test_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r'absent\.mp4 does not exist'):
        open_video(tmp_path / 'absent.mp4')


@pytest.mark.parametrize('content', [b'', b'this is no video' * 50])
def test_file_that_is_no_video(tmp_path, content):
    path = tmp_path / 'no.mp4'
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r'no\.mp4 cannot be opened'):
        open_video(path)


def test_file_without_a_video_stream(tmp_path):
    path = tmp_path / 'sound.wav'
    with av.open(str(path), 'w') as container:
        stream = container.add_stream('pcm_s16le', rate=8000)
        sound = np.zeros((1, 800), np.int16)
        frame = av.AudioFrame.from_ndarray(sound, 's16', 'mono')
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
    with pytest.raises(ValueError, match=r'sound\.wav has no video stream'):
        open_video(path)


def test_video_of_no_frames(tmp_path):
    # A file whose only packets hold nothing that decodes.
    path = write_video(tmp_path / 'a.avi', make_frames(4))
    content = bytearray(path.read_bytes())
    start = content.index(b'movi') + 4
    end = content.index(b'idx1')
    content[start + 8 : end] = bytes(end - start - 8)
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r'a\.avi'):
        print(VideoFile(path).num_frames)


@pytest.mark.parametrize(
    'name, fault',
    [
        ('a.avi', 'holds no video frame'),
        # FFmpeg itself finds these two empty.
        ('a.mkv', 'cannot be opened as a video: '),
        ('a.mp4', 'has no video stream'),
    ],
)
@pytest.mark.parametrize('strict', [False, True])
def test_container_without_frames(tmp_path, name, fault, strict):
    path = write_empty_video(tmp_path / name)
    with pytest.raises(ValueError) as error:
        print(open_video(path, strict=strict).num_frames)
    assert str(error.value).startswith(f'{path} {fault}')


def test_count_of_the_header_is_not_believed(tmp_path):
    """AVI states the number of frames twice; here 99 and 99 for 6."""
    path = write_video(tmp_path / 'a.avi', make_frames(6))
    expected = decode_all(path)
    content = bytearray(path.read_bytes())
    for chunk, place in ((b'avih', 16), (b'strh', 32)):
        at = content.index(chunk) + 8 + place
        struct.pack_into('<I', content, at, 99)
    path.write_bytes(content)
    with av.open(str(path)) as container:
        assert container.streams.video[0].frames == 99
    video = VideoFile(path)
    assert video.num_frames == 6
    np.testing.assert_array_equal(video.read(range(6)), expected)
    with pytest.raises(ValueError, match=r'no frame 6 .* ends after 6 frames'):
        video.read([6])


def test_first_of_two_video_streams(tmp_path):
    first, second = make_frames(7), make_frames(9, 16, 16, seed=1)
    path = write_streams(tmp_path / 'a.mkv', first, second)
    video = VideoFile(path, FrameCache(TINY))
    assert video.num_frames == 7
    for index in (6, 0, 3, 2):
        np.testing.assert_array_equal(video.read([index])[0], first[index])


def test_damage_is_named_with_its_place(tmp_path):
    path = write_video(tmp_path / 'a.mkv', make_frames(8), 'ffv1', gop=1)
    content = bytearray(path.read_bytes())
    place = len(content) // 2
    content[place : place + 4000] = b'\xff' * 4000
    path.write_bytes(content)
    video = VideoFile(path, strict=True)
    for _ in range(2):  # it is not forgotten
        with pytest.raises(ValueError, match=r'a\.mkv is damaged: .*frame 3'):
            print(video.num_frames)


def test_truncated_video_ends_earlier(tmp_path):
    path = write_video(tmp_path / 'a.avi', make_frames(30, 96, 128), gop=1)
    expected = decode_all(path)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    video = VideoFile(path)
    number = video.num_frames
    assert 5 < number < 25
    np.testing.assert_array_equal(
        video.read(range(number - 2)), expected[: number - 2]
    )


@pytest.mark.parametrize('first', [0, 1])
@pytest.mark.parametrize(
    'pattern', ['{:05d}.png', 'img_{}.png', '2f_{:06d}.PNG']
)
def test_folder_is_read_in_the_order_of_numbers(tmp_path, first, pattern):
    frames = make_frames(12)
    folder = write_frames(tmp_path / 'clip', frames, pattern, first)
    (folder / 'notes.txt').write_text('not a frame')
    video = open_video(folder)
    assert isinstance(video, FrameFolder)
    assert (video.num_frames, video.fps) == (12, None)
    assert video.count(5) == 5
    np.testing.assert_array_equal(video.read([11, 2]), frames[[11, 2]])


def test_folder_reads_each_file_once(tmp_path, monkeypatch):
    folder = write_frames(tmp_path / 'clip', make_frames(12))
    opened = []
    read = Image.open
    monkeypatch.setattr(
        Image, 'open', lambda file: opened.append(file.name) or read(file)
    )
    video = open_video(folder)
    for start in range(4):
        video.read(range(start, start + 9))
    assert opened == [f'{number:05d}.png' for number in range(1, 13)]


def test_grey_image_becomes_rgb(tmp_path):
    folder = tmp_path / 'clip'
    folder.mkdir()
    grey = make_frames(1)[0, ..., 0]
    Image.fromarray(grey).save(folder / '1.jpg', quality=100)
    (frame,) = open_video(folder).read([0])
    assert frame.shape == (24, 32, 3) and (frame == frame[..., :1]).all()
    np.testing.assert_allclose(frame[..., 0], grey, atol=2)


@pytest.mark.parametrize(
    'names, message',
    [
        ([], 'holds no jpg or png'),
        (['1.png', '3.png'], 'frame number 2 is missing'),
        (['2.png', '3.png'], 'frame number 1 is missing'),
        (['1.png', '01.jpg'], "frame 1 twice: \\['01.jpg', '1.png'\\]"),
        (['cover.png'], 'does not end in a number'),
    ],
)
def test_folder_that_is_not_whole(tmp_path, names, message):
    for name in names:
        Image.fromarray(make_frames(1)[0]).save(tmp_path / name)
    with pytest.raises(ValueError, match=message):
        print(open_video(tmp_path).num_frames)


def test_pool_keeps_few_files_open_and_one_cache(tmp_path):
    cache = FrameCache(2**20)
    pool = VideoPool(cache, max_open=2)
    paths = [
        write_video(tmp_path / f'{name}.mp4', make_frames(6)) for name in 'abc'
    ]
    videos = []
    for path in paths:
        videos.append(pool.open(path))
        videos[-1].read([0])
    is_open = [video._container is not None for video in videos]
    assert is_open == [False, True, True]
    assert pool.open(paths[0]) is videos[0]
    videos[0].read([1])
    is_open = [video._container is not None for video in videos]
    assert is_open == [True, False, True]
    assert len(cache) == 4


def test_pool_of_a_forked_process_opens_anew(video_path, monkeypatch):
    pool = VideoPool(FrameCache())
    before = pool.open(video_path)
    monkeypatch.setattr('os.getpid', lambda: -1)
    assert pool.open(video_path) is not before


@pytest.mark.shared
def test_real_videos_in_any_order(shared_dir):
    """Xvid, H.264, packed B-frames, two streams, odd tags."""
    folder = shared_dir / 'realdata'
    paths = [
        folder / 'videos' / name
        for name in (
            'decord/flipping_a_pancake.mkv',
            'mmaction2/test.avi',
            'torchcodec/nasa_13013.mp4',
            'torchvision/TrumanShow_wave_f_nm_np1_fr_med_26.avi',
        )
    ]
    paths += sorted((folder / 'videos' / 'torchvision').glob('*cartwheel*'))
    paths += sorted((folder / 'ucf24' / 'videos').glob('*.mp4'))[:2]
    assert len(paths) == 7
    for path in paths:
        expected = decode_all(path)
        video = VideoFile(path, FrameCache(TINY))
        order = np.random.default_rng(0).permutation(len(expected))[:12]
        for index in order:
            frame = video.read([index])[0]
            np.testing.assert_array_equal(frame, expected[index])
        assert video.num_frames == len(expected)


@pytest.mark.shared
@pytest.mark.parametrize(
    'name, stated, number, size_hw',
    [
        # Of two streams the first; the other one has 390 frames.
        ('torchcodec/nasa_13013.mp4', 325, 325, (180, 320)),
        (
            'torchvision/TrumanShow_wave_f_nm_np1_fr_med_26.avi',
            49,
            48,
            (240, 432),
        ),
    ],
)
def test_what_real_headers_state(shared_dir, name, stated, number, size_hw):
    path = shared_dir / 'realdata' / 'videos' / name
    with av.open(str(path), metadata_errors='ignore') as container:
        assert container.streams.video[0].frames == stated
    video = VideoFile(path)
    assert video.num_frames == number
    assert video.read([number - 1]).shape[1:3] == size_hw
