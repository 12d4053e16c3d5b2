"""Placebos in the data: what is changed, and that nothing else is."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from official_layouts import lay_out_jhmdb
from synthetic_media import make_frames, write_frames

from stclip.benchmarking.accuracy.placebo_data import derangement
from stclip.benchmarking.accuracy.rows import read_rows
from stclip.benchmarking.accuracy.runs import Bench
from stclip.cli.prepare import group as prepare
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


@pytest.fixture(scope='module')
def root(tmp_path_factory):
    """J-HMDB's 21 actions; `clap` is unseen."""
    root = tmp_path_factory.mktemp('jhmdb')
    lay_out_jhmdb(root)
    words = ['jhmdb', f'--root={root}', '--workers=1']
    prepare.main(words, standalone_mode=False)
    return root


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


def test_texts_are_those_of_other_actions(root):
    """In training and in testing by one exchange; names and videos stay."""
    parts = dict(
        train=dict(subset='train'),
        test=dict(subset='test', ann_file='annotations/test.json'),
    )
    ours, placebo = (
        {part: build(root, kind, **words) for part, words in parts.items()}
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


@pytest.mark.parametrize(
    'title, changed',
    [
        ('both, frames shuffled', 'decode'),
        ('without space-time cross, frames shuffled', 'decode'),
        ('graphs of other classes', 'dataset'),
    ],
)
def test_rows_differ_from_their_counterpart_by_the_placebo(
    title, changed, tmp_path
):
    """In training and in testing, and by nothing else."""
    rows = {row.title: row for row in read_rows('zs_stage')['stdd']}
    bench = Bench(tmp_path, [0])
    placebo, own = (
        bench.config_of(rows[name].run.model, 0)
        for name in (title, rows[title].schedule_of)
    )
    for part in ('train_dataloader', 'test_dataloader'):
        data = placebo[part].dataset
        if changed == 'decode':
            step = data.pipeline[2]
            assert step.type == 'ShuffledVideoDecode'
            step.type = own[part].dataset.pipeline[2].type
            assert step.type.endswith('VideoDecode')
        else:
            assert data.type == 'OthersTextsVideoDataset'
            data.type = 'SplitVideoDataset'
    assert placebo.custom_imports.imports == [
        'stclip.benchmarking.accuracy.placebo_data'
    ]
    placebo.custom_imports = own.custom_imports
    assert placebo.to_dict() == own.to_dict()
