"""Folders of frames some of which are damaged or of another size."""

import json

import numpy as np
import pytest
from PIL import Image
from synthetic_media import make_frames, write_frames

from stclip.utils.errors import UserError
from stclip.video import damage as damage_module
from stclip.video.damage import Damage
from stclip.video.frame_cache import FrameCache
from stclip.video.opening import VideoPool, open_video, require_video
from stclip.video.pixels import read_image, read_size

TINY = 1


def empty(path):
    path.write_bytes(b'')


def text(path):
    path.write_text('none of your pictures')


def cut(path):
    path.write_bytes(path.read_bytes()[:-200])


def zeroed(path):
    path.write_bytes(bytes(path.stat().st_size))


@pytest.fixture
def told(monkeypatch):
    lines = []
    monkeypatch.setattr(
        damage_module, 'print_log', lambda line, *rest: lines.append(line)
    )
    return lines


@pytest.fixture
def frames():
    return make_frames(6)


@pytest.fixture
def folder(tmp_path, frames):
    return write_frames(tmp_path / 'clip', frames)


@pytest.mark.parametrize('spoil', [empty, text, cut, zeroed])
@pytest.mark.parametrize(
    'lost, shown',
    [
        ((2,), (0, 1, 1, 3, 4, 5)),
        ((0,), (1, 1, 2, 3, 4, 5)),
        ((5,), (0, 1, 2, 3, 4, 4)),
        ((0, 1, 3, 4), (2, 2, 2, 2, 2, 5)),
    ],
)
def test_lost_picture_is_shown_as_the_one_before(
    folder, frames, told, spoil, lost, shown
):
    for index in lost:
        spoil(folder / f'{index + 1:05d}.png')
    for order in (range(6), (5, 3, 0, 4, 2, 1)):
        video = open_video(folder, FrameCache(TINY))
        for index in order:
            np.testing.assert_array_equal(
                video.read([index])[0], frames[shown[index]]
            )
        assert video.num_frames == 6
        assert video.damage == Damage(lost_frames=lost)
    assert len(told) == 2
    assert f'{lost[0] + 1:05d}.png' in told[0]


def test_headers_tell_most_damage_beforehand(folder, told, monkeypatch):
    text(folder / '00003.png')
    big = Image.fromarray(make_frames(1, 48, 64)[0])
    big.save(folder / '00005.png')
    monkeypatch.setattr(
        'stclip.video.frame_folder.read_image', lambda path: pytest.fail()
    )
    video = open_video(folder)
    video.examine()
    assert video.damage == Damage(lost_frames=(2,), resized_frames=(4,))
    assert len(told) == 1
    assert json.dumps(video.damage.to_json())


@pytest.mark.parametrize('first', ['00001.png', '00002.png'])
def test_other_sizes_are_scaled_to_that_of_the_first(folder, told, first):
    """Whichever is read first; the first may have lost its header."""
    if first != '00001.png':
        text(folder / '00001.png')
    large = np.full((48, 64, 3), 90, np.uint8)
    large[:, 32:] = 200
    Image.fromarray(large).save(folder / '00004.png')
    video = open_video(folder, FrameCache(TINY))
    read = video.read([3])[0]
    assert read.shape == (24, 32, 3)
    assert abs(read[:, :14] - 90.0).max() < 2
    assert abs(read[:, 18:] - 200.0).max() < 2
    assert video.read([2, 3]).shape == (2, 24, 32, 3)
    assert video.damage.resized_frames == (3,)
    assert len(told) == 1


def test_strict_refuses_and_names_the_picture(folder):
    cut(folder / '00003.png')
    require_video(folder)
    for look in (
        lambda: open_video(folder, strict=True).read([2]),
        lambda: open_video(folder, strict=True).examine(),
        lambda: require_video(folder, strict=True),
    ):
        with pytest.raises(UserError, match=r'00003\.png is damaged'):
            look()
    Image.fromarray(make_frames(1, 48, 64)[0]).save(folder / '00003.png')
    with pytest.raises(UserError, match=r'00003\.png: frames differ in size'):
        require_video(folder, strict=True)


def test_nothing_that_can_be_read(folder):
    for file in folder.iterdir():
        empty(file)
    with pytest.raises(UserError, match=r'00001\.png is damaged') as error:
        open_video(folder).read([4])
    assert '\n' not in str(error.value)


@pytest.mark.parametrize('orientation', range(1, 9))
def test_size_of_a_header_is_that_of_the_picture(tmp_path, orientation):
    image = Image.fromarray(make_frames(1, 24, 40)[0])
    exif = Image.Exif()
    exif[0x0112] = orientation
    for name in ('a.jpg', 'a.png'):
        image.save(tmp_path / name, exif=exif)
        shape = read_image(tmp_path / name).shape
        assert read_size(tmp_path / name) == shape[:2]


def test_rate_is_for_folders(folder, tmp_path):
    from synthetic_media import write_video

    require_video(folder, fps=10)
    path = write_video(tmp_path / 'a.mp4', make_frames(4))
    with pytest.raises(UserError, match=r'a\.mp4 is a file.* --fps'):
        require_video(path, fps=10)


def test_pool_knows_a_folder_at_two_rates(folder):
    pool = VideoPool(FrameCache())
    assert pool.open(folder, 10.0).time_of(5) == 0.5
    assert pool.open(folder, 5.0).time_of(5) == 1
    assert pool.open(folder).time_of(5) is None
