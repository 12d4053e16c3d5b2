"""A video counts once, however many keyframes it has."""

from collections import Counter
from itertools import islice

import pytest
from mmengine.dataset import pseudo_collate
from torch.utils.data import DataLoader, Dataset

from stclip.engine.numbered_loader import NumberedLoader
from stclip.registry import DATA_SAMPLERS

# Keyframes of each video; they need not follow each other.
VIDEOS = 'abacaadaaaaaaaca'


class Keyframes(Dataset):
    def __len__(self):
        return len(VIDEOS)

    def get_data_info(self, index):
        return dict(video=VIDEOS[index])

    def __getitem__(self, index):
        return index


def sampler_of(dataset=None, seed=0, rank=0, ranks=1, monkeypatch=None):
    if monkeypatch is not None:
        monkeypatch.setattr(
            'mmengine.dataset.sampler.get_dist_info', lambda: (rank, ranks)
        )
    return DATA_SAMPLERS.build(
        dict(type='VideoSampler', dataset=dataset or Keyframes(), seed=seed)
    )


def test_a_round_has_each_video_once():
    sampler = sampler_of()
    assert len(sampler) == 4
    drawn = [*islice(sampler, 4 * 200)]
    rounds = [drawn[at : at + 4] for at in range(0, len(drawn), 4)]
    orders = [''.join(VIDEOS[index] for index in each) for each in rounds]
    assert {''.join(sorted(order)) for order in orders} == {'abcd'}
    assert len(set(orders)) == 24, 'every order of four videos'
    # Of each video any keyframe, and none much more often than another.
    counts = Counter(drawn)
    assert set(counts) == set(range(len(VIDEOS)))
    for video in 'abcd':
        own = [counts[i] for i, each in enumerate(VIDEOS) if each == video]
        assert sum(own) == 200
        assert min(own) > 0.4 * max(own)


def test_the_seed_alone_tells_the_order():
    first, again, other = (
        [*islice(sampler_of(seed=seed), 40)] for seed in (1, 1, 2)
    )
    assert first == again != other


@pytest.mark.parametrize('ranks', [2, 3])
def test_processes_take_turns(ranks, monkeypatch):
    whole = [*islice(sampler_of(), 12 * ranks)]
    for rank in range(ranks):
        own = sampler_of(rank=rank, ranks=ranks, monkeypatch=monkeypatch)
        assert [*islice(own, 12)] == whole[rank::ranks]


def batches(number, skip=0):
    sampler = sampler_of()
    loader = NumberedLoader(
        DataLoader(
            sampler.dataset,
            sampler=sampler,
            batch_size=3,
            collate_fn=pseudo_collate,
        )
    )
    loader.begin(skip=skip, seed=0)
    return [*islice(loader, number)]


@pytest.mark.parametrize('skip', [1, 3, 6])
def test_a_resumed_run_goes_on_with_the_same(skip):
    whole = batches(8)
    assert batches(8, skip) == [None] * skip + whole[skip:]


def test_videos_of_a_data_set(make_videos, write_json, build_keyframes):
    make_videos('short', 'long')
    movies = 'short', 'long', 'long', 'long', 'long'
    images = [
        dict(id=k, movie=movie, timestamp=f'{k:05d}', height=24, width=32)
        for k, movie in enumerate(movies, 1)
    ]
    names = 'run', 'jump', 'sit', 'hug', 'watch'
    content = dict(
        action_categories=[dict(id=k, name=n) for k, n in enumerate(names, 1)],
        images=images,
        annotations=[
            dict(image_id=each['id'], action_ids=[1], bbox=[1, 2, 9, 12])
            for each in images
        ],
    )
    dataset = build_keyframes(
        None,
        type='CocoKeyframeDataset',
        ann_file=write_json('ann.json', content),
        pipeline=[],
    )
    assert len(dataset) == len(movies)
    drawn = [dataset.get_data_info(k) for k in islice(sampler_of(dataset), 20)]
    assert Counter(each['video'] for each in drawn) == dict(short=10, long=10)
