"""Rare actions shown more often, by mmengine's ClassBalancedDataset."""

from pathlib import Path

import pytest
from mmengine.dataset import ClassBalancedDataset

from stclip.registry import DATASETS


def image(number):
    return dict(id=number, movie='a', timestamp=number, height=24, width=32)


def person(image_id, action, bbox):
    return dict(image_id=image_id, action_ids=[action], bbox=bbox)


@pytest.fixture
def keyframes(build_keyframes, make_videos, write_json):
    """Sit and watch in one of three keyframes, run in two."""
    make_videos('a')
    names = ['sit', 'run', 'watch', 'jump', 'hug']
    content = dict(
        action_categories=[
            dict(id=number + 1, name=name) for number, name in enumerate(names)
        ],
        images=[image(1), image(2), image(3)],
        annotations=[
            person(1, 1, [1, 2, 9, 12]),
            person(1, 3, [10, 2, 19, 12]),
            person(2, 2, [1, 2, 9, 12]),
            person(3, 2, [1, 2, 9, 12]),
        ],
    )
    return build_keyframes(
        '',
        type='CocoKeyframeDataset',
        ann_file=write_json('ann.json', content),
        # Whoever only counts decodes nothing.
        pipeline=[dict(type='LoadKeyframe', size=8)],
    )


def indices_of(dataset, threshold):
    balanced = ClassBalancedDataset(dataset, oversample_thr=threshold)
    return balanced.repeat_indices


def test_keyframes(keyframes):
    """Of all their persons; 0.5 / (1 / 3) has a root above one."""
    found = [keyframes.get_cat_ids(index) for index in range(3)]
    assert found == [[0, 2], [1], [1]]
    assert indices_of(keyframes, 0.5) == [0, 0, 1, 2]
    assert indices_of(keyframes, 0.1) == [0, 1, 2]


def test_listed_videos(tmp_path):
    (tmp_path / 'list.txt').write_text('a.mp4 4\nb.mp4 1\nc.mp4 1\n')
    dataset = DATASETS.build(
        dict(
            type='ListedVideoDataset',
            ann_file=str(tmp_path / 'list.txt'),
            data_prefix=dict(video='videos'),
            pipeline=[dict(type='VideoInit')],
        )
    )
    assert [dataset.get_cat_ids(index) for index in range(3)] == [
        [4],
        [1],
        [1],
    ]
    assert indices_of(dataset, 0.5) == [0, 0, 1, 2]


def test_videos_of_a_split(small_jhmdb, tmp_path):
    """The number is the place of the action in the split's list."""
    split = tmp_path / 'mine.yaml'
    split.write_text(
        'benchmark: m\nsplit: 1\ntrain: [sit]\ntest: [clap, run]\n'
    )
    dataset = DATASETS.build(
        dict(
            type='SplitVideoDataset',
            data_root=str(small_jhmdb),
            data_prefix=dict(video='frames'),
            ann_file='annotations/test.json',
            label_split=str(split),
            subset='test',
            pipeline=[dict(type='VideoInit')],
        )
    )
    names = [Path(dataset.get_data_info(i)['filename']).name for i in (0, 1)]
    assert names == ['c_clap_2', 'd_run_2']
    assert [dataset.get_cat_ids(index) for index in (0, 1)] == [[0], [1]]
