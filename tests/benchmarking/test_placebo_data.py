"""Placebos in the data: what is changed, and that nothing else is."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from synthetic_media import make_frames, write_frames

from stclip.benchmarking.accuracy.placebo_data import derangement
from stclip.benchmarking.accuracy.rows import read_rows
from stclip.benchmarking.accuracy.runs import Bench
from stclip.registry import DATASETS, TRANSFORMS

DATA = Path(__file__).parents[2] / 'data'


def test_everything_has_another_name_once():
    names = [f'action_{k}' for k in range(9)]
    found = Counter()
    for seed in range(2000):
        others = derangement(names, seed)
        assert sorted(others) == sorted(others.values()) == names
        assert all(name != other for name, other in others.items())
        found[others['action_0']] += 1
    assert derangement(names[::-1], 3) == derangement(names, 3)
    # Any of the eight as often: 250 times, give or take four deviations.
    assert len(found) == 8
    assert all(abs(count - 250) < 60 for count in found.values())


def build(root, kind, **changes):
    cfg = dict(
        type=kind,
        data_root=str(root),
        data_prefix=dict(video='frames'),
        ann_file='annotations/train.json',
        label_split=str(DATA / 'splits/zs_jhmdb/split1.yaml'),
        attribute_file=str(DATA / 'attributes/jhmdb.jsonl'),
        graph_file=str(DATA / 'knowledge/hmdb51.jsonl'),
        pipeline=[dict(type='VideoInit')],
    )
    return DATASETS.build({**cfg, **changes})


def test_texts_are_those_of_other_actions(small_jhmdb):
    """In training and in testing by one exchange; names and videos stay."""
    parts = dict(
        train=dict(subset='train'),
        test=dict(subset='test', ann_file='annotations/test.json'),
    )
    ours, placebo = (
        {
            part: build(small_jhmdb, kind, **words)
            for part, words in parts.items()
        }
        for kind in ('SplitVideoDataset', 'OthersTextsVideoDataset')
    )
    texts = {}
    for part in parts:
        own, other = (each[part].label_space for each in (ours, placebo))
        assert own.names == other.names and own.texts == other.texts
        assert own.exclusive == other.exclusive
        assert [i['label'] for i in ours[part]] == [
            i['label'] for i in placebo[part]
        ]
        for k, name in enumerate(own.names):
            texts[name] = own.keywords[k], own.clauses[k]
    assert len(texts) == 21
    giver = derangement([*texts], 0)
    for part in parts:
        other = placebo[part].label_space
        for k, name in enumerate(other.names):
            assert (other.keywords[k], other.clauses[k]) == texts[giver[name]]
            assert other.keywords[k] != texts[name][0]


def decoded(kind, folder):
    results = TRANSFORMS.build(dict(type='VideoInit'))(
        dict(filename=str(folder), fps=8)
    )
    results['frame_inds'] = np.arange(8)
    results = TRANSFORMS.build(dict(type=kind))(results)
    return results['imgs'], results['frame_times']


def test_frames_are_in_an_order_of_the_video(tmp_path):
    """The same frames, each time in the same order, of each video its own."""
    orders = []
    for name in ('a_1', 'a_2', 'b_1', 'b_2'):
        for folder in (tmp_path / 'here' / name, tmp_path / 'there' / name):
            write_frames(folder, make_frames(8))
        plain, times = decoded('VideoDecode', tmp_path / 'here' / name)
        found, moved = decoded('ShuffledVideoDecode', tmp_path / 'here' / name)
        order = [
            next(k for k in range(8) if np.array_equal(plain[k], image))
            for image in found
        ]
        assert sorted(order) == list(range(8))
        assert moved == [times[k] for k in order]
        again, _ = decoded('ShuffledVideoDecode', tmp_path / 'there' / name)
        np.testing.assert_array_equal(found, again)
        orders.append(order)
    assert len(set(map(tuple, orders))) == 4
    assert list(range(8)) not in orders


def cropped(kind, image, boxes):
    step = TRANSFORMS.build(dict(type=kind, size=48, mode='squash'))
    return step(dict(image=image, img_shape=(240, 320), boxes=boxes))['crops']


def test_coarse_crops_show_what_the_frame_shows():
    """Stripes of two pixels in the person, plain colours around it."""
    image = np.full((240, 320, 3), 128, np.uint8)
    image[60:180, 100:200] = 40 + 160 * (np.arange(100) % 4 // 2)[:, None]
    boxes = np.array([[100.0, 60, 200, 180], [0, 0, 320, 240]], np.float32)
    fine, frame = cropped('CropPersons', image, boxes)
    coarse, all_of_it = cropped('CoarseCropPersons', image, boxes)
    # Of 48 columns the person has 15, of as many rows 24: stripes are gone.
    np.testing.assert_array_equal(all_of_it, frame)
    seen = Image.fromarray(frame[:, 12:36, 15:30].transpose(1, 2, 0))
    expected = np.asarray(seen.resize((48, 48), Image.Resampling.BICUBIC))
    np.testing.assert_array_equal(coarse, expected.transpose(2, 0, 1))
    middle = np.s_[:, 8:40, 8:40]
    assert fine[middle].std() > 4 * coarse[middle].std()


def test_coarse_crops_need_all_of_the_frame():
    with pytest.raises(ValueError, match="mode must be one of 'squash'"):
        cropped_as = dict(type='CoarseCropPersons', size=48, mode='crop')
        TRANSFORMS.build(cropped_as)


# Places in the pipelines, the step there and its placebo.
DECODE = dict(train=2, test=2), 'VideoDecode', 'ShuffledVideoDecode'
CROP = dict(train=2, test=1), 'CropPersons', 'CoarseCropPersons'
CROP_IN_TEST = dict(test=1), *CROP[1:]


@pytest.mark.parametrize(
    'track, title, own, step',
    [
        ('stdd', 'both, frames shuffled', None, DECODE),
        ('stdd', 'without space-time cross, frames shuffled', None, DECODE),
        ('single', 'both views, coarse crop, tuned', None, CROP),
        ('multi', 'person crop, coarse, tuned', None, CROP),
        (
            'single',
            'both views, coarse crop',
            'CLIP, both views',
            CROP_IN_TEST,
        ),
        ('multi', 'person crop, coarse', 'CLIP, person crop', CROP_IN_TEST),
    ],
)
def test_rows_differ_by_a_step_of_the_data(track, title, own, step, tmp_path):
    """In testing, and in training where there is one; by nothing else."""
    placebo, own = both_configs(track, title, own, tmp_path)
    places, kind, changed = step
    for part, place in places.items():
        found, expected = (
            config[f'{part}_dataloader'].dataset.pipeline[place]
            for config in (placebo, own)
        )
        assert found.type == changed
        found.type = expected.type
        assert found.type.split('.')[-1] == kind
    assert_same_otherwise(placebo, own)


def test_row_of_other_graphs_differs_by_the_data_set(tmp_path):
    """In training and in testing, and by nothing else."""
    title = 'graphs of other classes'
    placebo, own = both_configs('stdd', title, None, tmp_path)
    for part in ('train_dataloader', 'test_dataloader'):
        data = placebo[part].dataset
        assert data.type == 'OthersTextsVideoDataset'
        data.type = 'SplitVideoDataset'
    assert_same_otherwise(placebo, own)


def both_configs(track, title, own, folder):
    """Of a placebo, and of what it stands for."""
    rows = {row.title: row for row in read_rows('zs_stage')[track]}
    bench = Bench(folder, [0])
    own = own or rows[title].schedule_of
    return [bench.config_of(rows[name].run.model, 0) for name in (title, own)]


def assert_same_otherwise(placebo, own):
    imports = ['stclip.benchmarking.accuracy.placebo_data']
    assert placebo.custom_imports.imports == imports
    placebo.custom_imports = own.custom_imports
    assert placebo.to_dict() == own.to_dict()
