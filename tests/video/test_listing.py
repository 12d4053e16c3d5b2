import pytest
from synthetic_media import make_frames, write_frames

from stclip.video.listing import find_videos, list_videos


@pytest.fixture
def root(tmp_path):
    (tmp_path / 'frames_of_a').mkdir()
    (tmp_path / 'b.mp4').touch()
    (tmp_path / 'clap' / 'frames_of_c').mkdir(parents=True)
    (tmp_path / 'clap' / 'd.v2.avi').touch()
    return tmp_path


@pytest.mark.parametrize(
    'name, path',
    [
        ('frames_of_a', 'frames_of_a'),
        ('b', 'b.mp4'),
        ('frames_of_c', 'clap/frames_of_c'),
        ('d.v2', 'clap/d.v2.avi'),
        ('clap/d.v2', 'clap/d.v2.avi'),
    ],
)
def test_layouts(root, name, path):
    assert find_videos(root, [name]) == {name: root / path}


def test_one_error_for_all_that_is_missing(root):
    names = ['b', *(f'lost_{k}' for k in range(5))]
    with pytest.raises(FileNotFoundError) as error:
        find_videos(root, names)
    message = str(error.value)
    assert message.startswith('5 of 6 videos are missing')
    assert 'lost_0, lost_1, lost_2 (' in message
    assert 'data/README.md' in message


def test_missing_root(tmp_path):
    with pytest.raises(FileNotFoundError, match=r'absent, does not exist'):
        find_videos(tmp_path / 'absent', ['a'])


def test_all_videos_are_listed(root):
    frames = make_frames(1)
    write_frames(root / 'z', frames)
    write_frames(root / 'clap' / 'y', frames)
    (root / 'clap' / 'notes.txt').touch()
    # Folders without images are no videos.
    assert list_videos(root) == ['b', 'd.v2', 'y', 'z']
    assert list(find_videos(root, list_videos(root))) == list_videos(root)


def test_listed_names_are_unique(root):
    (root / 'clap' / 'b.avi').touch()
    with pytest.raises(ValueError, match='have the same name'):
        list_videos(root)


def test_nothing_to_list(tmp_path):
    with pytest.raises(FileNotFoundError, match='no video'):
        list_videos(tmp_path)
    with pytest.raises(FileNotFoundError, match='absent'):
        list_videos(tmp_path / 'other')
