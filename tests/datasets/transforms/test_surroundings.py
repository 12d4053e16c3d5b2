"""Objects and memory: which are chosen, where they are put."""

import json

import numpy as np
import pytest
import torch

from stclip.datasets.transforms import (
    AddMemory,
    CropObjects,
    CropPersons,
    PackKeyframe,
)
from stclip.datasets.transforms.frame_features import (
    STORE_FILE,
    keyframe_features_file,
)
from stclip.utils.errors import MissingFileError, UserError

HEIGHT, WIDTH = 20, 40
IMAGE = np.random.default_rng(0).integers(
    0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8
)


class Source:
    fps = 4.0


def results(**changes):
    return (
        dict(
            image=IMAGE,
            img_shape=(HEIGHT, WIDTH),
            boxes=np.float32([[0, 0, 10, 10], [30, 10, 40, 20]]),
            gt_boxes=np.zeros((0, 4), np.float32),
            gt_labels=np.zeros((0, 1), np.float32),
            image_id=7,
            video='v',
            timestamp='0902',
            frame_idx=10,
            seconds=None,
            source=Source(),
            video_path='frames/v',
        )
        | changes
    )


# Rows of box and score; the fourth touches a side alone, the last nobody.
OBJECTS = [
    ([5, 5, 12, 12], 0.3),
    ([28, 0, 40, 11], 0.9),
    ([8, 2, 9, 4], 0.5),
    ([10, 0, 20, 10], 0.99),
    ([15, 12, 25, 18], 0.95),
]


def write_objects(path, scale=1, image_id=7):
    rows = [
        dict(
            image_id=image_id,
            bbox=(np.array(box) * scale).tolist(),
            score=score,
        )
        for box, score in OBJECTS
    ]
    path.write_text(json.dumps(rows))
    return str(path)


@pytest.mark.parametrize('most, chosen', [(5, [1, 2, 0]), (2, [1, 2])])
def test_the_best_objects_that_touch_a_person(tmp_path, most, chosen):
    file = write_objects(tmp_path / 'objects.json')
    step = CropObjects(file, size=8, max_objects=most)
    found = step(results())
    boxes = np.float32([OBJECTS[row][0] for row in chosen])
    expected = CropPersons(8)(results(boxes=boxes))['crops']
    assert found['objects'].shape == (len(chosen), 3, 8, 8)
    np.testing.assert_array_equal(found['objects'], expected)
    assert len(found['boxes']) == 2  # the persons are as they were


def test_objects_by_time_in_fractions(tmp_path):
    """As AVA's: a CSV, or a JSON list, whose boxes are fractions."""
    scale = 1 / np.array([WIDTH, HEIGHT] * 2)
    expected = CropObjects(write_objects(tmp_path / 'px.json'), 8)(results())
    by_time = results(seconds=2.0)
    file = write_objects(tmp_path / 'fractions.json', scale)
    found = CropObjects(file, 8)(by_time)
    np.testing.assert_array_equal(found['objects'], expected['objects'])
    path = tmp_path / 'objects.csv'
    path.write_text(
        ''.join(
            f'v,0902,{",".join(map(str, np.array(box) * scale))},{score}\n'
            for box, score in OBJECTS
        )
    )
    found = CropObjects(str(path), 8)(by_time)
    np.testing.assert_array_equal(found['objects'], expected['objects'])


def test_keyframes_without_objects(tmp_path):
    file = write_objects(tmp_path / 'objects.json', image_id=8)
    found = CropObjects(file, 8)(results())
    assert found['objects'].shape == (0, 3, 8, 8)
    step = CropObjects(write_objects(tmp_path / 'objects.json'), 8)
    found = step(results(boxes=np.zeros((0, 4), np.float32)))
    assert found['objects'].shape == (0, 3, 8, 8)


CLIP = dict(arch='a', pretrained='b')
NUMBERS = np.array([1, 6, 7, 9, 10, 12, 14, 20])


def make_store(folder, numbers=NUMBERS):
    folder.mkdir(exist_ok=True)
    (folder / STORE_FILE).write_text(json.dumps(dict(clip=CLIP)))
    features = np.float16(numbers[:, None] + np.array([0, 0.5, 0.25]))
    np.savez(
        keyframe_features_file(folder, 'frames/v'),
        frame_idx=numbers,
        features=features,
    )
    return folder


@pytest.mark.parametrize(
    'length, options, expected',
    [
        # -3 .. -1, 1 .. 3 around frame 10.
        (6, {}, [7, None, 9, None, 12, None]),
        (2, {}, [9, None]),
        # Two frames apart: 6, 8, 12, 14. 7 is nearest to 6, which is there
        # itself; 9 to none but the keyframe.
        (4, dict(step=2), [6, None, 12, 14]),
        # By seconds, 4 frames each: 2, 6, 14, 18.
        (4, dict(step=1, seconds=2.5), [1, 6, 14, 20]),
    ],
)
def test_frames_of_the_memory(tmp_path, length, options, expected):
    folder = make_store(tmp_path / 'store')
    seconds = options.pop('seconds', None)
    step = AddMemory(folder, CLIP, length, **options)
    found = step(results(seconds=seconds))
    known = [number is not None for number in expected]
    assert found['memory_valid'].tolist() == known
    numbers = np.array([number or 0 for number in expected], np.float32)
    wanted = numbers[:, None] + np.float32([0, 0.5, 0.25])
    wanted[~np.array(known)] = 0
    np.testing.assert_array_equal(found['memory'], wanted)
    assert found['memory'].dtype == np.float32


def test_a_video_that_is_not_there(tmp_path):
    folder = make_store(tmp_path / 'store')
    with pytest.raises(MissingFileError, match='prepare features'):
        AddMemory(folder, CLIP)(results(video_path='frames/w'))
    keyframe_features_file(folder, 'frames/w').write_bytes(b'none')
    with pytest.raises(UserError, match='cannot be read; delete it'):
        AddMemory(folder, CLIP)(results(video_path='frames/w'))
    with pytest.raises(MissingFileError, match='prepare features'):
        AddMemory(tmp_path / 'absent', CLIP)
    with pytest.raises(UserError, match='name another folder'):
        AddMemory(folder, dict(CLIP, arch='c'))
    with pytest.raises(UserError, match='must be even'):
        AddMemory(folder, CLIP, 5)


def test_packed_with_what_was_added(tmp_path):
    given = results(
        context=np.zeros((1, 3, 8, 8), np.uint8),
        keyframe=np.zeros((3, 8, 8), np.uint8),
        crops=np.zeros((2, 3, 8, 8), np.uint8),
        box_scores=np.ones(2, np.float32),
        box_labels=None,
        label_space=None,
        box_source='detected',
        beyond_end=False,
    )
    assert set(PackKeyframe()(given)['inputs']) == {
        'context',
        'keyframe',
        'crops',
    }
    CropObjects(write_objects(tmp_path / 'objects.json'), 8)(given)
    AddMemory(make_store(tmp_path / 'store'), CLIP, 6)(given)
    packed = PackKeyframe()(given)['inputs']
    assert packed['objects'].dtype == torch.uint8
    for key in ('objects', 'memory', 'memory_valid'):
        np.testing.assert_array_equal(packed[key], given[key])
