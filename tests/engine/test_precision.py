"""Mixed precision on a CPU: built by name, bfloat16, the right step."""

import pytest
import torch
from mmengine.hooks import Hook
from mmengine.registry import DefaultScope
from torch import nn
from toy_run import toy_runner

from stclip.engine import precision
from stclip.engine.precision import AmpOptimWrapper, autocast
from stclip.registry import OPTIM_WRAPPERS


def linear() -> nn.Linear:
    torch.manual_seed(0)
    return nn.Linear(4, 2)


def wrap(model: nn.Module, **kwargs) -> AmpOptimWrapper:
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    # What --amp of mmaction2's train.py writes into the config.
    cfg = dict(type='AmpOptimWrapper', loss_scale='dynamic', **kwargs)
    with DefaultScope.overwrite_default_scope('stclip'):
        return OPTIM_WRAPPERS.build(
            cfg, default_args=dict(optimizer=optimizer)
        )


def test_steps_equal_plain_autocast():
    inputs = torch.randn(8, 4)
    expected = linear()
    optimizer = torch.optim.SGD(expected.parameters(), lr=0.1, momentum=0.9)
    model = linear()
    wrapper = wrap(model)
    for _ in range(3):
        with torch.autocast('cpu', torch.bfloat16):
            loss = expected(inputs).float().square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with wrapper.optim_context(model):
            hidden = model(inputs)
        assert hidden.dtype is torch.bfloat16
        wrapper.update_params(hidden.float().square().mean())
    assert torch.equal(model.weight, expected.weight)
    assert not torch.equal(model.weight, linear().weight)


def test_accumulates_gradients_and_restores_its_state():
    model = linear()
    wrapper = wrap(model, accumulative_counts=2)
    before = model.weight.clone()
    wrapper.update_params(model(torch.ones(1, 4)).sum())
    assert torch.equal(model.weight, before)
    wrapper.update_params(model(torch.ones(1, 4)).sum())
    assert not torch.equal(model.weight, before)
    other = wrap(linear())
    other.load_state_dict(wrapper.state_dict())
    momentum = other.optimizer.state_dict()['state'][0]['momentum_buffer']
    own = wrapper.optimizer.state_dict()['state'][0]['momentum_buffer']
    assert torch.equal(momentum, own)


def test_autocast_can_be_switched_off():
    model = linear()
    with autocast('cpu', enabled=False):
        assert model(torch.ones(1, 4)).dtype is torch.float32
    with autocast('cpu'):
        assert model(torch.ones(1, 4)).dtype is torch.bfloat16


@pytest.mark.parametrize(
    ('options', 'dtype'),
    [
        ({}, torch.float32),
        ({'test_cfg.fp16': False}, torch.float32),
        ({'test_cfg.fp16': True}, torch.bfloat16),
        # How it was trained does not say how it is tested.
        ({'optim_wrapper.type': 'AmpOptimWrapper'}, torch.float32),
    ],
)
def test_only_a_test_that_is_told_so_is_in_mixed_precision(
    tmp_path, options, dtype
):
    """Model, hooks and metrics alike."""

    class Precisions(Hook):
        def before_test_iter(self, runner, batch_idx, data_batch=None):
            mixed = torch.is_autocast_enabled('cpu')
            dtypes.append(
                torch.get_autocast_dtype('cpu') if mixed else torch.float32
            )

    runner = toy_runner(tmp_path, options)
    runner.register_hook(Precisions())
    dtypes = []
    runner.model.head.register_forward_hook(
        lambda module, inputs, output: dtypes.append(output.dtype)
    )
    runner.test()
    assert dtypes == [dtype] * 8


@pytest.mark.parametrize(
    ('dtype', 'message'),
    [('float16', 'on CPU is bfloat16'), ('int8', 'must be one of')],
)
def test_refuses_types_that_cannot_work(dtype, message):
    with pytest.raises(ValueError, match=message):
        wrap(linear(), dtype=dtype)


@pytest.mark.parametrize('has', [True, False])
def test_a_cpu_that_has_no_bfloat16_is_told_of(has, monkeypatch):
    """Where mixed precision is wanted, and there alone."""
    told = []
    monkeypatch.setattr(precision, 'cpu_has_bfloat16', lambda: has)
    monkeypatch.setattr(precision, 'print_log', lambda *a: told.append(a[0]))
    assert precision.mixed('cpu') and precision.mixed('cuda:0')
    assert not precision.mixed('cpu', wanted=False)
    assert len(told) == (not has)
    assert has or 'several times as long: leave --amp out' in told[0]
    wrap(linear())
    assert len(told) == 2 * (not has)
