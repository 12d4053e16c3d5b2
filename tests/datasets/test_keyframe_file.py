"""Round trip of keyframe files; faults: test_coco_keyframe_dataset.py."""

import copy
import json

import numpy as np
import pytest

from stclip.datasets.keyframe_file import (
    read_keyframe_file,
    write_keyframe_file,
)
from stclip.labels.label_space import LabelSpace
from stclip.structures.keyframe import Keyframe

LABELS = LabelSpace(('sit', 'run', 'hug'), (True, True, False))


def keyframe(boxes, labels, **given):
    defaults = dict(image_id='v/00003', video='v', timestamp='00003')
    return Keyframe(
        boxes=np.array(boxes, dtype=np.float32).reshape(-1, 4),
        labels=np.array(labels, dtype=bool).reshape(-1, len(LABELS)),
        **defaults | given,
    )


BY_FRAME = dict(img_shape=(24, 32), frame_idx=2)
PERSONS = dict(
    boxes=[[0.1, 2, 30, 20.5], [0, 0, 8, 9]], labels=[[1, 0, 1], [0, 1, 0]]
)
FRACTIONS = dict(boxes=[[0.1, 0.25, 0.375, 1]], labels=[[0, 1, 1]])
NOBODY = dict(boxes=[], labels=[])

CASES = {
    'pixels': [keyframe(**PERSONS, **BY_FRAME)],
    'somebody without an action': [
        keyframe([[1, 2, 3, 4]], [[0, 0, 0]], **BY_FRAME)
    ],
    'nobody': [
        keyframe(**NOBODY, **BY_FRAME),
        keyframe(**NOBODY, image_id='w', video='w', seconds=0.5),
    ],
    'fractions': [keyframe(**FRACTIONS, seconds=2.0)],
    'pixels by time': [keyframe(**PERSONS, seconds=1.5, img_shape=(24, 32))],
    'other ids, out of order': [
        keyframe(**PERSONS, **BY_FRAME | dict(image_id=12, timestamp=3)),
        keyframe(
            **PERSONS,
            image_id=7,
            timestamp='0002',
            img_shape=(48, 64),
            frame_idx=1,
        ),
        keyframe(**FRACTIONS, image_id='w,0902', video='w', seconds=2.0),
    ],
    'no keyframe': [],
}


def assert_same(actual, expected):
    actual, expected = dict(vars(actual)), dict(vars(expected))
    for name in ('boxes', 'labels'):
        array, other = actual.pop(name), expected.pop(name)
        assert array.dtype == other.dtype
        np.testing.assert_array_equal(array, other)
    assert actual == expected


@pytest.mark.parametrize('case', CASES)
def test_written_keyframes_are_read_back(tmp_path, case):
    path = tmp_path / 'annotations' / 'train.json'
    write_keyframe_file(path, LABELS, CASES[case])
    labels, keyframes = read_keyframe_file(path)
    assert labels == LABELS
    assert len(keyframes) == len(CASES[case])
    for actual, expected in zip(keyframes, CASES[case], strict=True):
        assert_same(actual, expected)


@pytest.mark.parametrize(
    'place, size_wh',
    [
        (dict(frame_idx=2, img_shape=(240, 320)), (320, 240)),
        (dict(seconds=2.0), (1, 1)),
    ],
)
def test_boxes_are_kept_to_six_decimals(tmp_path, place, size_wh):
    corners = np.random.uniform(0, size_wh, (50, 2, 2))
    boxes = np.sort(corners, axis=1).reshape(50, 4).astype(np.float32)
    path = tmp_path / 'train.json'
    write_keyframe_file(
        path, LABELS, [keyframe(boxes, [[1, 0, 0]] * 50, **place)]
    )
    found = read_keyframe_file(path)[1][0].boxes
    expected = np.float32([[f'{side:.6f}' for side in box] for box in boxes])
    np.testing.assert_array_equal(found, expected)


WRITTEN = {
    'action_categories': [
        {'id': 1, 'name': 'sit', 'exclusive': True},
        {'id': 2, 'name': 'run', 'exclusive': True},
        {'id': 3, 'name': 'hug', 'exclusive': False},
    ],
    'images': [
        {
            'id': 'v/00003',
            'movie': 'v',
            'timestamp': '00003',
            'height': 24,
            'width': 32,
        },
        {'id': 'w,0902', 'movie': 'w', 'timestamp': '0902', 'seconds': 2},
    ],
    'annotations': [
        {
            'id': 1,
            'image_id': 'v/00003',
            'bbox': [0.1, 2, 30, 20.5],
            'action_ids': [1, 3],
        },
        {
            'id': 2,
            'image_id': 'v/00003',
            'bbox': [0, 0, 8, 9],
            'action_ids': [2],
        },
        {
            'id': 3,
            'image_id': 'w,0902',
            'bbox': [0.1, 0.25, 0.375, 1],
            'action_ids': [2, 3],
        },
    ],
}


def test_file_is_plain_json(tmp_path):
    path = tmp_path / 'train.json'
    write_keyframe_file(
        path,
        LABELS,
        [
            keyframe(**PERSONS, **BY_FRAME),
            keyframe(
                **FRACTIONS,
                image_id='w,0902',
                video='w',
                timestamp='0902',
                seconds=2.0,
            ),
        ],
    )
    assert json.loads(path.read_text()) == WRITTEN


def test_whole_numbers_written_as_floats(tmp_path):
    """As tables write them that hold a gap elsewhere; bare frames too."""
    plain = copy.deepcopy(WRITTEN)
    plain['images'][0].update(id=7, timestamp=3)
    for entry in plain['annotations'][:2]:
        entry['image_id'] = 7
    floats = json.loads(json.dumps(plain), parse_int=float)
    found = []
    for name, content in (('plain', plain), ('floats', floats)):
        path = tmp_path / f'{name}.json'
        path.write_text(json.dumps(content))
        found.append(read_keyframe_file(path))
    assert '"id": 7.0' in path.read_text()
    (labels, expected), (same_labels, keyframes) = found
    assert labels == same_labels
    for actual, other in zip(keyframes, expected, strict=True):
        assert_same(actual, other)
        assert type(actual.image_id) is type(other.image_id)
        assert type(actual.timestamp) is type(other.timestamp)


def test_a_few_persons_under_a_pixel_are_told(tmp_path, log_lines):
    path = tmp_path / 'train.json'
    boxes = [[0.25, 0.5, 0.75, 1], [0, 0, 8, 9]]
    content = [keyframe(boxes, PERSONS['labels'], **BY_FRAME)]
    write_keyframe_file(path, LABELS, content)
    assert read_keyframe_file(path)[1][0].boxes.tolist() == boxes
    (warning,) = log_lines
    assert f'{path}: persons under a pixel: 1 of 2 boxes, such' in warning
    assert '[0.25, 0.5, 0.75, 1.0]' in warning


def test_boxes_of_a_larger_picture_are_told(tmp_path, log_lines):
    path = tmp_path / 'train.json'
    content = [keyframe([[8, 9, 60, 40]], [[0, 1, 0]], **BY_FRAME)]
    write_keyframe_file(path, LABELS, content)
    assert read_keyframe_file(path)[1][0].boxes.tolist() == [[8, 9, 32, 24]]
    (warning,) = log_lines
    assert warning.startswith(f'{path}: on 1 of 1 frames boxes reach far bey')
    assert '[8.0, 9.0, 60.0, 40.0] of 32 x 24' in warning


@pytest.mark.parametrize(
    'names, told',
    [
        ('Sit\nrun\nembrace', []),
        ('a\nb\nc\nd', []),
        ('hug\nrun\nsit', ["'sit' is name 3, but has the id 1 in the action"]),
        (
            'none\nsit\nRun',
            ["'sit' is name 2, but has the id 1 in the action"],
        ),
    ],
)
def test_a_label_file_of_other_ids_is_told(tmp_path, log_lines, names, told):
    path, label_file = tmp_path / 'train.json', tmp_path / 'labels.txt'
    write_keyframe_file(path, LABELS, CASES['pixels'])
    label_file.write_text(names)
    labels, keyframes = read_keyframe_file(path, label_file)
    assert labels.names == tuple(names.split('\n'))
    assert keyframes[0].labels[:, :3].tolist() == [
        [True, False, True],
        [False, True, False],
    ]
    assert len(log_lines) == len(told)
    for line, words in zip(log_lines, told, strict=True):
        assert line.startswith(f'{label_file}: {words}')


def test_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / 'train.json'
    path.write_text('old')
    lost = keyframe([[0, 0, np.nan, 9]], [[1, 0, 0]], **BY_FRAME)
    with pytest.raises(ValueError):
        write_keyframe_file(path, LABELS, [lost])
    assert path.read_text() == 'old'
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.shared
def test_released_annotation_is_written_again(shared_dir, tmp_path):
    """As ST-CLIP's authors have it, ids, strings and all."""
    folder = shared_dir / 'realdata' / 'jhmdb' / 'st-clip'
    path = folder / 'jhmdb_test_gt_min.json'
    labels, keyframes = read_keyframe_file(path, folder / 'all_label.txt')
    written = tmp_path / 'test.json'
    write_keyframe_file(written, labels, keyframes)
    old, new = (json.loads(file.read_text()) for file in (path, written))
    for kind, keys in dict(
        images=('id', 'movie', 'timestamp', 'height', 'width'),
        annotations=('image_id', 'bbox', 'action_ids'),
    ).items():
        assert len(new[kind]) == 9139
        # Both are in the order of the images.
        pairs = zip(new[kind], old[kind], strict=True)
        assert all(a[key] == b[key] for a, b in pairs for key in keys)


@pytest.fixture(scope='module')
def release(shared_dir):
    return shared_dir / 'realdata' / 'jhmdb' / 'st-clip'


@pytest.mark.shared
def test_released_boxes_are_corners_whatever_the_area(release):
    """The area is x2 * y2, though the box is not x, y, width, height."""
    path = release / 'jhmdb_test_gt_min.json'
    entries = json.loads(path.read_text())['annotations']
    assert all(e['area'] == e['bbox'][2] * e['bbox'][3] for e in entries)
    keyframes = read_keyframe_file(path, release / 'all_label.txt')[1]
    boxes = np.concatenate([k.boxes for k in keyframes])
    np.testing.assert_array_equal(boxes, [e['bbox'] for e in entries])


@pytest.mark.shared
@pytest.mark.parametrize('split', range(1, 5))
def test_released_list_of_seen_actions_is_no_label_file(release, split):
    """Its 15 names stand in an order of their own."""
    lists = release / 'benchmarks' / f'label_split_{split}'
    with pytest.raises(ValueError, match=r'action id \d+ is unknown; .* 15 '):
        read_keyframe_file(
            release / 'jhmdb_test_gt_min.json', lists / 'train_label.txt'
        )
