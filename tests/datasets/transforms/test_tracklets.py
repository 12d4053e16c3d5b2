"""Persons over their tracklets: which frames, which boxes, how often read."""

from collections import Counter

import numpy as np
import pytest
from synthetic_media import write_frames, write_video

from stclip.datasets.tracklets import write_tracklets
from stclip.datasets.transforms import (
    CropTracklets,
    LoadKeyframe,
    clip_resize,
    crop_box,
)
from stclip.video.video_file import VideoFile

FPS, T, SIZE = 10, 4, 16
HEIGHT, WIDTH = 24, 32
PX = np.array([WIDTH, HEIGHT] * 2)
# Frame, box in px, id: one who walks, one who is seen once, one who is late.
SEEN = [
    (2, (2, 3, 10, 20), 5),
    (12, (12, 3, 22, 20), 5),
    (22, (20, 1, 32, 24), 5),
    (12, (1, 1, 9, 9), 6),
    (12, (20, 4, 30, 24), 8),
    (17, (16, 4, 26, 24), 8),
]
# Nobody's.
OTHER = (5, 6, 15, 16)


@pytest.fixture
def files(tmp_path):
    """By the clock of a file: its path."""

    def write(clock, seen=SEEN):
        rate = 1 if clock == 'frame' else FPS
        rows = [(t / rate, *(np.array(box) / PX), i) for t, box, i in seen]
        write_tracklets(tmp_path / 'a.csv', clock, [('a', rows)])
        return dict(ground_truth=str(tmp_path / 'a.csv'))

    return write


def keyframe(path, number, clock, boxes, window=1, load=None):
    """Loaded, with its persons in px or in fractions of the frame."""
    by_time = clock == 'seconds'
    boxes = np.array(boxes, np.float32).reshape(-1, 4)
    if by_time:
        boxes = (boxes / PX).astype(np.float32)
    load = load or LoadKeyframe(SIZE, num_frames=window)
    return load(
        dict(
            image_id=f'a,{number}',
            video='a',
            video_path=str(path),
            frame_idx=None if by_time else number,
            seconds=number / FPS if by_time else None,
            img_shape=None if by_time else (HEIGHT, WIDTH),
            fps=FPS if path.is_dir() else None,
            gt_boxes=boxes,
            boxes=boxes,
            box_scores=np.ones(len(boxes), np.float32),
            box_labels=None,
            box_source='ground_truth',
        )
    )


def slow_video(frames, idx, view, places=(0.5,) * T):
    """One person's frames, moment by moment; boxes in px."""
    own = [(time, np.array(box)) for time, box, i in SEEN if i == idx]
    first, last = own[0][0], own[-1][0]
    pictures = []
    for slot, place in enumerate(places):
        number = first + int((slot + place) * (last - first + 1) / T)
        for (t0, box0), (t1, box1) in zip(own, own[1:] + own[-1:]):
            if t0 <= number <= t1:
                share = (number - t0) / max(t1 - t0, 1)
                box = box0 + share * (box1 - box0)
                break
        picture = frames[number]
        if view == 'person_crop':
            picture = crop_box(picture, box)
        pictures.append(clip_resize(picture, SIZE))
    return np.stack(pictures)


@pytest.mark.parametrize('view', ['person_crop', 'full_frame'])
@pytest.mark.parametrize('clock', ['frame', 'seconds'])
def test_pictures_are_those_of_the_tracklet(clip, frames, files, clock, view):
    crop = CropTracklets(SIZE, T, files(clock), view, test_mode=True)
    order = (8, 6, 5)
    boxes = [box for i in order for t, box, j in SEEN if (t, j) == (12, i)]
    given = keyframe(clip, 12, clock, boxes)
    found = crop(given)['crops']
    assert found.shape == (3, T, 3, SIZE, SIZE)
    assert found.dtype == np.uint8
    for crops, idx in zip(found, order, strict=True):
        np.testing.assert_array_equal(crops, slow_video(frames, idx, view))
    # A sharp test: persons differ, and those who move do from frame to frame.
    assert not np.array_equal(found[0], found[2])
    assert not np.array_equal(found[2, 0], found[2, 1])


@pytest.mark.parametrize('clock', ['frame', 'seconds'])
def test_training_draws_a_frame_of_each_segment(clip, frames, files, clock):
    """Each person's own, from NumPy's generator."""
    crop = CropTracklets(SIZE, T, files(clock))
    boxes = [SEEN[1][1], SEEN[4][1]]
    given = keyframe(clip, 12, clock, boxes)
    for seed in (0, 1):
        np.random.seed(seed)
        places = np.random.random((2, T))
        np.random.seed(seed)
        found = crop(given)['crops']
        for crops, idx, own in zip(found, (5, 8), places, strict=True):
            expected = slow_video(frames, idx, 'person_crop', own)
            np.testing.assert_array_equal(crops, expected)


@pytest.mark.parametrize('view', ['person_crop', 'full_frame'])
def test_who_is_in_no_tracklet_stands_still(clip, frames, files, view):
    """Over the window, the keyframe alone if there is none."""
    crop = CropTracklets(SIZE, T, files('frame'), view, test_mode=True)
    for length, numbers in ((1, [12] * 4), (9, [9, 11, 13, 15])):
        given = keyframe(clip, 12, 'frame', [OTHER, SEEN[3][1]], length)
        found = crop(given)['crops']
        for slot, number in enumerate(numbers):
            picture = frames[number]
            if view == 'person_crop':
                picture = crop_box(picture, np.array(OTHER))
            np.testing.assert_array_equal(
                found[0, slot], clip_resize(picture, SIZE)
            )
        # Who has a tracklet of one moment is seen at that moment.
        np.testing.assert_array_equal(found[1], slow_video(frames, 6, view))


def test_nobody(clip, files):
    found = CropTracklets(SIZE, T, files('frame'))(
        keyframe(clip, 12, 'frame', [])
    )
    assert found['crops'].shape == (0, T, 3, SIZE, SIZE)


@pytest.mark.parametrize('clock', ['frame', 'seconds'])
def test_a_video_that_ends_before_its_tracklet(clip, frames, files, clock):
    seen = [SEEN[0], (400, (2, 3, 10, 20), 5)]
    crop = CropTracklets(SIZE, T, files(clock, seen), test_mode=True)
    found = crop(keyframe(clip, 2, clock, [SEEN[0][1]]))['crops']
    for slot, number in enumerate([5, 12, 19, 26]):
        expected = clip_resize(crop_box(frames[number], SEEN[0][1]), SIZE)
        np.testing.assert_array_equal(found[0, slot], expected)


@pytest.mark.parametrize('clock', ['frame', 'seconds'])
def test_no_frame_is_read_twice(frames, files, clock, tmp_path, monkeypatch):
    """For all persons and keyframes of the video, also of a file."""
    path = write_video(tmp_path / 'a.mkv', frames, 'ffv1', fps=FPS)
    stored, asked, looked = Counter(), [], []
    own = VideoFile._store, VideoFile.read

    def store(self, index, frame):
        stored[index] += 1
        return own[0](self, index, frame)

    def read(self, indices):
        asked.extend(indices)
        return own[1](self, indices)

    monkeypatch.setattr(VideoFile, '_store', store)
    monkeypatch.setattr(VideoFile, 'read', read)
    load = LoadKeyframe(SIZE, num_frames=1)
    crop = CropTracklets(SIZE, T, files(clock), test_mode=True)
    for number in (2, 12, 17, 22):
        boxes = [box for t, box, _ in SEEN if t == number]
        given = keyframe(path, number, clock, boxes, load=load)
        asked.clear()
        crop(given)
        looked.append(list(asked))
    assert set(stored.values()) == {1}
    # The walker; who is seen once and who is late, together; nobody is new.
    assert looked == [[4, 9, 15, 20], [12, 14, 15, 17], [], []]


def test_what_is_kept_is_no_part_of_more(clip, files):
    """The bound counts the bytes of parts, and a part keeps its whole."""
    crop = CropTracklets(SIZE, T, files('frame'), test_mode=True)
    crop(keyframe(clip, 12, 'frame', [SEEN[i][1] for i in (1, 3, 4)]))
    kept = [
        crop._kept.get((str(clip), 'ground_truth', idx)) for idx in (5, 6, 8)
    ]
    held = {
        id(whole): whole.nbytes
        for whole in (
            each if each.base is None else each.base for each in kept
        )
    }
    assert sum(held.values()) == crop._kept.num_bytes == 3 * T * 3 * SIZE**2
    # One alone holds no more than its own.
    assert min(held.values()) == max(held.values()) == T * 3 * SIZE**2


def test_what_is_kept_belongs_to_one_video_and_source(frames, tmp_path):
    """Equal ids of other videos and boxes are other persons."""
    rows = [(t, *(np.array(box) / PX), 1) for t, box, i in SEEN if i == 5]
    late = [(t + 5, *box, i) for t, *box, i in rows]
    for name, theirs in (('x.csv', rows), ('y.csv', late)):
        both = [('a', theirs), ('b', theirs)]
        write_tracklets(tmp_path / name, 'frame', both)
    paths = [
        write_frames(tmp_path / 'a', frames),
        write_frames(tmp_path / 'b', frames[::-1]),
    ]
    files = dict(
        detected=str(tmp_path / 'x.csv'), ground_truth=str(tmp_path / 'y.csv')
    )
    kept = CropTracklets(SIZE, T, files, test_mode=True)
    for path in paths:
        for source, number in (('detected', 12), ('ground_truth', 17)):
            given = keyframe(path, number, 'frame', [SEEN[1][1]])
            given |= dict(video=path.name, box_source=source)
            fresh = CropTracklets(SIZE, T, files, test_mode=True)
            expected = fresh(dict(given))['crops']
            for _ in range(2):
                found = kept(dict(given))['crops']
                np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    'options, message',
    [
        (dict(num_frames=0), 'num_frames must be positive: 0'),
        (dict(view='both'), "view must be .*'both'"),
        (dict(mode='stretch'), "mode must be .*'stretch'"),
        (dict(files=dict(drawn='a.csv')), "key of files must be .*'drawn'"),
        (dict(files=dict(detected='no.csv')), 'no.csv does not exist'),
    ],
)
def test_what_cannot_be_is_said(options, message):
    given = dict(num_frames=T, files={}) | options
    with pytest.raises(ValueError, match=message):
        CropTracklets(SIZE, **given)


@pytest.mark.parametrize(
    'changes, message',
    [
        (dict(box_source='detected'), "not of 'detected' boxes: add files="),
        (dict(video='b'), "has no persons of the video 'b'"),
        (dict(seconds=1.2), 'by frame, but the keyframe a,12 .* by seconds'),
    ],
)
def test_samples_that_do_not_fit_the_file(clip, files, changes, message):
    given = keyframe(clip, 12, 'frame', [SEEN[1][1]])
    with pytest.raises(ValueError, match=message):
        CropTracklets(SIZE, T, files('frame'))(given | changes)
