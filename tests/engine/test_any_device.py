"""Data loaders with and without worker processes."""

import pytest
import torch
from mmengine.registry import FUNCTIONS
from mmengine.runner import Runner
from toy_run import ToyDataset, ToyModel, toy_runner

from stclip.engine import any_device
from stclip.engine.any_device import AnyDeviceRunner, fit_to_workers


@pytest.mark.parametrize('workers', [0, 2])
def test_persistent_workers_follow_their_number(workers):
    config = dict(
        batch_size=4,
        num_workers=workers,
        persistent_workers=True,
        prefetch_factor=3,
        sampler=dict(type='DefaultSampler', shuffle=False),
        dataset=ToyDataset(),
    )
    before = dict(config)
    loader = AnyDeviceRunner.build_dataloader(config, seed=0)
    assert config == before
    assert loader.num_workers == workers
    assert loader.persistent_workers == (workers > 0)
    assert loader.prefetch_factor == (3 if workers else None)


def test_nothing_else_of_the_config_changes():
    config = dict(batch_size=2, num_workers=1, persistent_workers=True)
    assert fit_to_workers(config) == config
    alone = dict(batch_size=2, persistent_workers=True)
    assert fit_to_workers(alone) == dict(batch_size=2)


@pytest.mark.parametrize('task', ['train', 'test'])
def test_data_come_before_the_model(tmp_path, monkeypatch, task):
    """Faults of files are told before minutes go into a model."""
    built = []
    for part in (ToyDataset, ToyModel):
        make = part.__init__

        def note(self, *args, part=part, make=make, **kwargs):
            built.append(part)
            make(self, *args, **kwargs)

        monkeypatch.setattr(part, '__init__', note)
    toy_runner(tmp_path, dict(task=task))
    assert built == [ToyDataset, ToyModel]


def test_workers_end_with_their_parent_and_are_made_ready(monkeypatch):
    """A config's own function for workers is called as well."""
    begun = []
    monkeypatch.setattr(
        any_device, 'end_with_parent', lambda: begun.append('watched')
    )
    config = dict(
        batch_size=4,
        sampler=dict(type='DefaultSampler', shuffle=False),
        dataset=ToyDataset(),
        worker_init_fn=dict(type='_toy_worker'),
    )

    @FUNCTIONS.register_module(name='_toy_worker', force=True)
    def make_ready(worker_id, **_):
        begun.append(worker_id)

    loader = AnyDeviceRunner.build_dataloader(config, seed=0)
    loader.worker_init_fn(3)
    assert begun == ['watched', 3]


@pytest.mark.parametrize(
    'options, expected',
    [
        ({}, {}),
        (dict(find_unused_parameters=True), dict(find_unused_parameters=True)),
        (
            {
                'find_unused_parameters': True,
                'model_wrapper_cfg.find_unused_parameters': False,
            },
            dict(find_unused_parameters=False),
        ),
        (
            {
                'find_unused_parameters': True,
                'model_wrapper_cfg.type': 'MMFullyShardedDataParallel',
            },
            dict(type='MMFullyShardedDataParallel'),
        ),
    ],
)
def test_unused_parameters_reach_the_wrapper(
    tmp_path, monkeypatch, options, expected
):
    given = []

    def note(self, model_wrapper_cfg, model):
        given.append(model_wrapper_cfg)
        return model

    monkeypatch.setattr(Runner, 'wrap_model', note)
    toy_runner(tmp_path, options)
    ours = dict(type='stclip.engine.any_device.AnyDeviceDDP')
    assert given == [ours | expected]


def test_no_group_is_left_where_there_is_none():
    assert not torch.distributed.is_initialized()
    any_device.leave_group()
    assert not torch.distributed.is_initialized()


@pytest.mark.parametrize(('cores', 'workers'), [(1, 1), (4, 4), (64, 8)])
def test_no_more_workers_than_cores(monkeypatch, cores, workers):
    monkeypatch.setattr(any_device, 'usable_cores', lambda: cores)
    config = dict(batch_size=2, num_workers=8, persistent_workers=True)
    fitted = fit_to_workers(config)
    assert fitted == dict(config, num_workers=workers)
