"""Interpolated weight optimisation: two gradients a step, for any model."""

import copy

import pytest
import torch
from forks import run_ranks
from mmengine.model import BaseModel
from mmengine.registry import DefaultScope
from torch import nn
from toy_run import CONFIG, read_checkpoint, toy_runner

from stclip.engine.trainable_params import TrainableParamsConstructor
from stclip.registry import OPTIM_WRAPPERS

INTERPOLATED = {'optim_wrapper.type': 'InterpolatedOptimWrapper'}


class Small(BaseModel):
    """Two layers, of which the first is frozen, and a curved loss."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.frozen = nn.Linear(4, 6).requires_grad_(False)
        self.head = nn.Linear(6, 3)
        self.calls = 0
        self.breaks_at = None

    def forward(self, inputs, mode='tensor'):
        if self.calls == self.breaks_at:
            raise ArithmeticError
        self.calls += 1
        hidden = self.head(self.frozen(torch.stack(list(inputs))).tanh())
        # float(), as losses are computed in full precision.
        hidden = hidden.float()
        return dict(loss_a=hidden.exp().mean(), loss_b=hidden.pow(3).sum() / 9)


def moved(seed=1):
    """A model that has gone on from where it began, as after steps."""
    model = Small()
    torch.manual_seed(seed)
    return model, [0.5 * torch.randn(p.shape) for p in model.head.parameters()]


def wrap(model, kind='InterpolatedOptimWrapper', steps=(), **options):
    """Built as a run builds it; then the weights make ``steps``."""
    cfg = dict(type=kind, optimizer=dict(type='SGD', lr=0.1), **options)
    with DefaultScope.overwrite_default_scope('stclip'):
        wrapper = TrainableParamsConstructor(cfg)(model)
    for weights, step in zip(model.head.parameters(), steps, strict=False):
        weights.data.add_(step)
    return wrapper


def batch(seed, number=5):
    generator = torch.Generator().manual_seed(seed)
    return dict(inputs=list(torch.randn(number, 4, generator=generator)))


def gradients_at(model, state, data, dtype=None):
    """Of a copy of the model with these weights of the head."""
    other = copy.deepcopy(model)
    for weights, value in zip(other.head.parameters(), state, strict=True):
        weights.data.copy_(value)
        weights.grad = None
    with torch.autocast('cpu', dtype, enabled=dtype is not None):
        losses = other(**data, mode='loss')
    sum(losses.values()).backward()
    return [weights.grad for weights in other.head.parameters()]


def expected_gradients(model, first, data, share, weight, dtype=None):
    """The equation, word by word."""
    present = [p.detach().clone() for p in model.head.parameters()]
    between = [
        share * a + (1 - share) * b
        for a, b in zip(first, present, strict=True)
    ]
    plain = gradients_at(model, present, data, dtype)
    second = gradients_at(model, between, data, dtype)
    return [g + weight * h for g, h in zip(plain, second, strict=True)]


def forward_backward(model, wrapper, data):
    with wrapper.optim_context(model):
        losses = model(**data, mode='loss')
    wrapper.backward(wrapper.scale_loss(model.parse_losses(losses)[0]))


@pytest.mark.parametrize('max_share, weight', [(0.6, 0.5), (1.0, 2.0)])
def test_both_gradients(max_share, weight):
    model, steps = moved()
    first = [p.detach().clone() for p in model.head.parameters()]
    wrapper = wrap(model, steps=steps, max_share=max_share, weight=weight)
    torch.manual_seed(7)
    share = max_share * torch.rand(()).item()
    assert share > 0
    data = batch(0)
    expected = expected_gradients(model, first, data, share, weight)
    torch.manual_seed(7)
    forward_backward(model, wrapper, data)
    found = [p.grad for p in model.head.parameters()]
    torch.testing.assert_close(found, expected)
    # The second is not that of the weights as they are.
    (plain, *_) = expected_gradients(model, first, data, 0.0, weight)
    assert (found[0] - plain).abs().max() > 1e-2


def test_without_a_share_it_is_one_and_a_half_gradients():
    model, steps = moved()
    wrapper = wrap(model, steps=steps, max_share=0.0, weight=0.5)
    present = [p.detach().clone() for p in model.head.parameters()]
    plain = gradients_at(model, present, batch(0))
    forward_backward(model, wrapper, batch(0))
    found = [p.grad for p in model.head.parameters()]
    torch.testing.assert_close(found, [1.5 * g for g in plain])


def test_shares_are_drawn_evenly_up_to_the_largest():
    model, _ = moved()
    wrapper = wrap(model, steps=[torch.ones(3, 6), torch.ones(3)])
    present = model.head.bias.detach().clone()
    torch.manual_seed(0)
    shares = []
    for _ in range(400):
        with wrapper.between_weights():
            shares.append((present - model.head.bias).detach()[0].item())
    assert 0 <= min(shares) < 0.02 and 0.58 < max(shares) <= 0.6
    assert sum(shares) / 400 == pytest.approx(0.3, abs=0.03)


def test_a_step_starts_from_the_weights_as_they_were():
    """Bit for bit: gradient descent from them, frozen ones untouched."""
    model, steps = moved()
    frozen = [p.clone() for p in model.frozen.parameters()]
    wrapper = wrap(model, steps=steps)
    before = [p.detach().clone() for p in model.head.parameters()]
    forward_backward(model, wrapper, batch(0))
    after = list(model.head.parameters())
    assert all(map(torch.equal, after, before))
    expected = [p - 0.1 * p.grad for p in before_with(before, after)]
    wrapper.step()
    torch.testing.assert_close(list(map(torch.clone, after)), expected)
    assert all(map(torch.equal, model.frozen.parameters(), frozen))


def before_with(values, parameters):
    """Copies of values that have the gradients of parameters."""
    for value, parameter in zip(values, parameters, strict=True):
        value.grad = parameter.grad.clone()
    return values


def test_weights_come_back_after_an_error():
    model, steps = moved()
    wrapper = wrap(model, steps=steps)
    before = [p.detach().clone() for p in model.head.parameters()]
    model.breaks_at = 1
    with pytest.raises(ArithmeticError):
        forward_backward(model, wrapper, batch(0))
    assert all(map(torch.equal, model.head.parameters(), before))


@pytest.mark.parametrize('number', [5, 6])
def test_accumulated_gradients(number):
    """Of pairs of batches, and of the odd one at the end of a run."""
    model, steps = moved()
    first = [p.detach().clone() for p in model.head.parameters()]
    wrapper = wrap(model, steps=steps, accumulative_counts=2, max_share=0.6)
    wrapper.initialize_count_status(model, 0, number)
    other = copy.deepcopy(model)
    for step in range(number):
        torch.manual_seed(step)
        model.train_step(batch(step), wrapper)
    for start in range(0, number, 2):
        numbers = range(start, min(start + 2, number))
        parts = []
        for step in numbers:
            torch.manual_seed(step)
            share = 0.6 * torch.rand(()).item()
            parts.append(
                expected_gradients(other, first, batch(step), share, 0.5)
            )
        for weights, *grads in zip(other.head.parameters(), *parts):
            weights.data.sub_(0.1 * sum(grads) / len(numbers))
    assert model.calls == 2 * number
    torch.testing.assert_close(model.state_dict(), other.state_dict())


def test_clipped_together():
    """By the norm of the sum, as the optimizer steps along it."""
    model, steps = moved()
    wrapper = wrap(model, steps=steps, clip_grad=dict(max_norm=0.01))
    before = torch.cat([p.flatten() for p in model.head.parameters()])
    model.train_step(batch(0), wrapper)
    after = torch.cat([p.flatten() for p in model.head.parameters()])
    assert (after - before).norm().item() == pytest.approx(1e-3, rel=1e-3)


def test_mixed_precision():
    """Both passes compute in bfloat16, and no more than that differs."""
    model, steps = moved()
    first = [p.detach().clone() for p in model.head.parameters()]
    kind = 'InterpolatedAmpOptimWrapper'
    wrapper = wrap(model, kind, steps, max_share=0.6)
    dtypes = []
    model.head.register_forward_hook(
        lambda module, inputs, output: dtypes.append(output.dtype)
    )
    torch.manual_seed(3)
    forward_backward(model, wrapper, batch(0))
    assert dtypes == [torch.bfloat16] * 2
    torch.manual_seed(3)
    share = 0.6 * torch.rand(()).item()
    expected = expected_gradients(
        model, first, batch(0), share, 0.5, torch.bfloat16
    )
    found = [p.grad for p in model.head.parameters()]
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize('calls', [0, 2])
def test_the_call_of_the_loss_must_be_known(calls):
    model, _ = moved()
    wrapper = wrap(model)
    with wrapper.optim_context(model):
        for _ in range(calls):
            losses = model(**batch(0), mode='loss')
    if not calls:
        losses = model(**batch(0), mode='loss')
    with pytest.raises(ValueError, match=f'it was called {calls} times'):
        wrapper.update_params(sum(losses.values()))


def test_a_share_is_between_zero_and_one():
    with pytest.raises(ValueError, match=r'max_share must be in .*got 1\.5'):
        wrap(Small(), max_share=1.5)


def test_registered_for_runs():
    names = ('InterpolatedOptimWrapper', 'InterpolatedAmpOptimWrapper')
    assert all(OPTIM_WRAPPERS.get(name) for name in names)


def test_resumed_run_goes_on_from_the_same_first_weights(tmp_path):
    """Those that the config builds, not those of the checkpoint."""
    whole, resumed, plain = (tmp_path / n for n in ('whole', 'again', 'plain'))
    toy_runner(whole, INTERPOLATED).train()
    last = str(whole / 'iter_6.pth')
    options = {**INTERPOLATED, 'resume': True, 'load_from': last}
    toy_runner(resumed, options).train()
    toy_runner(plain, {}).train()
    ends = [
        read_checkpoint(folder / 'iter_8.pth')['state_dict']
        for folder in (whole, resumed, plain)
    ]
    torch.testing.assert_close(ends[0], ends[1], rtol=0, atol=0)
    assert (ends[0]['head.weight'] - ends[2]['head.weight']).abs().max() > 1e-4


TRAIN = """
import runpy, sys
work_dir, config, *options = sys.argv[1:]
sys.argv = ['train', config, '--launcher', 'pytorch', '--seed', '3',
            '--work-dir', work_dir, '--cfg-options', *options]
runpy.run_path('tools/train.py', run_name='__main__')
"""


@pytest.mark.parametrize('accumulate', [1, 2])
def test_two_processes_do_what_one_does(tmp_path, accumulate):
    """Each draws a share of its own: without any, all is the same."""
    options = {
        **INTERPOLATED,
        'optim_wrapper.max_share': 0.0,
        'optim_wrapper.accumulative_counts': accumulate,
        'model.dropout': 0,
    }
    one, two = tmp_path / 'one', tmp_path / 'two'
    toy_runner(one, options).train()
    words = [f'{key}={value}' for key, value in options.items()]
    words.append('train_dataloader.batch_size=2')
    run_ranks(2, TRAIN, two, CONFIG, *words)
    ends = [
        read_checkpoint(folder / 'iter_8.pth')['state_dict']
        for folder in (one, two)
    ]
    torch.testing.assert_close(*ends, rtol=0, atol=1e-5)
