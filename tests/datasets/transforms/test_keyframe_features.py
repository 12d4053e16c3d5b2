"""Keyframes that were encoded: found by moment, boxes by their corners."""

import json

import numpy as np
import pytest

from stclip.datasets.transforms import (
    AddMemory,
    LoadKeyframeFeatures,
    TakeCropFeatures,
)
from stclip.datasets.transforms.frame_features import (
    STORE_FILE,
    keyframe_features_file,
)
from stclip.datasets.transforms.keyframe_features import RegionFeatures
from stclip.utils.errors import UserError

CLIP = dict(arch='a', pretrained='b')
HEIGHT, WIDTH = 20, 40
BOXES = np.float32([[4, 5, 20, 10], [0, 0, 40, 20], [4, 5, 20, 10]])


@pytest.fixture
def folder(tmp_path):
    """Keyframes at 0.5 and 1.5 s, one without persons, one after the end."""
    (tmp_path / STORE_FILE).write_text(json.dumps(dict(clip=CLIP)))
    regions = RegionFeatures(
        moments=np.array([0.5, 1.5, 2.5, 9]),
        moment_frame_idx=np.array([2, 6, 10, 12]),
        beyond_end=np.array([False, False, False, True]),
        frame_hw=np.array([HEIGHT, WIDTH]),
        fps=np.array(4.0),
        box_frame_idx=np.array([2, 2, 6]),
        boxes=BOXES,
        box_features=np.float16([[1, 2], [3, 4], [5, 6]]),
    )
    np.savez(
        keyframe_features_file(tmp_path, 'frames/v'),
        frame_idx=np.array([2, 6]),
        features=np.float16([[7, 8], [9, 10]]),
        **regions.arrays(),
    )
    return tmp_path


def sample(seconds, boxes, **changes):
    """As AVA's: by seconds, boxes as fractions of a frame."""
    scale = np.float32([WIDTH, HEIGHT] * 2)
    boxes = np.float32(boxes).reshape(-1, 4) / scale
    return (
        dict(
            image_id='v,0902',
            video_path='frames/v',
            frame_idx=None,
            seconds=seconds,
            img_shape=None,
            boxes=boxes,
            gt_boxes=boxes,
            box_scores=np.ones(len(boxes), np.float32),
            box_labels=None,
        )
        | changes
    )


def look_up(folder, given):
    return TakeCropFeatures()(LoadKeyframeFeatures(folder, CLIP)(given))


def test_by_seconds_and_corners(folder):
    found = look_up(folder, sample(0.5, BOXES[[1, 0]]))
    assert (found['frame_idx'], found['beyond_end']) == (2, False)
    assert found['img_shape'] == (HEIGHT, WIDTH)
    np.testing.assert_array_equal(found['boxes'], BOXES[[1, 0]])
    np.testing.assert_array_equal(found['gt_boxes'], BOXES[[1, 0]])
    np.testing.assert_array_equal(found['keyframe'], [7, 8])
    np.testing.assert_array_equal(found['context'], [[7, 8]])
    np.testing.assert_array_equal(found['crops'], [[3, 4], [1, 2]])
    assert found['crops'].dtype == found['keyframe'].dtype == np.float32
    assert found['source'].fps == 4.0
    found = look_up(folder, sample(1.5, BOXES[:1]))
    np.testing.assert_array_equal(found['crops'], [[5, 6]])  # another frame


def test_nobody_and_after_the_end(folder):
    found = look_up(folder, sample(2.5, []))
    assert (found['frame_idx'], found['beyond_end']) == (10, False)
    assert found['crops'].shape == (0, 2) and not found['keyframe'].any()
    labels = np.ones((2, 3), np.float32)
    found = look_up(folder, sample(9, BOXES[:2], box_labels=labels))
    assert (found['frame_idx'], found['beyond_end']) == (12, True)
    for key in ('boxes', 'box_scores', 'box_labels', 'crops'):
        assert len(found[key]) == 0
    np.testing.assert_array_equal(found['gt_boxes'], BOXES[:2])


@pytest.mark.parametrize(
    'given, words',
    [
        (sample(0.6, BOXES[:1]), 'no keyframe at 0.6'),
        (sample(1.5, BOXES[1:2]), 'v,0902 has a box that was not encoded'),
        (
            sample(0.5, BOXES[:1], img_shape=(40, 40)),
            'proportions',
        ),
    ],
)
def test_others_than_were_encoded(folder, given, words):
    with pytest.raises(UserError, match=words):
        look_up(folder, given)


def test_frames_alone(folder):
    file = keyframe_features_file(folder, 'frames/v')
    with np.load(file) as arrays:
        frames = {key: arrays[key] for key in ('frame_idx', 'features')}
    np.savez(file, **frames)
    with pytest.raises(UserError, match=r'no features of boxes.*--crops'):
        look_up(folder, sample(0.5, BOXES[:1]))


@pytest.mark.parametrize('content', [b'', b'none', b'PK\x03\x04 half of it'])
def test_a_damaged_file(folder, content):
    keyframe_features_file(folder, 'frames/v').write_bytes(content)
    with pytest.raises(UserError, match=r'v\.npz cannot be read; delete it'):
        look_up(folder, sample(0.5, BOXES[:1]))


@pytest.fixture
def opened(monkeypatch):
    """Names of the files of features, each time one is opened."""
    names, load = [], np.load

    def note(file, **options):
        names.append(file.name)
        return load(file, **options)

    monkeypatch.setattr(np, 'load', note)
    return names


def test_a_file_is_read_once_for_a_video(folder, opened):
    """Also for its memory; another video's is another file."""
    first = keyframe_features_file(folder, 'frames/v')
    with np.load(first) as arrays:
        other = dict(arrays, features=arrays['features'] + 1)
    np.savez(keyframe_features_file(folder, 'frames/w'), **other)
    opened.clear()
    load, memory = LoadKeyframeFeatures(folder, CLIP), AddMemory(folder, CLIP)
    seen = []
    for video, seconds in (('v', 0.5), ('v', 1.5), ('w', 1.5), ('v', 1.5)):
        path = f'frames/{video}'
        given = sample(seconds, BOXES[:1], video_path=path)
        found = memory(load(given))
        near = found['memory'][found['memory_valid']]
        seen.append((found['keyframe'].tolist(), near.tolist()))
    assert seen == [
        ([7, 8], [[9, 10]]),
        ([9, 10], [[7, 8]]),
        ([10, 11], [[8, 9]]),
        ([9, 10], [[7, 8]]),
    ]
    assert opened == ['frames__v.npz', 'frames__w.npz', 'frames__v.npz']


def test_memory_of_another_store(folder, tmp_path_factory, opened):
    """Is not that of the keyframes; it is read once, too."""
    other = tmp_path_factory.mktemp('other')
    (other / STORE_FILE).write_text(json.dumps(dict(clip=CLIP)))
    np.savez(
        keyframe_features_file(other, 'frames/v'),
        frame_idx=np.array([6]),
        features=np.float16([[0.5, 0.25]]),
    )
    load, memory = LoadKeyframeFeatures(folder, CLIP), AddMemory(other, CLIP)
    for _ in range(2):
        found = memory(load(sample(0.5, BOXES[:1])))
        near = found['memory'][found['memory_valid']]
        assert near.tolist() == [[0.5, 0.25]]
    assert opened == ['frames__v.npz'] * 2
