import os
import re
from pathlib import Path

import pytest
from synthetic_media import make_frames, write_frames

from stclip.utils.errors import MissingFileError
from stclip.video import open_video
from stclip.video.frame_folder import list_frames
from stclip.video.listing import (
    VIDEO_SUFFIXES,
    find_videos,
    list_videos,
    look_for_videos,
    videos_at,
)


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


@pytest.mark.parametrize(
    'file',
    [
        *('v.MP4', 'v.Mp4', 'v.MOV', 'v.ts', 'v.MTS', 'v.m2ts', 'v.flv'),
        *('v.asf', 'v.mpeg', 'v.MPG', 'v.gif', 'v.ogv', 'v.3gp', 'v.vob'),
        *('v.WMV', 'v.qt', 'v.F4V', 'v.mxf', 'v.M2V', 'v.divx', 'v.rmvb'),
    ],
)
def test_suffixes_of_cameras_and_archives(tmp_path, file):
    (tmp_path / 'in_class').mkdir()
    for folder in (tmp_path, tmp_path / 'in_class'):
        (folder / file).touch()
        assert list_videos(folder) == ['v']
        # With the suffix too, in whatever case the annotations write it.
        suffix = file[1:]
        for name in ('v', file, 'v' + suffix.lower(), 'v' + suffix.upper()):
            assert find_videos(folder, [name]) == {name: folder / file}
        (folder / file).unlink()


@pytest.mark.shared
def test_suffixes_in_upper_case(shared_dir):
    root = shared_dir / 'cases' / '06_upper_suffix'
    assert find_videos(root, list_videos(root)) == {
        'GOPR0001': root / 'GOPR0001.MP4',
        'IMG_2': root / 'IMG_2.MOV',
    }
    for name, path in find_videos(root, list_videos(root)).items():
        assert open_video(path).num_frames > 0, name


def test_hidden_files_and_folders_are_no_media(tmp_path, log_lines):
    write_frames(tmp_path / 'frames', make_frames(2))
    (tmp_path / 'frames' / '._00001.png').touch()
    (tmp_path / 'clip.mp4').touch()
    for name in ('._clip.mp4', '.DS_Store', '.cache.mp4', 'Thumbs.db'):
        (tmp_path / name).touch()
    for folder in ('__MACOSX', '.hidden', 'only_hidden'):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / '._clip.mp4').touch()
    (tmp_path / '__MACOSX' / 'clip.mp4').touch()
    (tmp_path / '.hidden' / 'clip.mp4').touch()
    (tmp_path / 'only_hidden' / '._00001.jpg').touch()
    assert list_videos(tmp_path) == ['clip', 'frames']
    assert find_videos(tmp_path, ['clip'])['clip'] == tmp_path / 'clip.mp4'
    assert list_frames(tmp_path / 'frames') == ['00001.png', '00002.png']
    for name in ('._clip', '._clip.mp4', '.cache'):
        assert look_for_videos(tmp_path, [name]) == {name: None}
    assert log_lines == []


@pytest.mark.shared
def test_videos_copied_by_macos(shared_dir):
    root = shared_dir / 'cases' / '07_appledouble' / 'videos'
    assert list_videos(root) == ['clip']


@pytest.mark.parametrize(
    'first, second, name',
    [
        ('a.mp4', 'a.mov', 'a'),
        ('a.mp4', 'a.MP4', 'a'),
        ('a.mp4', 'a/1.jpg', 'a'),
        ('a.mp4', 'x/a.avi', 'a'),
        ('x/a.mp4', 'y/a.mp4', 'a'),
        ('x/a/1.jpg', 'y/a/1.jpg', 'a'),
        ('x/a.mp4', 'x/a.mkv', 'x/a'),
        ('x/a.mp4', 'x/a/1.jpg', 'x/a'),
    ],
)
def test_two_videos_of_one_name(tmp_path, first, second, name):
    for file in (first, second):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).touch()
    with pytest.raises(ValueError, match='rename one') as error:
        find_videos(tmp_path, [name])
    for file in (first, second):
        assert str(tmp_path / file).removesuffix('/1.jpg') in str(error.value)
    with pytest.raises(ValueError, match='have the same name'):
        list_videos(tmp_path)


def test_folder_and_suffix_tell_two_videos_apart(tmp_path):
    files = ['a.mp4', 'a.mov', 'x/b.mp4', 'y/b.mp4', 'y/b.v2.mp4']
    for file in files:
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).touch()
    names = ['a.mp4', 'a.mov', 'x/b', './y//b.mp4', 'b.v2']
    found = find_videos(tmp_path, names)
    assert list(found) == names
    assert list(found.values()) == [tmp_path / file for file in files]


def test_results_beside_a_video_are_no_frames(tmp_path):
    (tmp_path / 'a').mkdir()
    (tmp_path / 'a' / 'boxes.json').touch()
    (tmp_path / 'a.mp4').touch()
    assert find_videos(tmp_path, ['a'])['a'] == tmp_path / 'a.mp4'
    assert list_videos(tmp_path) == ['a']


def test_a_class_folder_may_hold_a_picture(tmp_path):
    (tmp_path / 'clap').mkdir()
    for name in ('cover1.jpg', 'a.mp4', 'b.mp4'):
        (tmp_path / 'clap' / name).touch()
    assert list_videos(tmp_path) == ['a', 'b']


def test_accents_in_both_forms_of_unicode(tmp_path):
    composed, apart = 'caf\u00e9', 'cafe\u0301'
    (tmp_path / f'{apart}.mp4').touch()
    found = find_videos(tmp_path, [composed, apart])
    assert set(found.values()) == {tmp_path / f'{apart}.mp4'}


def test_files_of_other_kinds_are_named(tmp_path, log_lines):
    (tmp_path / 'x').mkdir()
    for name in ('clip.xyz', 'other.abc', 'x/deep.braw', 'good.mp4'):
        (tmp_path / name).touch()
    assert list_videos(tmp_path) == ['good']
    (line,) = log_lines
    assert 'clip.xyz, other.abc, deep.braw, whose suffix is none' in line
    for name, file in (('clip', 'clip.xyz'), ('deep', 'deep.braw')):
        with pytest.raises(FileNotFoundError) as error:
            find_videos(tmp_path, ['good', name])
        assert f'there is {file}, whose suffix is' in str(error.value)
        assert 'other.abc' not in str(error.value)
    (tmp_path / 'good.mp4').unlink()
    with pytest.raises(FileNotFoundError, match=r'no frame folder.*clip\.xyz'):
        list_videos(tmp_path)


@pytest.mark.parametrize(
    'name', ['', '.', '..', '../a', 'x/../../a', '/etc/a', 'x/..', '/']
)
def test_names_that_lead_out_of_the_folder(tmp_path, name):
    root = tmp_path / 'videos'
    (root / 'x').mkdir(parents=True)
    (tmp_path / 'a.mp4').touch()
    with pytest.raises(ValueError, match='is no name of a video below'):
        find_videos(root, [name])


def test_many_names_read_each_folder_once(tmp_path, monkeypatch):
    for label in range(3):
        (tmp_path / str(label)).mkdir()
        for video in range(50):
            (tmp_path / str(label) / f'{label}_{video}.mp4').touch()
    read = []
    scandir = os.scandir
    monkeypatch.setattr(
        os, 'scandir', lambda path: read.append(path) or scandir(path)
    )
    names = [f'{label}_{video}' for label in range(3) for video in range(50)]
    assert len(find_videos(tmp_path, names)) == 150
    assert len(read) == len(set(read)) == 4


def test_the_suffixes_are_documented():
    page = Path(__file__).parents[2] / 'docs' / 'formats.md'
    section = page.read_text().split('## ')[1]
    listed = re.findall(r'(?<= )\.\w+', section.split('commands')[0])
    assert set(VIDEO_SUFFIXES) <= set(listed)


def test_links_to_media_and_folders(tmp_path):
    (tmp_path / 'disk' / 'clap').mkdir(parents=True)
    (tmp_path / 'disk' / 'clap' / 'a.mp4').touch()
    (tmp_path / 'disk' / 'b.MP4').touch()
    root = tmp_path / 'videos'
    root.mkdir()
    (root / 'clap').symlink_to('../disk/clap')
    (root / 'c.mp4').symlink_to('../disk/b.MP4')
    (root / 'broken.mp4').symlink_to('nowhere.mp4')
    assert find_videos(f'{root}/', ['a', 'c']) == {
        'a': root / 'clap' / 'a.mp4',
        'c': root / 'c.mp4',
    }
    with pytest.raises(FileNotFoundError, match='1 of 2 videos are missing'):
        find_videos(root, ['a', 'broken'])
    assert list_videos(root) == ['a', 'c']


class TestVideosAt:
    """Patterns and folders; one video is none of them."""

    @pytest.fixture(autouse=True)
    def media(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        for name in ('v/b.mp4', 'v/A.MOV', 'v/notes.txt', 'v/.c.mp4'):
            Path(name).parent.mkdir(exist_ok=True)
            Path(name).touch()
        for name in ('w/jump/d/0.jpg', 'w/jump/e.avi', 'f/1.png', 'odd[1].ts'):
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).touch()
        Path('empty').mkdir()

    @pytest.mark.parametrize(
        'source, found',
        [
            ('v', ['v/A.MOV', 'v/b.mp4']),
            ('w', ['w/jump/d', 'w/jump/e.avi']),
            ('v/*', ['v/A.MOV', 'v/b.mp4']),
            ('*/?.mp4', ['v/b.mp4']),
            ('**/[!v]', ['f', 'w/jump/d']),
            ('w/jump/*', ['w/jump/d', 'w/jump/e.avi']),
        ],
    )
    def test_many(self, source, found):
        paths = [path.as_posix() for path in videos_at(source)]
        assert paths == found

    @pytest.mark.parametrize('source', ['f', 'v/b.mp4', 'odd[1].ts', 'no.mp4'])
    def test_one_or_none(self, source):
        assert videos_at(source) is None

    @pytest.mark.parametrize(
        'source, words',
        [('*.mkv', 'matches no video'), ('empty', 'empty holds no video')],
    )
    def test_nothing(self, source, words):
        with pytest.raises(MissingFileError, match=words):
            videos_at(source)
