"""A training that diverges ends at once, and what was good stays."""

import pytest
import torch
from toy_run import ToyModel, read_checkpoint, toy_runner

from stclip.registry import MODELS
from stclip.utils.errors import UserError


@MODELS.register_module()
class DivergingModel(ToyModel):
    """Its loss, or after the step its weights, are not finite from ``at`` on.

    Args:
        at: 0-based step.
        what: ``'loss'`` or ``'weights'``.
        value: What they become.
    """

    def __init__(self, at: int, what: str, value: float, **kwargs) -> None:
        super().__init__(**kwargs)
        self.at, self.what, self.value = at, what, value

    def forward(self, inputs, targets, index, mode='tensor'):
        step = len(self.losses)
        losses = super().forward(inputs, targets, index, mode)
        if mode == 'loss' and step >= self.at:
            if self.what == 'loss':
                losses['loss'] = losses['loss'] * self.value
            else:  # the loss of this step knows nothing of it
                self.embed.weight.data[0, 0] = self.value
        return losses


def diverging(tmp_path, **model):
    options = {f'model.{key}': value for key, value in model.items()}
    options['model.type'] = 'DivergingModel'
    options['default_hooks.checkpoint.max_keep_ckpts'] = 1
    return toy_runner(tmp_path, options)


@pytest.mark.parametrize('value', [float('nan'), float('inf')])
def test_a_loss_that_is_not_finite_ends_the_run(tmp_path, value):
    runner = diverging(tmp_path, at=4, what='loss', value=value)
    # Iterations count from 1 where people read them.
    message = r'diverged, loss is (nan|inf) at iteration 5;'
    with pytest.raises(UserError, match=message):
        runner.train()
    assert len(runner.model.losses) == 5
    assert [path.name for path in tmp_path.glob('*.pth*')] == ['iter_4.pth']
    state = read_checkpoint(tmp_path / 'iter_4.pth')['state_dict']
    assert all(torch.isfinite(value).all() for value in state.values())


def test_weights_that_are_not_finite_are_not_saved(tmp_path):
    runner = diverging(tmp_path, at=3, what='weights', value=float('nan'))
    message = r'iteration 4: 1 of 6 weights are not finite: embed\.weight'
    with pytest.raises(UserError, match=message):
        runner.train()
    assert [path.name for path in tmp_path.glob('*.pth*')] == ['iter_2.pth']
    last = (tmp_path / 'last_checkpoint').read_text()
    assert last.endswith('iter_2.pth')


def test_a_training_that_goes_well_is_left_alone(tmp_path):
    runner = diverging(tmp_path, at=100, what='loss', value=float('nan'))
    before = {n: p.clone() for n, p in runner.model.named_parameters()}
    runner.train()
    assert len(runner.model.losses) == 8
    state = read_checkpoint(tmp_path / 'iter_8.pth')['state_dict']
    assert all(value.isfinite().all() for value in state.values())
    moved = {n for n, old in before.items() if not torch.equal(old, state[n])}
    assert moved == {'norm.weight', 'norm.bias', 'head.weight', 'head.bias'}
