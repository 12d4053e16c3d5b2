"""Averages over a run, and mixtures with what was there before."""

import math

import pytest
import torch
from toy_run import read_checkpoint, toy_runner

from stclip.engine.weight_average import (
    PatchWeightsHook,
    WeightAverageHook,
    patch_weights,
)

ITERS = 8
CHECKPOINTS = {'default_hooks.checkpoint.max_keep_ckpts': -1}


def average_of(kind, values):
    hook = WeightAverageHook(kind)
    for step, value in enumerate(values, 1):
        state = dict(x=torch.tensor([float(value)]), n=torch.tensor(step))
        hook.add(state, step, len(values))
    assert hook.average['n'].item() == len(values)
    return hook.average['x'].item()


@pytest.mark.parametrize(
    'kind, weight',
    [
        ('uniform', lambda place: 1),
        (
            'gaussian',
            lambda p: math.exp(-0.5 * ((22 * p - 15) / 10) ** 2),
        ),
        ('beta', lambda p: (p * (1 - p)) ** -0.5),
    ],
)
def test_weighted_mean(kind, weight):
    values = [1.0, 5, 2, 8]
    weights = [weight(step / 5) for step in range(1, 5)]
    pairs = zip(weights, values, strict=True)
    expected = sum(w * v for w, v in pairs) / sum(weights)
    assert average_of(kind, values) == pytest.approx(expected, rel=1e-5)


def test_exponential_mean():
    expected = 0.9 * (0.9 * 1 + 0.1 * 5) + 0.1 * 2
    assert average_of('ema', [1.0, 5, 2]) == pytest.approx(expected)


@pytest.fixture(scope='module')
def run(tmp_path_factory):
    work_dir = tmp_path_factory.mktemp('run')
    hook = dict(type='WeightAverageHook', interval=2, begin=4)
    options = {**CHECKPOINTS, 'custom_hooks': [hook]}
    toy_runner(work_dir, options).train()
    return work_dir, options


def test_average_of_a_run(run):
    """Of iterations 4, 6 and 8."""
    work_dir, _ = run
    found = read_checkpoint(work_dir / 'averaged.pth')['state_dict']
    states = [
        read_checkpoint(work_dir / f'iter_{step}.pth')['state_dict']
        for step in (4, 6, 8)
    ]
    for name, value in found.items():
        mean = torch.stack([s[name].float() for s in states]).mean(dim=0)
        torch.testing.assert_close(value, mean)


def test_snapshots_are_counted_from_the_first_iteration(run, tmp_path):
    """Of 4, 6 and 8 as well: where counting begins moves none of them."""
    hook = dict(type='WeightAverageHook', interval=2, begin=3)
    toy_runner(tmp_path, {**CHECKPOINTS, 'custom_hooks': [hook]}).train()
    found, expected = (
        read_checkpoint(folder / 'averaged.pth')['state_dict']
        for folder in (tmp_path, run[0])
    )
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize(
    'options', [dict(begin=ITERS + 1), dict(begin=7, interval=6)]
)
def test_run_without_a_snapshot_does_not_start(tmp_path, options):
    hook = dict(type='WeightAverageHook', **options)
    runner = toy_runner(tmp_path, {'custom_hooks': [hook]})
    with pytest.raises(ValueError, match='no snapshot in 8 iterations'):
        runner.train()


def test_resumed_run_has_the_same_average(run, tmp_path):
    work_dir, options = run
    resumed = {
        **options,
        'resume': True,
        'load_from': str(work_dir / 'iter_6.pth'),
    }
    toy_runner(tmp_path, resumed).train()
    found, expected = (
        read_checkpoint(folder / 'averaged.pth')['state_dict']
        for folder in (tmp_path, work_dir)
    )
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize('ratio', [0, 0.25, 1])
def test_patched_weights(run, tmp_path, ratio):
    """Between the weights as built and those of the checkpoint."""
    work_dir, _ = run
    checkpoint = str(work_dir / 'iter_8.pth')
    runner = toy_runner(
        tmp_path,
        {
            'load_from': checkpoint,
            'custom_hooks': [dict(type='PatchWeightsHook', ratio=ratio)],
        },
    )
    before = {k: v.clone() for k, v in runner.model.state_dict().items()}
    runner.test()
    loaded = read_checkpoint(checkpoint)['state_dict']
    for name, value in runner.model.state_dict().items():
        expected = ratio * before[name] + (1 - ratio) * loaded[name]
        torch.testing.assert_close(value, expected)


@pytest.mark.parametrize('ratio', [0, 0.25, 1])
def test_named_weights_are_left_alone(ratio):
    """Bit for bit; so are all at the ends."""
    torch.manual_seed(0)
    model, built = (
        torch.nn.ModuleDict(
            dict(clip=torch.nn.Linear(3, 3), prompts=torch.nn.Linear(3, 3))
        )
        for _ in range(2)
    )
    before = built.state_dict()
    loaded = {k: v.clone() for k, v in model.state_dict().items()}
    patch_weights(model, before, ratio, ('prompts.',))
    for name, value in model.state_dict().items():
        if name.startswith('prompts.') or ratio == 0:
            assert torch.equal(value, loaded[name])
        elif ratio == 1:
            assert torch.equal(value, before[name])
        else:
            expected = ratio * before[name] + (1 - ratio) * loaded[name]
            torch.testing.assert_close(value, expected)


def test_names_that_are_left_alone_are_there():
    model = torch.nn.Linear(2, 2)
    with pytest.raises(
        ValueError, match=r"'promts\.', but no weight of Linear"
    ):
        patch_weights(model, model.state_dict(), 0.3, ('bias', 'promts.'))


def test_unknown_options():
    with pytest.raises(ValueError, match=r"kind must be one of .*'median'"):
        WeightAverageHook('median')
    with pytest.raises(ValueError, match=r'ratio must be in \[0, 1\], got 2'):
        PatchWeightsHook(2)
