import pickle

import numpy as np
import pytest
from synthetic_media import (
    decode_all,
    make_frames,
    overwrite,
    packets_of,
    write_empty_video,
    write_frames,
    write_timed,
    write_video,
)

from stclip.datasets.transforms import CropPersons, LoadKeyframe, clip_resize
from stclip.datasets.transforms import loading as loading_module
from stclip.video.frame_folder import FrameFolder
from stclip.video.video_file import VideoFile


def sample(path, frame_idx=None, **changes):
    boxes = np.array([[2, 3, 9, 20]], dtype=np.float32)
    return {
        'image_id': 7,
        'video_path': str(path),
        'frame_idx': frame_idx,
        'seconds': None,
        'img_shape': (24, 32),
        'gt_boxes': boxes,
        'boxes': boxes,
        'box_scores': np.ones(1, np.float32),
        'box_labels': None,
    } | changes


def context_of(frames, indices, mode='crop'):
    return np.stack(
        [clip_resize(frames[index], 16, mode) for index in indices]
    )


@pytest.mark.parametrize(
    'keyframe, window',
    [
        (0, range(9)),
        (3, range(9)),
        (15, range(11, 20)),
        (27, range(21, 30)),
        (29, range(21, 30)),
    ],
)
def test_pictures_are_those_of_the_window(clip, frames, keyframe, window):
    found = LoadKeyframe(16)(sample(clip, keyframe))
    np.testing.assert_array_equal(found['context'], context_of(frames, window))
    np.testing.assert_array_equal(
        found['keyframe'], clip_resize(frames[keyframe], 16)
    )
    np.testing.assert_array_equal(found['image'], frames[keyframe])
    assert found['beyond_end'] is False


def test_the_keyframe_stays_in_the_middle(clip, frames):
    load = LoadKeyframe(16, num_frames=6, at_end='repeat')
    for keyframe, window in [
        (1, [0, 0, 1, 2, 3, 4]),
        (15, range(13, 19)),
        (28, [26, 27, 28, 29, 29, 29]),
    ]:
        found = load(sample(clip, keyframe))
        expected = context_of(frames, window)
        np.testing.assert_array_equal(found['context'], expected)


def test_stride_length_and_mode(clip, frames):
    load = LoadKeyframe(16, num_frames=5, stride=3, mode='squash')
    found = load(sample(clip, 10))
    expected = context_of(frames, [4, 7, 10, 13, 16], 'squash')
    np.testing.assert_array_equal(found['context'], expected)


def test_short_video_gives_all_its_frames(tmp_path):
    frames = make_frames(4)
    folder = write_frames(tmp_path / 'a', frames)
    found = LoadKeyframe(16)(sample(folder, 2))
    np.testing.assert_array_equal(
        found['context'], context_of(frames, range(4))
    )


def test_each_frame_is_decoded_and_resized_once(clip, monkeypatch):
    """Neighbouring keyframes, each once for either source of boxes."""
    decoded, resized = [], []
    for reader, name in ((VideoFile, '_store'), (FrameFolder, '_load')):
        plain = getattr(reader, name)

        def spy(self, which, *rest, plain=plain):
            decoded.extend(which if isinstance(which, list) else [which])
            return plain(self, which, *rest)

        monkeypatch.setattr(reader, name, spy)
    monkeypatch.setattr(
        loading_module,
        'clip_resize',
        lambda image, *rest: (
            resized.append(image.tobytes()) or clip_resize(image, *rest)
        ),
    )
    load = LoadKeyframe(16)
    for keyframe in np.repeat(range(30), 2):
        load(sample(clip, int(keyframe)))
    assert sorted(decoded) == list(range(30))
    assert len(resized) == len(set(resized)) == 30


def test_only_what_is_needed_is_read(frames, tmp_path):
    path = write_video(tmp_path / 'a.mp4', frames)
    load = LoadKeyframe(16)
    load(sample(path, 10))
    assert load.videos.open(path)._known == 15


def test_copy_for_a_worker_starts_with_empty_caches(clip):
    load = LoadKeyframe(16)
    expected = load(sample(clip, 5))['context']
    copy = pickle.loads(pickle.dumps(load))
    assert len(copy.videos.cache) == len(copy._resized) == 0
    found = copy(sample(clip, 5))['context']
    np.testing.assert_array_equal(found, expected)


def test_time_becomes_a_frame_by_the_rate_of_the_file(clip, frames):
    parts = np.array([[0.25, 0.5, 0.75, 1]], dtype=np.float32)
    start = sample(clip, seconds=1.26, img_shape=None, fps=10)
    found = LoadKeyframe(16)(start | {'boxes': parts, 'gt_boxes': parts})
    assert found['frame_idx'] == 13
    assert found['img_shape'] == (24, 32)
    np.testing.assert_array_equal(found['image'], frames[13])
    for key in ('boxes', 'gt_boxes'):
        assert found[key].dtype == np.float32
        assert found[key].tolist() == [[8, 12, 24, 24]]


def test_the_file_knows_its_rate_better(frames, tmp_path):
    path = write_video(tmp_path / 'a.mkv', frames, 'ffv1', fps=10)
    found = LoadKeyframe(16)(sample(path, seconds=2, fps=30))
    assert found['frame_idx'] == 20


@pytest.mark.parametrize('seconds, frame_idx', [(2, 10), (3, 15), (3.55, 29)])
def test_time_becomes_a_frame_by_its_time_stamp(
    frames, tmp_path, seconds, frame_idx
):
    """Five frames a second, then 25: no rate tells."""
    times = [i / 5 for i in range(15)] + [3 + i / 25 for i in range(15)]
    path = write_timed(tmp_path / 'a.mp4', frames, times)
    expected = decode_all(path)
    found = LoadKeyframe(16)(sample(path, seconds=seconds))
    assert found['frame_idx'] == frame_idx
    np.testing.assert_array_equal(found['image'], expected[frame_idx])
    with pytest.raises(ValueError, match='after 30 frames'):
        LoadKeyframe(16)(sample(path, seconds=4))


def test_frames_of_a_time_are_decoded_once(frames, tmp_path, monkeypatch):
    path = write_video(tmp_path / 'a.mp4', frames, fps=10)
    decoded = []
    take = VideoFile._next
    monkeypatch.setattr(
        VideoFile,
        '_next',
        lambda self: decoded.append(self._position) or take(self),
    )
    load = LoadKeyframe(16)
    for seconds in (1, 1.5, 2):
        load(sample(path, seconds=seconds))
    assert decoded == list(range(25))


@pytest.mark.parametrize('strict', [False, True])
def test_damaged_video_is_used_or_refused(frames, tmp_path, strict):
    path = write_video(tmp_path / 'a.mkv', frames, 'ffv1', gop=1)
    place, size = packets_of(path)[12]
    overwrite(path, place + 20, size - 40)
    load = LoadKeyframe(16, strict=strict)
    if strict:
        with pytest.raises(ValueError, match='frame 12 cannot be decoded'):
            load(sample(path, 12))
        return
    for frame_idx, shown in ((12, 11), (13, 13)):
        found = load(sample(path, frame_idx))
        np.testing.assert_array_equal(found['image'], frames[shown])


def test_folder_without_a_rate(frames, tmp_path):
    folder = write_frames(tmp_path / 'a', frames)
    with pytest.raises(ValueError, match='frame rate: set fps'):
        LoadKeyframe(16)(sample(folder, seconds=2))


def test_keyframe_beyond_the_end_is_an_error(clip):
    with pytest.raises(ValueError, match=r'keyframe 7 is frame 30 .* 30 fram'):
        LoadKeyframe(16)(sample(clip, 30))


def test_keyframe_beyond_the_end_left_out(clip, frames, monkeypatch):
    told = []
    monkeypatch.setattr(
        loading_module, 'print_log', lambda text, *rest: told.append(text)
    )
    load = LoadKeyframe(16, beyond_end='skip')
    labels = np.ones((1, 2), np.float32)
    for keyframe in (33, 34):
        found = load(sample(clip, keyframe, box_labels=labels))
        assert found['beyond_end'] is True
        assert found['frame_idx'] == keyframe
        assert len(found['boxes']) == len(found['box_scores']) == 0
        assert found['box_labels'].shape == (0, 2)
        # What was there to be found stays.
        assert len(found['gt_boxes']) == 1
        expected = context_of(frames, range(21, 30))
        np.testing.assert_array_equal(found['context'], expected)
    assert len(told) == 1
    assert 'frame 33' in told[0]


@pytest.mark.parametrize('beyond_end', ['error', 'skip'])
def test_video_without_a_frame_is_an_error(tmp_path, beyond_end):
    """Nothing of it can be shown, whatever is done about short videos."""
    load = LoadKeyframe(16, beyond_end=beyond_end)
    empty = write_empty_video(tmp_path / 'a.avi')
    with pytest.raises(ValueError, match=r'a\.avi holds no video frame'):
        load(sample(empty, 0))
    (tmp_path / 'b.avi').touch()
    with pytest.raises(ValueError, match=r'b\.avi cannot be opened as a vid'):
        load(sample(tmp_path / 'b.avi', 0))


def test_other_size_of_the_same_picture(clip):
    found = LoadKeyframe(16)(sample(clip, 3, img_shape=(240, 320)))
    assert found['img_shape'] == (240, 320)
    assert found['boxes'].tolist() == [[2, 3, 9, 20]]


def test_other_proportions(clip):
    with pytest.raises(ValueError, match=r'24 x 32 .*\(320, 240\)'):
        LoadKeyframe(16)(sample(clip, 3, img_shape=(320, 240)))


@pytest.mark.parametrize(
    'arguments, message',
    [
        (dict(mode='fit'), "got 'fit'"),
        (dict(num_frames=8), 'odd length'),
        (dict(stride=0), 'stride'),
        (dict(beyond_end='last'), "'error' or 'skip'"),
    ],
)
def test_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        LoadKeyframe(16, **arguments)


@pytest.mark.parametrize('is_trained', [True, False])
def test_boxes_of_one_keyframe_share_what_was_loaded(tmp_path, is_trained):
    """In a test; not where steps may change pictures at random."""
    write_frames(tmp_path / 'video', make_frames(6, 24, 32))
    given = dict(
        video_path=str(tmp_path / 'video'),
        seconds=None,
        img_shape=(24, 32),
        gt_boxes=np.zeros((0, 4), np.float32),
        boxes=np.float32([[2, 3, 12, 20]]),
        box_labels=np.ones((1, 2)) if is_trained else None,
    )
    load, crop = LoadKeyframe(16, num_frames=3), CropPersons(16)
    one, other, later = (
        crop(load(given | dict(frame_idx=k))) for k in (2, 2, 3)
    )
    assert (one['cut'] is other['cut']) == (not is_trained)
    assert (one['context'] is other['context']) == (not is_trained)
    assert later['cut'] is not other['cut']
    for key in ('crops', 'context', 'keyframe'):
        np.testing.assert_array_equal(one[key], other[key])
        assert (later[key] != one[key]).any()
