import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from stclip.labels.label_space import LabelSpace
from stclip.labels.label_split import LabelSplit, read_label_split
from stclip.preparation import ucf24
from stclip.preparation.keyframes import keyframes_of
from stclip.preparation.records import AnnotatedVideo, Findings
from stclip.preparation.summary import count, summarise, table
from stclip.preparation.train_videos import (
    draw_train_videos,
    training_keyframes,
)
from stclip.structures.keyframe import Keyframe

ROOT = Path(__file__).parents[2]
SPLITS = ROOT / 'data' / 'splits'
LABELS = LabelSpace(('sit', 'run', 'hug', 'fly'))


def keyframe(video, *persons):
    """One string of first letters for each person."""
    return Keyframe(
        image_id=video,
        video=video,
        timestamp='00001',
        boxes=np.zeros((len(persons), 4), np.float32),
        labels=np.array(
            [
                [name[0] in person for name in LABELS.names]
                for person in persons
            ]
        ).reshape(-1, 4),
    )


KEYFRAMES = {
    'train': [
        keyframe('a', 's', 'sr'),
        keyframe('a'),
        keyframe('b', 's'),
        keyframe('b', 'h'),  # unseen
        keyframe('c', 's', 'f'),  # neither
        keyframe('c', 'r'),
    ],
    'test': [
        keyframe('d', 's'),
        keyframe('e', 'h', ''),
        keyframe('e', 'r'),
        keyframe('e'),
    ],
}


def row(*numbers):
    return dict(zip(('videos', 'keyframes', 'boxes', 'labels'), numbers))


def label_splits(benchmark):
    paths = sorted((SPLITS / benchmark).glob('*.yaml'))
    return [read_label_split(path) for path in paths]


def test_count():
    assert count(KEYFRAMES['train']) == row(3, 6, 7, 8)
    assert count([]) == row(0, 0, 0, 0)


@pytest.mark.parametrize(
    'test_all, tested', [(False, row(1, 3, 3, 2)), (True, row(2, 4, 4, 3))]
)
def test_label_split(tmp_path, test_all, tested):
    path = tmp_path / 'split.yaml'
    path.write_text(
        'benchmark: mine\nsplit: 3\ntest: [hug]\ntrain: [sit, run]\n'
    )
    assert summarise(
        LABELS, KEYFRAMES, [read_label_split(path)], test_all
    ) == {
        'train': row(3, 6, 7, 8),
        'test': row(2, 4, 4, 3),
        'label split 3, train': row(2, 2, 3, 4),
        'label split 3, test': tested,
    }


MINE = LabelSplit('mine', 3, ('sit', 'run'), ('hug',))


def test_drawn_training_videos():
    """Of those without an unseen action, the same for the same seed."""
    keyframes = [keyframe(name, 's') for name in 'hgfedcba']
    keyframes.append(keyframe('h', 'h'))
    draws = [
        draw_train_videos(MINE, LABELS, keyframes, 3, seed).train_videos
        for seed in (0, 0, 1, 2)
    ]
    assert draws[0] == draws[1]
    assert len(set(draws)) > 1
    for drawn in draws:
        assert list(drawn) == sorted(set(drawn))
        assert len(drawn) == 3 and set(drawn) <= set('abcdefg')
    everything = draw_train_videos(MINE, LABELS, keyframes, 99, seed=0)
    assert everything.train_videos == tuple('abcdefg')


# Forty videos, of which ten are drawn.
DRAWING = """
import numpy as np
from stclip.labels.label_space import LabelSpace
from stclip.labels.label_split import LabelSplit
from stclip.preparation.train_videos import draw_train_videos
from stclip.structures.keyframe import Keyframe

boxes, labels = np.zeros((1, 4)), np.array([[True, False]])
keyframes = [
    Keyframe(str(n), f'video {n}', 1, boxes, labels) for n in range(40)
]
split = LabelSplit('mine', 3, ('sit',), ('hug',))
labels = LabelSpace(('sit', 'hug'))
drawn = draw_train_videos(split, labels, keyframes, 10, 5)
print(*drawn.train_videos, sep=',')
"""


def test_drawn_videos_do_not_depend_on_the_process():
    """Each process has its own order of sets."""
    names = sorted(f'video {number}' for number in range(40))
    expected = sorted(random.Random(5).sample(names, 10))
    for seed in '012':
        drawn = subprocess.check_output(
            [sys.executable, '-c', DRAWING],
            env={**os.environ, 'PYTHONHASHSEED': seed},
            cwd=ROOT,
            text=True,
        )
        assert drawn.strip().split(',') == expected


def test_drawn_videos_are_those_trained_on():
    keyframes = [keyframe(name, 's') for name in 'abc']
    drawn = draw_train_videos(MINE, LABELS, keyframes, 2, seed=0)
    kept = training_keyframes(drawn, LABELS, keyframes)
    assert tuple(k.video for k in kept) == drawn.train_videos
    rows = summarise(
        LABELS, dict(train=keyframes, test=[]), [drawn], test_all=True
    )
    assert rows['label split 3, train'] == row(2, 2, 2, 2)


def test_table():
    rows = {'train': row(3, 1234567, 7, 8), 'label split 1': row(0, 1, 2, 3)}
    assert [line.split() for line in table(rows).splitlines()] == [
        ['videos', 'keyframes', 'boxes', 'labels'],
        ['train', '3', '1,234,567', '7', '8'],
        ['label', 'split', '1', '0', '1', '2', '3'],
    ]
    assert len({len(line) for line in table(rows).splitlines()}) == 1


@pytest.mark.shared
def test_label_splits_of_jhmdb(realdata, real_jhmdb_keyframes):
    labels, keyframes = real_jhmdb_keyframes
    splits = label_splits('zs_jhmdb')
    rows = summarise(labels, keyframes, splits, test_all=False)
    assert rows['train'] == row(660, *[22_713] * 3)
    assert rows['test'] == row(268, *[9_139] * 3)
    expected = {
        1: ((464, 15_590), (78, 2_651)),
        2: ((486, 17_190), (73, 2_444)),
        3: ((468, 16_224), (78, 2_590)),
        4: ((474, 16_045), (76, 2_731)),
    }
    for split, (train, test) in expected.items():
        for subset, (videos, frames) in (('train', train), ('test', test)):
            found = rows[f'label split {split}, {subset}']
            assert found == row(videos, *[frames] * 3)


def thinned(video):
    """The first frame alone: what a video shows does not change."""
    tubes = [
        replace(t, frames=t.frames[:1], boxes=t.boxes[:1]) for t in video.tubes
    ]
    return AnnotatedVideo(
        video.name, video.subset, video.size_hw, 1, tuple(tubes)
    )


@pytest.mark.shared
def test_label_splits_of_ucf(real_ucf):
    labels = LabelSpace(ucf24.ACTIONS)
    videos = [thinned(video) for video in real_ucf]
    keyframes = {
        subset: keyframes_of(
            [v for v in videos if v.subset == subset], labels, Findings()
        )
        for subset in ('train', 'test')
    }
    splits = label_splits('zs_ucf')
    rows = summarise(labels, keyframes, splits, test_all=False)
    numbers = {name: counts['videos'] for name, counts in rows.items()}
    assert numbers == {
        'train': 2284,
        'test': 910,
        'label split 1, train': 1718,
        'label split 1, test': 229,
        'label split 2, train': 1691,
        'label split 2, test': 236,
        'label split 3, train': 1704,
        'label split 3, test': 231,
        'label split 4, train': 1739,
        'label split 4, test': 214,
    }
