"""Videos that are trained on and tested, where actions are shared."""

import json

import pytest
from synthetic_media import make_frames, write_frames

from stclip.engine.held_out import check_held_out
from stclip.utils.errors import UserError

NAMES = ['sit', 'run']
PIPELINE = [dict(type='LoadKeyframe', size=16), dict(type='PackKeyframe')]


@pytest.fixture
def write(tmp_path):
    """Write annotations of some videos and a label split; gives a data set."""

    def data_set(name, videos, train, test, subset):
        for video in videos:
            folder = tmp_path / 'videos' / video
            if not folder.exists():
                write_frames(folder, make_frames(1))
        content = dict(
            action_categories=[
                dict(id=number, name=action)
                for number, action in enumerate(NAMES, 1)
            ],
            images=[
                dict(id=number, movie=video, timestamp=1, height=24, width=32)
                for number, video in enumerate(videos, 1)
            ],
            annotations=[
                dict(image_id=number, bbox=[1, 1, 9, 9], action_ids=[action])
                for number in range(1, len(videos) + 1)
                for action in (1, 2)
            ],
        )
        (tmp_path / f'{name}.json').write_text(json.dumps(content))
        split = f'benchmark: own\nsplit: 1\ntrain: {train}\ntest: {test}\n'
        (tmp_path / f'{name}.yaml').write_text(split)
        return dict(
            type='CocoKeyframeDataset',
            data_root=str(tmp_path),
            data_prefix=dict(video='videos'),
            ann_file=f'{name}.json',
            label_split=str(tmp_path / f'{name}.yaml'),
            pipeline=PIPELINE,
            subset=subset,
            test_mode=subset == 'test',
        )

    return data_set


def config(train, *tested):
    test = tested[0]
    if len(tested) > 1:
        test = dict(type='ConcatDataset', datasets=list(tested))
    return dict(
        train_dataloader=dict(dataset=train),
        test_dataloader=dict(dataset=test),
    )


@pytest.mark.parametrize('also', [False, True])
def test_shared_actions_need_videos_of_their_own(write, also):
    """Also where only one of two tested data sets shares an action."""
    train = write('a', ['u', 'v'], ['sit', 'run'], ['run'], 'train')
    same = write('b', ['v', 'w'], ['sit', 'run'], ['run'], 'test')
    apart = write('c', ['x'], ['sit', 'run'], ['run'], 'test')
    unseen = write('d', ['y'], ['sit'], ['run'], 'test')
    others = [unseen] if also else []
    with pytest.raises(UserError, match=r'^1 videos .* such as .*videos/v:'):
        check_held_out(config(train, *others, same))
    check_held_out(config(train, *others, apart))


def test_unseen_actions_may_be_in_the_same_videos(write):
    """Nor are annotations looked for that are not there."""
    train = write('a', ['u'], ['sit'], ['run'], 'train')
    test = write('b', ['u'], ['sit'], ['run'], 'test')
    check_held_out(config(train, test))
    shared = write('c', ['u'], ['sit', 'run'], ['run'], 'test')
    check_held_out(config(dict(train, ann_file='none.json'), shared))
