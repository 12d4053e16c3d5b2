"""What the arguments of a listed data set do to its files and pipeline."""

from pathlib import Path

import numpy as np
import pytest

from stclip.registry import DATASETS, TRANSFORMS

ROOT = Path(__file__).parents[2]
LABELS = dict(type='stclip.AddLabelSpace', label_file='labels_{part}.txt')
PIPELINE = [
    dict(type='stclip.VideoInit'),
    dict(type='UniformSample', clip_len=4, test_mode=True),
    dict(type='stclip.VideoDecode'),
    dict(type='CenterCrop', crop_size=8),
    LABELS,
]


@pytest.fixture
def root(tmp_path, monkeypatch):
    """Two label lists; lists of videos that differ in their length."""
    monkeypatch.chdir(tmp_path)
    for part, names in (('base', 'sit\nrun\n'), ('novel', 'kick\n')):
        Path(f'labels_{part}.txt').write_text(names)
    for split in (1, 2):
        Path(f'novel_{split}.txt').write_text(f'd/v{split}.mp4 0\n')
    Path('k2.txt').write_text('a.mp4 0\nb.mp4 1\nc.mp4 1\n')
    return tmp_path


def build(**changes):
    cfg = dict(
        type='ListedVideoDataset',
        ann_file='k{shots}.txt',
        data_prefix=dict(video='videos'),
        pipeline=PIPELINE,
    )
    return DATASETS.build({**cfg, **changes})


def steps_of(dataset):
    return {type(step).__name__: step for step in dataset.pipeline.transforms}


def test_files_follow_the_arguments(root):
    dataset = build(ann_file='{part}_{split}.txt', part='novel', split=2)
    info = dataset.get_data_info(0)
    assert info['filename'] == 'videos/d/v2.mp4' and info['label'] == 0
    labels = steps_of(dataset)['AddLabelSpace'].label_space
    assert labels.names == ('kick',)


@pytest.mark.parametrize(
    'line', ['d.mp4', 'd.mp4 0.5', 'd.mp4 -1', 'd.mp4 run', '0']
)
def test_odd_line_is_named(root, line):
    Path('k2.txt').write_text(f'a.mp4 0\n\n{line}\n')
    with pytest.raises(
        ValueError, match=r'k2\.txt, line 3: expected "<path> '
    ):
        build()


def test_labels_written_as_floats(root):
    Path('k2.txt').write_text('a.mp4 1.0\n')
    assert build().get_data_info(0)['label'] == 1
    Path('k2.txt').write_text('\n')
    with pytest.raises(ValueError, match=r'k2\.txt is empty'):
        build()


def test_list_and_videos_lie_below_the_root(root):
    Path('mine').mkdir()
    Path('k2.txt').rename('mine/k2.txt')
    dataset = build(data_root='mine')
    names = [dataset.get_data_info(i)['filename'] for i in range(3)]
    assert names == [f'mine/videos/{name}.mp4' for name in 'abc']
    with pytest.raises(FileNotFoundError, match=r'mine/k4\.txt does not'):
        build(data_root='mine', shots=4)


def test_the_base_classes_of_the_first_split_are_the_default(root):
    labels = steps_of(build())['AddLabelSpace'].label_space
    assert labels.names == ('sit', 'run')


@pytest.mark.parametrize('videos, times', [(None, 1), (7, 2), (8, 3), (1, 1)])
def test_short_lists_are_repeated(root, videos, times):
    dataset = build(epoch_videos=videos)
    names = [dataset.get_data_info(i)['filename'] for i in range(len(dataset))]
    assert names == ['videos/a.mp4', 'videos/b.mp4', 'videos/c.mp4'] * times


def test_views_are_clips_and_crops(root):
    steps = steps_of(build(views='4x3'))
    assert steps['UniformSample'].num_clips == 4
    assert steps['ThreeCrop'].crop_size == (8, 8)
    assert 'CenterCrop' not in steps
    steps = steps_of(build(views='2x1'))
    assert steps['UniformSample'].num_clips == 2
    assert steps['CenterCrop'].crop_size == (8, 8)
    assert PIPELINE[1] == dict(
        type='UniformSample', clip_len=4, test_mode=True
    )


@pytest.mark.parametrize('crop', [224, (224, 224)])
def test_three_crops_are_as_tall_as_the_picture(root, crop):
    resize = dict(type='Resize', scale=(-1, 256))
    pipeline = [*PIPELINE[:3], resize, dict(type='CenterCrop', crop_size=crop)]
    for views, short_side in (('4x3', 224), ('4x1', 256)):
        steps = steps_of(build(pipeline=pipeline, views=views))
        assert steps['Resize'].scale == (np.inf, short_side)
    assert resize['scale'] == (-1, 256)


def test_steps_may_be_named_by_their_classes(root):
    classes = [
        dict(step, type=TRANSFORMS.get(step['type'])) for step in PIPELINE
    ]
    for asked in (dict(views='4x3'), dict(reader='decord')):
        built = steps_of(build(pipeline=classes, part='novel', **asked))
        named = steps_of(build(part='novel', **asked))
        assert list(built) == list(named)
        assert built['AddLabelSpace'].label_space.names == ('kick',)


def test_frames_from_the_first_on_have_views_too(root):
    sample = dict(type='SegmentStartSample', clip_len=4, test_mode=True)
    pipeline = [PIPELINE[0], sample, *PIPELINE[2:]]
    steps = steps_of(build(pipeline=pipeline, views='2x1'))
    assert steps['SegmentStartSample'].num_clips == 2


def test_readers(root):
    assert list(steps_of(build()))[:3:2] == ['VideoInit', 'VideoDecode']
    decord = steps_of(build(reader='decord'))
    assert list(decord)[:3:2] == ['DecordInit', 'DecordDecode']


@pytest.mark.parametrize(
    'changes, message',
    [
        (dict(views='4x2'), r"views must be .*got '4x2'"),
        (dict(views='0x3'), r"views must be .*got '0x3'"),
        (dict(views=12), 'views must be .*got 12'),
        (dict(views='4x3', pipeline=[LABELS]), r'views=4x3 needs.*AddLabel'),
        (dict(reader='pyav'), r"'any', 'decord'.*got 'pyav'"),
        (dict(shots=16), r'k16\.txt does not exist.*prepare_recognition'),
        (dict(part='new'), r'labels_new\.txt does not exist'),
    ],
)
def test_mistakes_are_named(root, changes, message):
    with pytest.raises(ValueError, match=message):
        build(**changes)
