"""Closed-set, generalised and open-vocabulary tests of one's own data."""

import json
from pathlib import Path

import pytest
from synthetic_media import make_frames, write_frames
from tools_in_process import name_run

from stclip.cli.main import group
from stclip.structures.tube_file import write_tubes
from stclip.structures.tubes import Tube

ROOT = Path(__file__).parents[2]
NAMES = ['walk', 'sit', 'wave', 'run']
CONFIG = """
_base_ = '{root}/configs/zs_stage_single.py'

data = dict(data_root='{folder}', data_prefix=dict(video='videos'))
data['label_split'] = '{folder}/split.yaml'
train_dataloader = dict(
    batch_size=4,
    num_workers=0,
    persistent_workers=False,
    dataset=dict(**data, ann_file='train.json'),
)
test_dataloader = dict(
    num_workers=0,
    dataset=dict(
        **data,
        ann_file='test.json',
        box_sources=['ground_truth'],
        det_file='',
    ),
)
del data
train_cfg = dict(max_iters=2)
"""
BOX = [8, 4, 40, 44]
NUM = 3  # frames of a video
OVAD = """
test_dataloader = dict(dataset=dict(score_all=True))
test_evaluator = [
    dict(type='FrameMAP'),
    dict(type='OpenVocabularyMAP', tube_file='{folder}/tubes.json'),
]
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Two videos of each action, one to train on and one to test."""
    for seed, subset in enumerate(('train', 'test')):
        movies = [f'{name}_{subset}' for name in NAMES]
        for number, movie in enumerate(movies, 4 * seed):
            frames = make_frames(2, 48, 64, seed=number)
            write_frames(tmp_path / 'videos' / movie, frames)
        content = dict(
            action_categories=[
                dict(id=number, name=name)
                for number, name in enumerate(NAMES, 1)
            ],
            images=[
                dict(id=number, movie=movie, timestamp=2, height=48, width=64)
                for number, movie in enumerate(movies, 1)
            ],
            annotations=[
                dict(image_id=n, bbox=[8, 4, 40, 44], action_ids=[n])
                for n in range(1, 5)
            ],
        )
        (tmp_path / f'{subset}.json').write_text(json.dumps(content))
    config = CONFIG.format(root=ROOT, folder=tmp_path)
    (tmp_path / 'mine.py').write_text(config)
    return tmp_path


def run(folder, *words):
    options = ['--work-dir', str(folder / 'run'), '--cfg-options']
    options += [f'experiment_name={name_run()}']
    group.main([*words, *options], standalone_mode=False)


@pytest.mark.parametrize(
    'train, kinds',
    [
        (NAMES[:2], {'seen', 'unseen', 'harmonic_mean'}),
        (NAMES, {'seen'}),
    ],
)
def test_train_and_test(folder, train, kinds):
    lists = json.dumps(dict(benchmark='a', split=1, train=train, test=NAMES))
    (folder / 'split.yaml').write_text(lists)
    run(folder, 'train', str(folder / 'mine.py'))
    checkpoint = folder / 'run' / 'iter_2.pth'
    run(folder, 'test', str(folder / 'mine.py'), str(checkpoint))
    (file,) = folder.glob('run/*/detections_ground_truth.json')
    written = json.loads(file.read_text())
    assert written['labels'] == written['eval_labels'] == NAMES
    assert written['seen_labels'] == train
    (told,) = written['warnings']
    assert told.startswith('small demo weights')
    # All of them compete for each person.
    for keyframe in written['detections']:
        assert len(keyframe['scores'][0]) == len(NAMES)
    values = list(written['per_class'].values())
    seen, unseen = values[: len(train)], values[len(train) :]
    expected = dict(seen=sum(seen) / len(seen))
    if unseen:
        expected['unseen'] = sum(unseen) / len(unseen)
        both = expected['seen'], expected['unseen']
        expected['harmonic_mean'] = 2 * both[0] * both[1] / sum(both)
    assert expected.keys() == kinds
    (file,) = file.parent.glob('*[0-9].json')
    metrics = json.loads(file.read_text())
    for kind in ('seen', 'unseen', 'harmonic_mean'):
        key = f'ground_truth/{kind}/frame_mAP@0.5'
        assert (key in metrics) == (kind in kinds)
        assert (f'mAP_{kind}' in written) == (kind in kinds)
        if kind in kinds:
            assert metrics[key] == pytest.approx(expected[kind])
            assert written[f'mAP_{kind}'] == pytest.approx(expected[kind])


def test_what_a_result_cannot_be_trusted_for(folder, capfd):
    """Stands in the file, is said once, and goes into what is made of it."""
    for subset in ('train', 'test'):
        file = folder / f'{subset}.json'
        content = json.loads(file.read_text())
        content['action_categories'][3]['name'] = 'Walk_'
        file.write_text(json.dumps(content))
    lists = dict(benchmark='a', split=1, train=NAMES[:3], test=['Walk_'])
    (folder / 'split.yaml').write_text(json.dumps(lists))
    run(folder, 'test', str(folder / 'mine.py'))
    (file,) = folder.glob('run/*/detections_ground_truth.json')
    told = json.loads(file.read_text())['warnings']
    words = [
        'small demo',
        'STCLIP without a',
        "'walk' = 'Walk_'",
        'only label',
    ]
    assert len(told) == 4
    shown = capfd.readouterr()
    for line, word in zip(told, words, strict=True):
        assert word in line
        assert (shown.out + shown.err).count(line) == 1
    out = folder / 'values.json'
    files = ['--gt', str(file), '--pred', str(file), '--json', str(out)]
    group.main(['eval', 'frame-map', *files], standalone_mode=False)
    assert json.loads(out.read_text())['warnings'] == told
    assert f'warning: {told[3]}' in capfd.readouterr().out


@pytest.fixture
def open_vocabulary(tmp_path):
    """A video of each action, annotated on each frame."""
    images = []
    for seed, movie in enumerate(NAMES):
        frames = make_frames(NUM, 48, 64, seed=seed)
        write_frames(tmp_path / 'videos' / movie, frames)
        for frame in range(1, NUM + 1):
            where = dict(movie=movie, timestamp=frame, height=48, width=64)
            images.append(dict(where, id=len(images)))
    actions = [dict(id=n, name=name) for n, name in enumerate(NAMES, 1)]
    persons = [
        dict(image_id=n, bbox=BOX, action_ids=[1 + n // NUM])
        for n in range(len(images))
    ]
    content = dict(
        action_categories=actions, images=images, annotations=persons
    )
    (tmp_path / 'test.json').write_text(json.dumps(content))
    lists = dict(benchmark='a', split=1, train=NAMES[:2], test=NAMES[2:])
    (tmp_path / 'split.yaml').write_text(json.dumps(lists))
    write_tubes(
        tmp_path / 'tubes.json',
        [
            Tube(range(NUM), [BOX] * NUM, action=name, video=name)
            for name in NAMES
        ],
    )
    base = CONFIG.format(root=ROOT, folder=tmp_path)
    (tmp_path / 'base.py').write_text(base)
    config = "_base_ = 'base.py'\n" + OVAD.format(folder=tmp_path)
    (tmp_path / 'mine.py').write_text(config)
    return tmp_path


def test_figures_of_open_vocabulary(open_vocabulary, capfd):
    """`stclip test` prints OVAD's figures, the command prints them again."""
    folder = open_vocabulary
    run(folder, 'test', str(folder / 'mine.py'))
    (file,) = folder.glob('run/*/ovad_ground_truth.json')
    (metrics,) = file.parent.glob('*[0-9].json')
    metrics = json.loads(metrics.read_text())
    written = json.loads(file.read_text())
    assert written['base'] == NAMES[:2]
    assert len(written['detections']) == NUM * len(NAMES)
    assert 'vocabulary: 2 base and 2 novel actions' in capfd.readouterr().out
    out = folder / 'again.json'
    files = ['--gt', str(file), '--pred', str(file), '--json', str(out)]
    group.main(['eval', 'ovad', *files], standalone_mode=False)
    again = json.loads(out.read_text())
    for scored in ('own_part', 'all_classes'):
        for part in ('base', 'novel', 'mean'):
            key = f'ground_truth/{scored}/{part}/video_mAP@0.5'
            expected = again[scored]['video_ap'][part]
            assert 100 * metrics[key] == pytest.approx(expected)
    # Boxes are those annotated: among two actions each AP is 1 or 1/2.
    per_class = again['own_part']['video_ap']['per_class'].values()
    assert {*per_class} <= {100, 50}
