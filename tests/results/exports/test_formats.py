"""Which form a name tells, and where results may not be written."""

import dataclasses
import tracemalloc

import numpy as np
import pytest
from followed_persons import keyframe

from stclip.results.exports.formats import FORMATS
from stclip.results.video_actions import VideoActions
from stclip.utils.errors import UserError

NAMES = {
    'a.csv': 'csv',
    'a.b.CSV': 'csv',
    'a.segments.csv': 'segments',
    'a.keyframes.jsonl': 'jsonl',
    'a.jsonl': 'jsonl',
    'a.cvat.xml': 'cvat',
    'a.xml': 'cvat',
    'a.labelstudio.json': 'label-studio',
    'a.coco.json': 'coco-video',
    'a.mot.txt': 'mot',
    'a.ava.csv': 'ava',
    'a.ava-persons.csv': 'ava-persons',
}


@pytest.mark.parametrize('name', NAMES)
def test_suffix_tells_the_form(followed, tmp_path, name):
    followed.save(tmp_path / name)
    followed.save(tmp_path / 'other.out', NAMES[name])
    written = (tmp_path / name).read_bytes()
    assert written == (tmp_path / 'other.out').read_bytes()


def test_json_and_pictures_are_told_too(followed, tmp_path, monkeypatch):
    called = []
    for kind in ('json', 'video', 'contact_sheet'):
        monkeypatch.setattr(
            VideoActions,
            f'save_{kind}',
            lambda self, path, kind=kind: called.append((kind, path.name)),
        )
    for name in ('a.json', 'a.mp4', 'a.png', 'a.jpg'):
        followed.save(tmp_path / name)
    followed.save(tmp_path / 'b', 'video')
    assert called == [
        ('json', 'a.json'),
        ('video', 'a.mp4'),
        ('contact_sheet', 'a.png'),
        ('contact_sheet', 'a.jpg'),
        ('video', 'b'),
    ]


@pytest.mark.parametrize('name', ['a.txt', 'a', 'csv', 'a.xlsx'])
def test_other_names_tell_none(followed, tmp_path, name):
    with pytest.raises(UserError, match='does not tell the format'):
        followed.save(tmp_path / name)


def test_unknown_forms_are_refused(followed, tmp_path):
    with pytest.raises(UserError, match=r"'cvat'.*got 'xlsx'"):
        followed.save(tmp_path / 'a.csv', 'xlsx')


@pytest.mark.parametrize('name', FORMATS)
def test_the_video_is_never_written_over(followed, name, tmp_path):
    followed.video.write_text('frames')
    with pytest.raises(UserError, match='would be written over'):
        followed.save(followed.video, name)
    files = FORMATS[name].named(tmp_path, 'w')
    files[-1].symlink_to(followed.video)
    with pytest.raises(UserError, match='would be written over'):
        followed.save(files[0], name)
    assert followed.video.read_text() == 'frames'


def test_all_forms_of_a_video_have_their_own_names(tmp_path):
    files = [f for form in FORMATS.values() for f in form.named(tmp_path, 'v')]
    assert len(set(files)) == len(files)
    # That of an interrupted run.
    assert tmp_path / 'v.jsonl' not in files


class Endless:
    """Keyframes that are made when they are asked for, and not kept."""

    def __init__(self, count):
        self.count = count

    def __len__(self):
        return self.count

    def __iter__(self):
        for frame in range(self.count):
            one = keyframe(frame % 12)
            jump = (0, 40, 0, 40)[frame % 4]  # every one is a key
            boxes = one.boxes_xyxy + np.float32(jump)
            yield dataclasses.replace(
                one, frame_idx=frame, time_sec=frame / 10, boxes_xyxy=boxes
            )


@pytest.mark.parametrize('name', FORMATS)
def test_memory_does_not_grow_with_the_video(followed, name, tmp_path):
    peaks = []
    for count in (100, 800):
        result = dataclasses.replace(
            followed, frames=Endless(count), num_frames=count
        )
        tracemalloc.start()
        result.save(tmp_path / 'a.out', name)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    size = (tmp_path / 'a.out').stat().st_size
    assert peaks[1] - peaks[0] < 150_000  # of a MB and more
    assert name == 'segments' or size > 5_000
