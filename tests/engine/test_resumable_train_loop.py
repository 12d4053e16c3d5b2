"""Random numbers of training steps: each its own, the same when resumed."""

import random

import numpy as np
import torch
from mmengine.hooks import Hook
from toy_run import toy_runner


class Draws(Hook):
    """Notes what each generator would give in each step."""

    def __init__(self):
        self.drawn = []

    def before_train_iter(self, runner, batch_idx, data_batch=None):
        self.drawn.append(
            (random.random(), np.random.rand(), torch.rand(()).item())
        )


def draws(work_dir, **options):
    runner = toy_runner(work_dir, options)
    hook = Draws()
    runner.register_hook(hook)
    runner.train()
    return hook.drawn


def test_steps_draw_different_numbers(tmp_path):
    """From all three generators; a resumed run draws what it would have."""
    whole = draws(tmp_path / 'whole')
    assert len(whole) == 8
    for numbers in zip(*whole, strict=True):
        assert len(set(numbers)) == 8
    last = str(tmp_path / 'whole' / 'iter_6.pth')
    resumed = draws(tmp_path / 'resumed', resume=True, load_from=last)
    assert resumed == whole[6:]


def test_seeds_draw_different_numbers(tmp_path):
    first, second, again = (
        draws(tmp_path / name, **{'randomness.seed': seed})
        for name, seed in (('a', 1), ('b', 2), ('c', 1))
    )
    assert not set(first) & set(second)
    assert first == again


def test_ranks_draw_different_numbers(tmp_path, monkeypatch):
    """Dropout of two processes must not be the same."""
    first = draws(tmp_path / '0')
    module = 'stclip.engine.resumable_train_loop.get_rank'
    monkeypatch.setattr(module, lambda: 1)
    assert not set(first) & set(draws(tmp_path / '1'))


class Inputs(Hook):
    """Notes what each step is trained on."""

    def __init__(self):
        self.seen = []

    def before_train_iter(self, runner, batch_idx, data_batch=None):
        self.seen.append(torch.stack(list(data_batch['inputs'])))


def inputs(work_dir, **options):
    runner = toy_runner(work_dir, options)
    hook = Inputs()
    runner.register_hook(hook)
    runner.train()
    return torch.stack(hook.seen), runner.train_loop.dataloader.dataset


def test_data_follow_the_seed_and_are_not_loaded_again(tmp_path):
    """Their random numbers too; what was trained on is passed over."""
    whole, dataset = inputs(tmp_path / 'a', **{'randomness.seed': 1})
    other, _ = inputs(tmp_path / 'b', **{'randomness.seed': 2})
    # Rows differ by the noise even where the order should be the same.
    rows = whole.flatten(0, 1)[:, None] - other.flatten(0, 1)[None]
    assert rows.abs().amax(dim=-1).min() > 0
    last = str(tmp_path / 'a' / 'iter_6.pth')
    resumed, again = inputs(
        tmp_path / 'c', **{'randomness.seed': 1}, resume=True, load_from=last
    )
    torch.testing.assert_close(resumed, whole[6:], rtol=0, atol=0)
    assert len(again.loaded) == len(dataset.loaded) * 2 // 8
