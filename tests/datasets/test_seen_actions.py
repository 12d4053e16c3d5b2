"""Keyframes where train and test of a label split share actions."""

import pytest

NAMES = ['run', 'sit', 'jump', 'hug', 'fly']
# What the persons of each video's keyframes do, by image id.
VIDEOS = {
    'a': {11: [['sit'], ['run']], 12: [['run']], 13: []},
    'b': {21: [['sit']], 22: [['jump']]},
    'c': {31: [['jump']], 32: [['hug'], ['sit']]},
    'd': {41: [['sit', 'run']], 42: [['sit', 'fly']]},
}
PIPELINE = [dict(type='LoadKeyframe', size=16), dict(type='PackKeyframe')]


def annotations(videos, independent=()):
    return dict(
        action_categories=[
            dict(id=number, name=name, exclusive=name not in independent)
            for number, name in enumerate(NAMES, 1)
        ],
        images=[
            dict(id=i, movie=video, timestamp=i % 10, height=24, width=32)
            for video, keyframes in videos.items()
            for i in keyframes
        ],
        annotations=[
            dict(
                image_id=i,
                bbox=[1, 2, 9 + k, 12],
                action_ids=[NAMES.index(name) + 1 for name in actions],
            )
            for keyframes in videos.values()
            for i, persons in keyframes.items()
            for k, actions in enumerate(persons)
        ],
    )


@pytest.fixture
def build(build_keyframes, make_videos, write_json, split_file):
    make_videos(*VIDEOS)

    def build(train, test, videos=VIDEOS, independent=(), **changes):
        split_file.write_text(
            f'benchmark: mine\nsplit: 3\ntrain: {train}\ntest: {test}\n'
        )
        content = annotations(videos, independent)
        return build_keyframes(
            '',
            type='CocoKeyframeDataset',
            ann_file=write_json('ann.json', content),
            pipeline=PIPELINE,
            **changes,
        )

    return build


TESTED = dict(subset='test', test_mode=True)


def ids_of(dataset):
    infos = map(dataset.get_data_info, range(len(dataset)))
    return [info['image_id'] for info in infos]


def test_generalised(build):
    """`jump` is seen, so its videos are trained on; those of `hug` are not."""
    lists = '[sit, run, jump]', '[jump, hug]'
    training = build(*lists)
    assert ids_of(training) == [11, 12, 21, 22, 41]
    assert 'seen_classes' not in training.metainfo
    tested = build(*lists, **TESTED)
    assert ids_of(tested) == [21, 22, 31, 32]
    assert tested.get_data_info(0)['label_space'].names == ('jump', 'hug')
    assert tested.get_data_info(3)['gt_labels'].tolist() == [[0, 1], [0, 0]]
    assert tested.metainfo['eval_classes'] == ('jump', 'hug')
    assert tested.metainfo['seen_classes'] == ('jump',)


def test_closed_set(build):
    """Nothing is unseen: every keyframe of seen actions only is used."""
    lists = '[sit, run]', '[run, sit]'
    assert ids_of(build(*lists)) == [11, 12, 21, 41]
    tested = build(*lists, **TESTED)
    assert ids_of(tested) == [11, 12, 13, 21, 22, 31, 32, 41, 42]
    assert tested.metainfo['seen_classes'] == ('run', 'sit')


def test_all_scored_and_some_seen(build):
    tested = build('[sit, jump]', '[jump, hug]', score_all=True, **TESTED)
    assert tested.get_data_info(0)['label_space'].names == tuple(NAMES)
    assert tested.metainfo['eval_classes'] == ('jump', 'hug')
    assert tested.metainfo['seen_classes'] == ('jump',)


def test_zero_shot_knows_no_seen_actions(build):
    tested = build('[sit, run]', '[jump, hug]', **TESTED)
    assert 'seen_classes' not in tested.metainfo


ONLY = {'a': {12: [['run']]}}
BOTH = {'a': {12: [['run']], 13: [['sit']]}}


@pytest.mark.parametrize(
    'train, videos, independent, said',
    [
        ('[run]', ONLY, (), "'run' is the only seen action. The cross"),
        ('[run]', ONLY, NAMES, ''),  # a sigmoid of one class learns
        ('[run, sit]', BOTH, (), ''),
        ('[run, sit]', BOTH, ['sit'], "'run' is the only exclusive seen act"),
        ('[sit, run, fly]', BOTH, (), '1 of 3 seen actions have no training'),
    ],
)
def test_warnings_before_training(
    build, log_lines, split_file, train, videos, independent, said
):
    build(train, '[jump, hug]', videos, independent)
    lines = [line for line in log_lines if str(split_file) in line]
    assert len(lines) == bool(said)
    assert all(line.startswith(f'{split_file}: {said}') for line in lines)


def test_nothing_left_names_the_actions(build):
    with pytest.raises(ValueError, match=r"'train' of .*: none of fly, hug;"):
        build('[fly, hug]', '[sit, run]')
