"""Lists of videos, and rendering them once, wholly or not at all."""

import errno
import json
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import av
import cv2
import numpy as np
import pytest

from stclip.utils.errors import UserError
from stclip.zs_stage import tracks
from stclip.zs_stage.classes import ACTIONS, FOLDS
from stclip.zs_stage.clip import Clip
from stclip.zs_stage.crowd_classes import (
    CROWD_FOLDS,
    PARTS,
    TRAINING_SETS,
)
from stclip.zs_stage.tracks import (
    SIZES,
    Size,
    VideoPlan,
    plan_track,
    render_video,
)

PLAN = VideoPlan('single', 'train', 'shake_hands', 0, frames=3)
NAME = 'shake_hands_train_00'


def read_frames(folder):
    files = sorted(folder.iterdir())
    return np.stack([cv2.imread(str(file))[..., ::-1] for file in files])


def read_mp4(path):
    with av.open(str(path)) as container:
        frames = container.decode(video=0)
        return np.stack([frame.to_ndarray(format='rgb24') for frame in frames])


@pytest.mark.parametrize(
    'size, train, test', [('tiny', 1, 1), ('full', 36, 24)]
)
def test_single_track_has_every_action_equally_often(size, train, test):
    plans = plan_track('single', SIZES[size])
    numbers = [(plan.subset, plan.action, plan.index) for plan in plans]
    assert sorted(numbers) == sorted(
        (subset, action, index)
        for subset, videos in (('train', train), ('test', test))
        for action in ACTIONS
        for index in range(videos)
    )
    frames = {plan.frames for plan in plans}
    assert frames == {dict(tiny=10, full=24)[size]}


@pytest.mark.parametrize('size, frames', [('tiny', 24), ('full', 40)])
def test_multi_track(size, frames):
    """Actions of the parts in turn; in training, of those that may be."""
    plans = plan_track('multi', SIZES[size])
    assert {plan.frames for plan in plans} == {frames}
    train = [plan.action for plan in plans if plan.subset == 'train']
    test = [plan.action for plan in plans if plan.subset == 'test']
    unseen = sum(PARTS, ())
    assert test == [unseen[k % 25] for k in range(len(test))]
    assert test[:5] == list(CROWD_FOLDS[1])
    assert set(train) <= set(unseen)
    for index, action in enumerate(train):
        assert action in TRAINING_SETS[index % 10]
    counts = [train.count(name) for name in unseen]
    if size == 'full':
        assert min(counts) >= 10 and max(counts) <= 16
    else:
        assert sum(count > 0 for count in counts) >= 9


def test_idle_track():
    plans = plan_track('idle', SIZES['full'])
    assert {(plan.action, plan.frames) for plan in plans} == {('idle', 24)}
    subsets = [plan.subset for plan in plans]
    assert (subsets.count('train'), subsets.count('test')) == (400, 60)


def test_names_are_unique():
    for track, example in (
        ('single', 'take_photo_test_07'),
        ('multi', 'crowd_train_319'),
        ('idle', 'idle_test_059'),
    ):
        names = [plan.name for plan in plan_track(track, SIZES['full'])]
        assert len(set(names)) == len(names)
        assert example in names


def test_tiny_is_a_part_of_full():
    """Up to the length: what is small is quick to try, and no other world."""
    tiny = plan_track('single', SIZES['tiny'])[0]
    full = plan_track('single', SIZES['full'])[0]
    assert tiny.name == full.name == 'sit_down_train_00'
    scenes = [plan.cast().scene for plan in (tiny, full)]
    np.testing.assert_array_equal(scenes[0].backdrop, scenes[1].backdrop)


def test_sizes_can_be_of_ones_own():
    none = {'train': 0, 'test': 0}
    size = Size({'train': 2, 'test': 0}, 5, {'train': 1, 'test': 0}, 2, none)
    assert len(plan_track('single', size)) == 2 * len(ACTIONS)
    assert [p.frames for p in plan_track('multi', size)] == [16]


def test_unknown_track():
    with pytest.raises(ValueError, match=r"one of .*'multi'.*, got 'double'"):
        plan_track('double', SIZES['tiny'])


@pytest.mark.parametrize(
    'plan, other',
    [
        (PLAN, replace(PLAN, index=1)),
        (PLAN, replace(PLAN, subset='test')),
        (
            VideoPlan('multi', 'train', 'jump', 0, 16),
            VideoPlan('multi', 'train', 'jump', 1, 16),
        ),
    ],
)
def test_same_plan_same_pixels_and_boxes(plan, other):
    frames = [p.cast().render(2) for p in (plan, replace(plan), other)]
    np.testing.assert_array_equal(frames[0][0], frames[1][0])
    assert frames[0][1] == frames[1][1]
    assert (frames[0][0] != frames[2][0]).mean() > 0.5
    assert frames[0][1] != frames[2][1]


def test_record_says_what_the_clip_holds(tmp_path):
    record = json.loads(render_video(PLAN, tmp_path, 'frames').read_text())
    clip = PLAN.cast()
    boxes = [clip.render(index)[1] for index in range(3)]
    assert record == dict(
        stamp=dict(
            edition=tracks.EDITION, frames=3, action='shake_hands',
            format='frames',
        ),
        video=NAME,
        subset='train',
        labels=[list(person.labels) for person in clip.actors],
        boxes=json.loads(json.dumps(boxes)),
    )  # fmt: skip
    assert record['labels'][:2] == [['shake_hands'], ['shake_hands']]


def test_people_to_find_can_be_seen(tiny_stage):
    """Of those who are annotated, hardly any is hidden or outside."""
    seen = []
    for path in (tiny_stage.root / 'single' / 'records').iterdir():
        record = json.loads(path.read_text())
        for boxes in record['boxes']:
            for labels, box in zip(record['labels'], boxes, strict=True):
                if labels:
                    seen.append(box is not None and box[3] - box[1] > 20)
    assert len(seen) == 2 * 10 * (60 + 2)
    assert np.mean(seen) > 0.97


def test_frames_are_those_of_the_clip(tmp_path):
    """JPEG loses little; the first file is the first frame."""
    render_video(PLAN, tmp_path, 'frames')
    folder = tmp_path / 'single' / 'frames' / NAME
    files = sorted(file.name for file in folder.iterdir())
    assert files == ['00001.jpg', '00002.jpg', '00003.jpg']
    clip = PLAN.cast()
    expected = np.stack([clip.render(index)[0] for index in range(3)])
    gap = np.abs(read_frames(folder) - expected.astype(float))
    assert gap.mean((1, 2, 3)).max() < 4


def test_video_files_show_the_same(tiny_stage, tmp_path):
    """All frames of the folder, nearly equal, at 8 a second."""
    name = 'shoot_bow_test_00'
    plan = next(
        p for p in plan_track('single', SIZES['tiny']) if p.name == name
    )
    record = json.loads(render_video(plan, tmp_path, 'video').read_text())
    path = tmp_path / 'single' / 'videos' / f'{name}.mp4'
    images = read_mp4(path)
    frames = read_frames(tiny_stage.root / 'single' / 'frames' / name)
    assert len(images) == len(frames) == plan.frames
    gap = np.abs(images - frames.astype(float)).mean((1, 2, 3))
    assert gap.max() < 5
    # The neighbour would be worse: no frame is lost or shifted.
    shifted = np.abs(images[1:] - frames[:-1].astype(float)).mean((1, 2, 3))
    assert (gap[1:] < shifted).all()
    with av.open(str(path)) as container:
        assert container.streams.video[0].average_rate == 8
    kept = tiny_stage.root / 'single' / 'records' / f'{name}.json'
    assert record['boxes'] == json.loads(kept.read_text())['boxes']


class TestRenderAgain:
    """A mark in the first frame shows whether the video was kept."""

    MARK = b'no picture'

    @pytest.fixture(autouse=True)
    def _rendered(self, tmp_path):
        self.out = tmp_path
        self.record = render_video(PLAN, tmp_path, 'frames')
        self.folder = tmp_path / 'single' / 'frames' / NAME
        self.first = self.folder / '00001.jpg'
        self.picture = self.first.read_bytes()
        self.first.write_bytes(self.MARK)

    def render(self, plan=PLAN):
        assert render_video(plan, self.out, 'frames') == self.record

    def is_whole(self):
        names = [file.name for file in sorted(self.folder.parent.iterdir())]
        files = [file.name for file in sorted(self.folder.iterdir())]
        return (
            names == [NAME]
            and files == ['00001.jpg', '00002.jpg', '00003.jpg']
            and self.first.read_bytes() == self.picture
            and self.record.is_file()
        )

    def test_finished_video_is_kept(self):
        before = [p.stat().st_mtime_ns for p in (self.first, self.record)]
        self.render()
        after = [p.stat().st_mtime_ns for p in (self.first, self.record)]
        assert before == after
        assert self.first.read_bytes() == self.MARK

    def test_media_without_a_record(self):
        self.record.unlink()
        self.render()
        assert self.is_whole()

    def test_record_without_media(self):
        self.folder.rename(self.out / 'elsewhere')
        self.render()
        assert self.is_whole()

    def test_leftovers_of_an_interrupted_run(self):
        part = self.folder.rename(self.folder.with_name(f'.{NAME}.part'))
        (part / '00099.jpg').write_bytes(self.MARK)
        self.record.unlink()
        tracks.remove_parts(self.out, 'single')
        self.render()
        assert self.is_whole()

    def test_older_edition(self, monkeypatch):
        monkeypatch.setattr(tracks, 'EDITION', tracks.EDITION + 1)
        self.render()
        assert self.is_whole()
        stamp = json.loads(self.record.read_text())['stamp']
        assert stamp['edition'] == tracks.EDITION

    def test_other_length(self):
        self.render(replace(PLAN, frames=2))
        files = [file.name for file in sorted(self.folder.iterdir())]
        assert files == ['00001.jpg', '00002.jpg']
        assert len(json.loads(self.record.read_text())['boxes']) == 2

    def test_interrupted_while_it_is_drawn(self, monkeypatch):
        """Neither record nor folder claims to be whole."""
        render = Clip.render

        def interrupt(clip, index):
            if index == 2:
                raise KeyboardInterrupt
            return render(clip, index)

        self.record.unlink()
        with monkeypatch.context() as patch:
            patch.setattr(Clip, 'render', interrupt)
            with pytest.raises(KeyboardInterrupt):
                self.render()
        assert not self.record.exists()
        self.render()
        assert self.is_whole()

    def test_interrupted_while_it_is_written(self, monkeypatch):
        self.folder.rename(self.out / 'elsewhere')
        with monkeypatch.context() as patch:
            full = OSError(errno.ENOSPC, 'no space')
            patch.setattr(Path, 'write_bytes', Mock(side_effect=full))
            with pytest.raises(UserError, match=f'{NAME} cannot be written'):
                self.render()
        assert not self.folder.exists()
        assert not self.record.exists()
        self.render()
        assert self.is_whole()


def test_interrupted_video_file(tmp_path):
    """The part of a file never bears its name."""
    part = tmp_path / 'single' / 'videos' / f'.{NAME}.part.mp4'
    part.parent.mkdir(parents=True)
    part.write_bytes(b'half a film')
    tracks.remove_parts(tmp_path, 'single')
    render_video(PLAN, tmp_path, 'video')
    assert [file.name for file in part.parent.iterdir()] == [f'{NAME}.mp4']
    assert len(read_mp4(part.with_name(f'{NAME}.mp4'))) == 3


def test_other_format_is_rendered_beside(tmp_path):
    render_video(PLAN, tmp_path, 'frames')
    record = render_video(PLAN, tmp_path, 'video')
    assert json.loads(record.read_text())['stamp']['format'] == 'video'
    assert (tmp_path / 'single' / 'videos' / f'{NAME}.mp4').is_file()


def test_unknown_format(tmp_path):
    with pytest.raises(ValueError, match="'frames' or 'video', got 'gif'"):
        render_video(PLAN, tmp_path, 'gif')
    assert list(tmp_path.iterdir()) == []


def test_demo_has_what_the_first_fold_needs():
    plans = plan_track('single', SIZES['demo'])
    actions = {
        subset: {plan.action for plan in plans if plan.subset == subset}
        for subset in ('train', 'test')
    }
    assert actions['test'] == set(FOLDS[1])
    assert actions['train'] == set(ACTIONS) - set(FOLDS[1])
    # The same videos as the whole stage has.
    assert set(plans) <= set(plan_track('single', SIZES['full']))
