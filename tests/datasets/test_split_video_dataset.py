"""Whole videos of the seen or of the unseen actions."""

import json
from pathlib import Path

import numpy as np
import pytest
from synthetic_media import decode_all, make_frames, write_video

from stclip.knowledge.knowledge_graph import RELATIONS, read_graphs
from stclip.registry import DATASETS, TRANSFORMS

DATA = Path(__file__).parents[2] / 'data'
BOTH = ['annotations/train.json', 'annotations/test.json']
PACK = dict(type='PackActionInputs', meta_keys=('label_space', 'filename'))
PIPELINE = [
    dict(type='VideoInit'),
    dict(type='UniformSample', clip_len=3, test_mode=True),
    dict(type='VideoDecode'),
    dict(type='FormatShape', input_format='NCHW'),
    PACK,
]


def build(root, **changes):
    cfg = dict(
        type='SplitVideoDataset',
        data_root=str(root),
        data_prefix=dict(video='frames'),
        ann_file=BOTH[0],
        label_split=str(DATA / 'splits/zs_jhmdb/split1.yaml'),
        attribute_file=str(DATA / 'attributes/jhmdb.jsonl'),
        pipeline=PIPELINE,
    )
    return DATASETS.build({**cfg, **changes})


def videos_of(dataset):
    infos = [dataset.get_data_info(i) for i in range(len(dataset))]
    names = dataset.label_space.names
    return [(Path(i['filename']).name, names[i['label']]) for i in infos]


@pytest.mark.parametrize(
    'subset, ann_file, videos',
    [
        ('train', BOTH[0], [('a_run_1', 'run')]),
        ('test', BOTH[1], [('c_clap_2', 'clap')]),
        ('test', BOTH, [('b_clap_1', 'clap'), ('c_clap_2', 'clap')]),
    ],
)
def test_seen_and_unseen(small_jhmdb, subset, ann_file, videos):
    dataset = build(small_jhmdb, subset=subset, ann_file=ann_file)
    assert videos_of(dataset) == videos


def test_label_space_has_keywords(small_jhmdb):
    dataset = build(small_jhmdb, subset='test', ann_file=BOTH[1])
    space = dataset[0]['data_samples'].label_space
    assert space.names == ('clap', 'sit', 'wave', 'throw', 'pullup', 'catch')
    assert all(len(keywords) == 16 for keywords in space.keywords)
    plain = build(small_jhmdb, attribute_file='')
    assert not any(plain.label_space.keywords)


def test_label_space_has_clauses(small_jhmdb):
    path = DATA / 'knowledge/hmdb51.jsonl'
    space = build(small_jhmdb, graph_file=str(path)).label_space
    assert space.names[8] == 'run'
    graph = next(g for g in read_graphs(path) if g.class_name == 'run')
    said = [tuple(graph.clauses(relation)) for relation in RELATIONS]
    assert [tuple(clauses) for clauses in space.clauses[8]] == said


def test_frames_are_those_of_the_folder(small_jhmdb):
    """As they are; UniformSample takes these of three."""
    packed = build(small_jhmdb, subset='test', ann_file=BOTH[1])[0]
    expected = make_frames(3).transpose(0, 3, 1, 2)[[0, 1, 1]]
    np.testing.assert_array_equal(packed['inputs'], expected)


def test_frames_of_a_file(tmp_path):
    """The counted ones, wherever the header thinks the end is."""
    path = write_video(tmp_path / 'a.avi', make_frames(7))
    results = dict(filename=str(path), modality='RGB', label=0)
    for step in PIPELINE[:3]:
        results = TRANSFORMS.build(step)(results)
    assert results['total_frames'] == 7
    np.testing.assert_array_equal(
        results['imgs'], decode_all(path)[results['frame_inds']]
    )
    assert len(results['frame_inds']) == 3


def test_video_of_two_actions(small_jhmdb, tmp_path):
    content = json.loads((small_jhmdb / BOTH[0]).read_text())
    content['annotations'][0]['action_ids'].append(1)
    path = tmp_path / 'both.json'
    path.write_text(json.dumps(content))
    with pytest.raises(ValueError, match='a_run_1 shows 2 actions'):
        build(small_jhmdb, ann_file=str(path))


def test_nothing_left(small_jhmdb, tmp_path):
    split = tmp_path / 'split.yaml'
    split.write_text('benchmark: m\nsplit: 1\ntrain: [golf]\ntest: [sit]\n')
    with pytest.raises(ValueError, match="no video for subset 'train' of"):
        build(small_jhmdb, label_split=str(split))
    with pytest.raises(ValueError, match=r"subset must be .*'val'"):
        build(small_jhmdb, subset='val')


def write_split(folder, train, test):
    path = folder / 'mine.yaml'
    path.write_text(f'benchmark: m\nsplit: 1\ntrain: {train}\ntest: {test}\n')
    return str(path)


def test_seen_and_unseen_tested_at_once(small_jhmdb, tmp_path):
    split = write_split(tmp_path, '[run, sit]', '[clap, run]')
    train = build(small_jhmdb, label_split=split)
    assert videos_of(train) == [('a_run_1', 'run')]
    assert 'seen_classes' not in train.metainfo
    test = build(
        small_jhmdb, label_split=split, subset='test', ann_file=BOTH[1]
    )
    assert videos_of(test) == [('c_clap_2', 'clap'), ('d_run_2', 'run')]
    assert test.metainfo['seen_classes'] == ('run',)


def test_one_seen_action_is_told(small_jhmdb, tmp_path, log_lines):
    build(small_jhmdb, label_split=write_split(tmp_path, '[run]', '[clap]'))
    (line,) = (line for line in log_lines if 'mine.yaml' in line)
    assert "mine.yaml: 'run' is the only seen action" in line
