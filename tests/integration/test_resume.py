"""A run that was killed goes on as if it had not been."""

import signal

import pytest
import torch
from forks import run_python
from toy_run import CONFIG, read_checkpoint, toy_runner

ITERS = 8
TRAIN = "import runpy; runpy.run_path('tools/train.py', run_name='__main__')"


@pytest.fixture(scope='module')
def uninterrupted(tmp_path_factory):
    """Losses and last checkpoint of a run that nobody disturbed."""
    work_dir = tmp_path_factory.mktemp('uninterrupted')
    model = toy_runner(work_dir, {}).train()
    return model.losses, read_checkpoint(work_dir / f'iter_{ITERS}.pth')


def assert_same_run(work_dir, losses, uninterrupted):
    """Compare everything but the clock with the undisturbed run."""
    expected_losses, expected = uninterrupted
    assert losses == expected_losses[-len(losses) :]
    checkpoint = read_checkpoint(work_dir / f'iter_{ITERS}.pth')
    for name, value in expected['state_dict'].items():
        assert torch.equal(checkpoint['state_dict'][name], value), name
    assert checkpoint['param_schedulers'] == expected['param_schedulers']
    momenta, expected_momenta = (
        {key: state['momentum_buffer'] for key, state in states.items()}
        for states in (
            checkpoint['optimizer']['state'],
            expected['optimizer']['state'],
        )
    )
    torch.testing.assert_close(momenta, expected_momenta, rtol=0, atol=0)


def test_killed_process_goes_on_bit_for_bit(tmp_path, uninterrupted):
    # Killed in step 6 of 8, after the checkpoint of step 4.
    words = [CONFIG, '--seed', '3', '--work-dir', tmp_path]
    words += ['--cfg-options', 'model.kill_at=5']
    process = run_python(TRAIN, *words)
    assert process.returncode == -signal.SIGKILL
    assert (tmp_path / 'last_checkpoint').read_text().endswith('iter_4.pth')
    # With worker processes this time, which must not matter.
    options = {'resume': True, 'train_dataloader.num_workers': 2}
    model = toy_runner(tmp_path, options).train()
    assert len(model.losses) == 4
    assert_same_run(tmp_path, model.losses, uninterrupted)


@pytest.mark.parametrize('step', [1, 3, 7])
def test_goes_on_from_any_step(step, tmp_path, uninterrupted):
    saving = {'default_hooks.checkpoint.interval': 1}
    stop = {**saving, 'train_cfg.max_iters': step}
    toy_runner(tmp_path / 'first', stop).train()
    options = {
        **saving,
        'resume': True,
        'load_from': str(tmp_path / 'first' / f'iter_{step}.pth'),
    }
    model = toy_runner(tmp_path / 'second', options).train()
    assert_same_run(tmp_path / 'second', model.losses, uninterrupted)


def test_goes_on_epoch_wise_samplers(tmp_path):
    # 12 samples, 8 steps of 4: the run is resumed in its second epoch.
    sampler = {'train_dataloader.sampler.type': 'DefaultSampler'}
    whole = toy_runner(tmp_path, sampler).train()
    resumed = toy_runner(
        tmp_path / 'resumed',
        {
            **sampler,
            'resume': True,
            'load_from': str(tmp_path / 'iter_6.pth'),
        },
    ).train()
    assert resumed.losses == whole.losses[6:]


def test_resumed_run_takes_over_the_seed(tmp_path, uninterrupted):
    toy_runner(tmp_path, {'train_cfg.max_iters': 4}).train()
    # As mmaction2's train.py leaves it without --seed.
    options = {'resume': True, 'randomness.seed': None}
    model = toy_runner(tmp_path, options).train()
    assert_same_run(tmp_path, model.losses, uninterrupted)


def test_seeds_differ(tmp_path, uninterrupted):
    model = toy_runner(tmp_path, {'randomness.seed': 4}).train()
    assert model.losses != uninterrupted[0]
