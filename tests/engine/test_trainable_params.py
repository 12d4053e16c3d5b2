"""Parameters in the optimizer, their rate and decay."""

import re

import pytest
import torch
from mmengine.optim import DefaultOptimWrapperConstructor
from mmengine.registry import DefaultScope
from torch import nn

from stclip.engine.trainable_params import TrainableParamsConstructor

OPTIMIZER = dict(type='SGD', lr=0.1, momentum=0.9, weight_decay=0.01)


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.frozen = nn.Linear(2, 2).requires_grad_(False)
        self.norm = nn.LayerNorm(2)
        self.attention = nn.MultiheadAttention(2, 1)
        self.head = nn.ModuleDict(dict(a=nn.Linear(2, 2), ab=nn.Linear(2, 2)))
        self.scale = nn.Parameter(torch.ones(()))


def build(model, paramwise_cfg=None, cls=TrainableParamsConstructor):
    constructor = cls(dict(optimizer=OPTIMIZER), paramwise_cfg)
    with DefaultScope.overwrite_default_scope('stclip'):
        return constructor(model).optimizer


def settings(optimizer):
    return {
        parameter: (group['lr'], group['weight_decay'])
        for group in optimizer.param_groups
        for parameter in group['params']
    }


@pytest.mark.parametrize(
    'paramwise_cfg',
    [
        dict(bias_lr_mult=2.0),
        dict(bias_lr_mult=2.0, bias_decay_mult=0.0, norm_decay_mult=0.5),
        dict(custom_keys=dict(bias=dict(lr_mult=2.0))),
        # The longest key that matches wins, and multipliers of biases then
        # do not count.
        dict(
            bias_lr_mult=3.0,
            custom_keys={
                'head.a': dict(lr_mult=0.5),
                'head.ab': dict(lr_mult=0.25, decay_mult=0.1),
            },
        ),
    ],
)
def test_rates_are_those_of_mmengine(paramwise_cfg):
    model = Net()
    ours = settings(build(model, paramwise_cfg))
    theirs = settings(
        build(model, paramwise_cfg, DefaultOptimWrapperConstructor)
    )
    assert ours == theirs
    trainable = {p for p in model.parameters() if p.requires_grad}
    assert set(ours) == trainable


def test_biases_of_a_custom_key_multiply_its_rate():
    """Those of a norm, too; what is called otherwise is no bias."""
    model = Net()
    biases = dict(bias_lr_mult=2.0, bias_decay_mult=0.0)
    keys = dict(head=dict(lr_mult=10.0, **biases), norm=biases)
    found = settings(build(model, dict(custom_keys=keys)))
    expected = {
        model.head['a'].weight: (1.0, 0.01),
        model.head['a'].bias: (2.0, 0.0),
        model.norm.weight: (0.1, 0.01),
        model.norm.bias: (0.2, 0.0),
        model.attention.out_proj.bias: (0.1, 0.01),
        model.scale: (0.1, 0.01),
    }
    for parameter, (lr, decay) in expected.items():
        assert found[parameter] == pytest.approx((lr, decay))


def test_equal_settings_share_a_group_and_the_plain_one_is_first():
    model = Net()
    custom = dict(custom_keys=dict(norm=dict(lr_mult=2.0)))
    first, second = build(model, custom).param_groups
    assert first['lr'] == 0.1
    assert second['lr'] == 0.2
    assert set(second['params']) == set(model.norm.parameters())


def test_settings_written_in_another_order_are_the_same():
    keys = dict(
        norm=dict(momentum=0.5, dampening=0.1),
        scale=dict(dampening=0.1, momentum=0.5),
    )
    model = Net()
    _, other = build(model, dict(custom_keys=keys)).param_groups
    expected = {*model.norm.parameters(), model.scale}
    assert set(other['params']) == expected


def test_frozen_parameters_stay_out_without_any_option():
    model = Net()
    (group,) = build(model).param_groups
    assert not set(group['params']) & set(model.frozen.parameters())
    # Not even momentum or decay may touch them.
    before = model.frozen.weight.clone()
    optimizer = build(model)
    model.head['a'](torch.ones(1, 2)).sum().backward()
    optimizer.step()
    assert torch.equal(model.frozen.weight, before)


def test_numbers_of_parameters_are_said(log_lines):
    """Shared ones once: a matrix, a norm, attention, heads and a scale."""
    model = Net()
    model.head['ab'].weight = model.head['a'].weight
    build(model)
    trained = 4 + (12 + 6 + 4 + 2) + (4 + 2 + 2) + 1
    assert f'Training {trained} parameters; 6 are frozen' in log_lines


def test_shared_parameter_enters_once():
    model = Net()
    model.head['ab'].weight = model.head['a'].weight
    (group,) = build(model).param_groups
    assert len(group['params']) == len(set(group['params']))


def test_refuses_unknown_options():
    with pytest.raises(ValueError, match="'bias_lr_multi'"):
        build(Net(), dict(bias_lr_multi=2.0))
    several = dict.fromkeys('hgfedcba', 1.0)
    listed = re.escape(str(sorted(several)))
    with pytest.raises(ValueError, match=rf'paramwise_cfg: {listed}; known'):
        build(Net(), several)


def test_refuses_a_model_without_trainable_parameters():
    with pytest.raises(ValueError, match='Net has no trainable parameter'):
        build(Net().requires_grad_(False))
