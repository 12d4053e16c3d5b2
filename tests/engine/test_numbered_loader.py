"""Batch k is the same wherever one begins and whoever loads it."""

from itertools import islice

import numpy as np
import pytest
import torch
from mmengine.dataset import DefaultSampler, InfiniteSampler, pseudo_collate
from torch.utils.data import DataLoader
from toy_run import ToyDataset

from stclip.engine import numbered_loader
from stclip.engine.numbered_loader import NumberedLoader, seed_everything

SAMPLERS = (InfiniteSampler, DefaultSampler)


def make_loader(sampler, workers=0, batch_size=4, size=10, seed=5):
    dataset = ToyDataset(size)
    return NumberedLoader(
        DataLoader(
            dataset,
            sampler=sampler(dataset, shuffle=True, seed=seed),
            batch_size=batch_size,
            num_workers=workers,
            collate_fn=pseudo_collate,
        )
    )


def read(loader, number, skip=0, seed=5):
    """Batches ``skip`` to ``number`` as (index, values) pairs."""
    loader.begin(skip=skip, seed=seed)
    batches = list(islice(loader, number))
    # Workers that outlive it are waited for by whatever test comes next.
    loader.close()
    assert batches[:skip] == [None] * skip
    return [
        [
            (index, vector.tolist())
            for index, vector in zip(
                batch['index'], batch['inputs'], strict=True
            )
        ]
        for batch in batches[skip:]
    ]


@pytest.mark.parametrize('sampler', SAMPLERS)
def test_same_data_from_any_batch_on(sampler):
    whole = read(make_loader(sampler), 7)
    for skip in (1, 3, 6):
        assert read(make_loader(sampler), 7, skip) == whole[skip:]


def test_same_data_with_worker_processes():
    whole = read(make_loader(InfiniteSampler), 5)
    assert read(make_loader(InfiniteSampler, workers=2), 5, 2) == whole[2:]


@pytest.mark.parametrize('sampler', SAMPLERS)
def test_skipped_batches_are_not_loaded(sampler):
    loader = make_loader(sampler, size=12)
    read(loader, 6, skip=5)
    assert len(loader.dataset.loaded) == 4


def test_every_epoch_has_its_own_order_and_its_own_noise():
    loader = make_loader(DefaultSampler, batch_size=5)
    batches = read(loader, 4)
    epochs = batches[0] + batches[1], batches[2] + batches[3]
    for epoch in epochs:
        assert sorted(index for index, _ in epoch) == list(range(10))
    assert [i for i, _ in epochs[0]] != [i for i, _ in epochs[1]]
    first, second = (dict(epoch) for epoch in epochs)
    assert all(first[index] != second[index] for index in range(10))


@pytest.mark.parametrize('sampler', SAMPLERS)
def test_processes_share_the_batch_of_one(sampler, monkeypatch):
    whole = read(make_loader(sampler, batch_size=4), 4)
    shares = []
    for rank in range(2):
        for module in ('mmengine.dataset.sampler', numbered_loader.__name__):
            monkeypatch.setattr(
                f'{module}.get_dist_info', lambda rank=rank: (rank, 2)
            )
        shares.append(read(make_loader(sampler, batch_size=2), 4))
    for batch, first, second in zip(whole, *shares, strict=True):
        if len(batch) == 4:  # the last of an epoch may be cut differently
            assert sorted(batch) == sorted(first + second)


def test_seed_changes_noise_but_not_order():
    first = read(make_loader(InfiniteSampler), 2, seed=5)
    second = read(make_loader(InfiniteSampler), 2, seed=6)
    assert [[i for i, _ in b] for b in first] == [
        [i for i, _ in b] for b in second
    ]
    assert first != second


def test_seeds_all_generators_and_keeps_streams_apart():
    def draw(*numbers):
        seed_everything(*numbers)
        return torch.rand(()).item(), np.random.rand()

    draws = [draw(*numbers) for numbers in [(0, 1), (1, 0), (1, 1), (2, 0)]]
    assert len(set(draws)) == 4
    assert draw(1, 1) == draws[2]


def test_refuses_fewer_samples_than_a_batch():
    dataset = ToyDataset(3)
    loader = NumberedLoader(DataLoader(dataset, batch_size=4, drop_last=True))
    with pytest.raises(ValueError, match='3 training samples make no batch'):
        next(iter(loader))


def test_refuses_a_loader_without_batches():
    with pytest.raises(ValueError, match='batch_size'):
        NumberedLoader(DataLoader(ToyDataset(3), batch_size=None))
