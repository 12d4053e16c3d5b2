"""Some keyframes of each video, as OpenMixer trains on UCF101-24."""

import pytest

IMAGES = {
    'seen': {14: 5, 11: 2, 13: 4, 12: 3, 15: 9},
    'unseen': {22: 6, 21: 1},
}


@pytest.fixture
def build(build_keyframes, make_videos, write_json):
    make_videos(*IMAGES)
    names = ['run', 'jump', 'sit', 'hug', 'watch']
    images = [
        dict(
            id=number, movie=video, timestamp=f'{time:05d}',
            height=24, width=32,
        )
        for video, times in IMAGES.items()
        for number, time in times.items()
    ]  # fmt: skip
    actions = dict(seen='run', unseen='jump')
    annotations = [
        dict(
            image_id=image['id'],
            action_ids=[names.index(actions[image['movie']]) + 1],
            bbox=[1, 2, 9, 12],
        )
        for image in images
    ]
    content = dict(
        action_categories=[
            dict(id=k + 1, name=n) for k, n in enumerate(names)
        ],
        images=images,
        annotations=annotations,
    )

    def build(step, **changes):
        dataset = build_keyframes(
            '',
            type='CocoKeyframeDataset',
            ann_file=write_json('ann.json', content),
            pipeline=[],
            keyframe_step=step,
            **changes,
        )
        return [
            dataset.get_data_info(k)['image_id'] for k in range(len(dataset))
        ]

    return build


@pytest.mark.parametrize(
    'step, train, test',
    [(1, [11, 12, 13, 14, 15], [21, 22]), (2, [11, 13, 15], [21])],
)
def test_each_video_from_its_first(build, step, train, test):
    """In time, whatever the order of the file."""
    assert build(step) == train
    tested = dict(tested=True, box_sources=['ground_truth'])
    assert build(step, **tested) == test


def test_longer_than_a_video(build):
    assert build(9) == [11]


def test_below_one(build):
    with pytest.raises(ValueError, match='at least 1, got 0'):
        build(0)
