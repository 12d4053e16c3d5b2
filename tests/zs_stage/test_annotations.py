"""Annotation files, as written and as the data sets read them."""

import json
from pathlib import Path

import numpy as np
import pytest
from mmengine.config import Config
from PIL import Image

from stclip.datasets import AVAKeyframeDataset, CocoKeyframeDataset
from stclip.datasets.transforms import clip_resize
from stclip.registry import DATASETS
from stclip.zs_stage.annotations import (
    is_seen,
    write_multi,
    write_person_detection,
    write_single,
)
from stclip.zs_stage.classes import ACTIONS, label_split
from stclip.zs_stage.crowd_classes import (
    CROWD_ACTIONS,
    CROWD_DEVELOPMENT,
    CROWD_FOLDS,
    POSES,
)
from stclip.zs_stage.painter import HEIGHT, WIDTH
from stclip.zs_stage.tracks import SIZES

CONFIGS = Path(__file__).parents[2] / 'configs' / '_base_' / 'datasets'
SPLITS = Path(__file__).parents[2] / 'data' / 'splits' / 'zs_stage'
NONE = None


def read_record(path):
    return json.loads(path.read_text())


@pytest.fixture
def write_record(tmp_path):
    """Write a record as the renderer does."""

    def write(video, subset, labels, boxes):
        path = tmp_path / 'records' / f'{video}.json'
        path.parent.mkdir(exist_ok=True)
        record = dict(video=video, subset=subset, labels=labels, boxes=boxes)
        path.write_text(json.dumps(record))
        return path

    return write


@pytest.fixture
def two_people(write_record):
    """A clapping one, whom a wall hides, and somebody without an action."""
    walls = [
        [(10, 20, 40, 90), (60, 50, 70, 80)],
        [(11, 20, 41, 90), (61, 50, 71, 80)],
        [(10, 20, 40, 90), (60, 50, 70, 80)],
        # Just tall and wide enough; a pixel too narrow; too low.
        [(10, 20, 14, 30), (60, 50, 70, 59)],
        [(10, 20, 14, 30), (60, 50, 63, 80)],
        [(10, 20, 40, 90), NONE],
        [NONE, (60, 50, 70, 80)],
        [(10, 20, 40, 90), NONE],
        [(10, 20, 13, 90), (60, 50, 70, 60)],
    ]
    return write_record('clap_train_00', 'train', [['clap'], []], walls)


def read_boxes(path):
    """{image name: boxes} of a COCO-style file."""
    content = json.loads(path.read_text())
    names = {
        image['id']: image.get('img_path') or image['file_name']
        for image in content['images']
    }
    boxes = {name: [] for name in names.values()}
    for annotation in content['annotations']:
        boxes[names[annotation['image_id']]].append(annotation['bbox'])
    return boxes


def test_single_leaves_out_remains_and_bystanders(two_people, tmp_path):
    """Every fourth frame; xyxy; a frame with nobody to score is none."""
    counts = write_single([two_people], tmp_path / 'ann')
    assert counts == dict(train=2, test=0)
    assert read_boxes(tmp_path / 'ann' / 'train.json') == {
        'clap_train_00/00001.jpg': [[10, 20, 40, 90]],
        'clap_train_00/00005.jpg': [[10, 20, 14, 30]],
    }
    assert read_boxes(tmp_path / 'ann' / 'test.json') == {}


def test_detection_has_everybody_who_can_be_seen(two_people, tmp_path):
    """Every third frame, from the first; corner, width and height."""
    counts = write_person_detection([two_people], tmp_path / 'det')
    assert counts == dict(train=3, val=0)
    folder = 'idle/frames/clap_train_00'
    assert read_boxes(tmp_path / 'det' / 'train.json') == {
        f'{folder}/00001.jpg': [[10, 20, 30, 70], [60, 50, 10, 30]],
        f'{folder}/00004.jpg': [[10, 20, 4, 10]],
        f'{folder}/00007.jpg': [[60, 50, 10, 30]],
    }


def test_detection_files_of_the_rendered_people(tiny_stage):
    """Every third frame of those who do nothing named, and no other."""
    for subset, name in (('train', 'train'), ('test', 'val')):
        boxes = read_boxes(
            tiny_stage.root / 'person_detection' / f'{name}.json'
        )
        videos = {Path(file).parent.name for file in boxes}
        count = SIZES['tiny'].idle_videos[subset]
        assert videos == {f'idle_{subset}_{k:03d}' for k in range(count)}
        assert len(boxes) == 4 * count
        for file, persons in boxes.items():
            assert (tiny_stage.root / file).is_file()
            record = tiny_stage.root / 'idle' / 'records'
            record = read_record(record / f'{Path(file).parent.name}.json')
            seen = record['boxes'][int(Path(file).stem) - 1]
            assert len(persons) == sum(map(is_seen, seen))


def test_multi_is_written_by_the_second(write_record, tmp_path):
    """Second s is frame 8 s; the first second has no past to look at."""
    boxes = [[(16, 30, 48, 90), (80, 60, 96, 120)] for _ in range(25)]
    boxes[16] = [(20, 30, 52, 90), (0, 60, 3, 120)]
    boxes[24] = [NONE, NONE]
    labels = [['sit', 'drink'], ['walk']]
    path = write_record('crowd', 'test', labels, boxes)
    counts = write_multi([path], tmp_path / 'ann')
    assert counts == dict(train=0, test=2)
    ids = {name: k for k, name in enumerate(CROWD_ACTIONS, 1)}
    where = '0.100000,0.250000,0.300000,0.750000'
    later = '0.125000,0.250000,0.325000,0.750000'
    other = '0.500000,0.500000,0.600000,1.000000'
    assert (tmp_path / 'ann' / 'test.csv').read_text().splitlines() == [
        f'crowd,0001,{where},{ids["sit"]},0',
        f'crowd,0001,{where},{ids["drink"]},0',
        f'crowd,0001,{other},{ids["walk"]},1',
        f'crowd,0002,{later},{ids["sit"]},0',
        f'crowd,0002,{later},{ids["drink"]},0',
    ]


def build(name, loader, root, **changes):
    """A data set as its config has it, with true boxes only."""
    config = Config.fromfile(CONFIGS / f'zs_stage_{name}.py')
    options = config[f'{loader}_dataloader']['dataset']
    options.update(data_root=str(root / name), **changes)
    if loader == 'test':
        options.update(box_sources=['ground_truth'], det_file='')
    return DATASETS.build(options)


def infos_of(dataset):
    return [dataset.get_data_info(k) for k in range(len(dataset))]


def one_hot(names, space):
    return [float(name in names) for name in space]


@pytest.mark.parametrize('loader', ['train', 'test'])
def test_single_is_read_back(tiny_stage, loader):
    """Boxes, labels and frame numbers are those of the records."""
    root = tiny_stage.root
    dataset = build('single', loader, root)
    assert isinstance(dataset, CocoKeyframeDataset)
    seen, unseen = label_split('fold', 1)
    names = dataset.metainfo['classes']
    assert sorted(names) == sorted(unseen if loader == 'test' else seen)
    infos = infos_of(dataset)
    shown = set()
    for info in infos:
        record = read_record(
            root / 'single' / 'records' / f'{info["video"]}.json'
        )
        assert record['subset'] == loader
        index = info['frame_idx']
        assert index % 2 == 0
        people = [
            (box, labels)
            for box, labels in zip(
                record['boxes'][index], record['labels'], strict=True
            )
            if labels
        ]
        assert info['gt_boxes'].tolist() == [box for box, _ in people]
        expected = [one_hot(labels, names) for _, labels in people]
        assert info['gt_labels'].tolist() == expected
        shown.add(people[0][1][0])
        # The frame that the boxes belong to.
        assert info['img_shape'] == (HEIGHT, WIDTH)
        file = Path(info['video_path']) / f'{index + 1:05d}.jpg'
        assert Image.open(file).size == (WIDTH, HEIGHT)
    assert shown == set(names)
    # One video of three keyframes for each class.
    assert len(infos) == 3 * len(names)


def test_the_right_picture_is_loaded(tiny_stage):
    dataset = build('single', 'test', tiny_stage.root)
    info, sample = dataset.get_data_info(1), dataset[1]
    assert info['timestamp'] == '00005'
    image = np.array(Image.open(Path(info['video_path']) / '00005.jpg'))
    x1, y1, x2, y2 = info['gt_boxes'][0].astype(int)
    expected = clip_resize(image[y1:y2, x1:x2], 96, 'squash')
    np.testing.assert_array_equal(sample['inputs']['crops'][0], expected)


@pytest.mark.parametrize('name', ['split2', 'split4', 'dev1', 'dev3'])
def test_other_splits_fit_the_same_files(tiny_stage, name):
    split = str(SPLITS / f'single_{name}.yaml')
    for loader in ('train', 'test'):
        dataset = build('single', loader, tiny_stage.root, label_split=split)
        videos = {info['video'] for info in infos_of(dataset)}
        actions = {video.rsplit('_', 2)[0] for video in videos}
        assert actions == set(dataset.metainfo['classes'])


def test_labels_file_lists_the_ids(tiny_stage):
    path = tiny_stage.root / 'single' / 'annotations' / 'labels.txt'
    assert path.read_text().split() == list(ACTIONS)


@pytest.fixture
def multi_root(some_crowds):
    root, records = some_crowds
    counts = write_multi(records, root / 'multi' / 'annotations')
    assert counts == dict(train=4, test=4)
    return root


@pytest.mark.parametrize('loader', ['train', 'test'])
def test_multi_is_read_back(multi_root, loader):
    """To a millionth of the frame; two keyframes in three seconds."""
    dataset = build('multi', loader, multi_root)
    assert isinstance(dataset, AVAKeyframeDataset)
    names = dataset.metainfo['classes']
    if loader == 'test':
        assert names == tuple(CROWD_ACTIONS)
        unseen = dataset.metainfo['eval_classes']
        assert sorted(unseen) == sorted(CROWD_FOLDS[1])
    else:
        assert set(names) == set(CROWD_ACTIONS) - {*CROWD_FOLDS[1]}
    infos = infos_of(dataset)
    assert sorted(info['timestamp'] for info in infos) == [
        '0001', '0001', '0002', '0002',
    ]  # fmt: skip
    for info in infos:
        name = f'{info["video"]}.json'
        record = read_record(multi_root / 'multi' / 'records' / name)
        assert record['subset'] == loader
        index = round(info['seconds'] * info['fps'])
        assert index == 8 * int(info['timestamp'])
        people = [
            (np.array(box) / [WIDTH, HEIGHT, WIDTH, HEIGHT], labels)
            for box, labels in zip(
                record['boxes'][index], record['labels'], strict=True
            )
            if box and box[2] - box[0] >= 4 and box[3] - box[1] >= 10
        ]
        boxes = np.array([box for box, _ in people])
        np.testing.assert_allclose(info['gt_boxes'], boxes, atol=1e-6)
        expected = [one_hot(labels, names) for _, labels in people]
        assert info['gt_labels'].tolist() == expected


def test_seconds_map_to_the_right_frame(multi_root):
    """Second 2 is file 00017; boxes turn into its pixels."""
    dataset = build('multi', 'test', multi_root)
    index = next(
        k for k, info in enumerate(infos_of(dataset))
        if info['timestamp'] == '0002'
    )  # fmt: skip
    info, sample = dataset.get_data_info(index), dataset[index]
    image = np.array(Image.open(Path(info['video_path']) / '00017.jpg'))
    np.testing.assert_array_equal(
        sample['inputs']['keyframe'], clip_resize(image, 96, 'squash')
    )
    record = read_record(
        multi_root / 'multi' / 'records' / f'{info["video"]}.json'
    )
    boxes = [box for box in record['boxes'][16] if box]
    found = sample['data_samples'].gt_instances.bboxes
    np.testing.assert_allclose(np.array(found), boxes, atol=1e-3)


def test_only_poses_exclude_each_other(multi_root):
    dataset = build('multi', 'test', multi_root)
    exclusive = dataset.metainfo['exclusive']
    assert exclusive == (True,) * len(POSES) + (False,) * 22


@pytest.mark.parametrize('name', ['split1', 'split3', 'dev1'])
def test_training_leaves_out_videos_with_unseen_actions(tiny_stage, name):
    """By the annotations: one set of videos serves all folds."""
    unseen = {
        'split1': CROWD_FOLDS[1], 'split3': CROWD_FOLDS[3],
        'dev1': CROWD_DEVELOPMENT[1],
    }[name]  # fmt: skip
    dataset = build(
        'multi', 'train', tiny_stage.root,
        label_split=str(SPLITS / f'multi_{name}.yaml'),
    )  # fmt: skip
    expected = set()
    for path in (tiny_stage.root / 'multi' / 'records').iterdir():
        record = read_record(path)
        labels = {label for each in record['labels'] for label in each}
        if record['subset'] == 'train' and not labels & {*unseen}:
            expected.add(record['video'])
    assert {info['video'] for info in infos_of(dataset)} == expected
    # Of fifteen, nine may show none by what they were drawn from.
    assert 8 <= len(expected) < 15
