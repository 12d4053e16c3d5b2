"""Two processes on CPUs do what one does."""

import json

import pytest
import torch
from forks import run_ranks
from toy_run import CONFIG, read_checkpoint, toy_runner

# Both tools in one start of two processes.
TRAIN_THEN_TEST = """
import runpy, sys, torch
work_dir, config = sys.argv[1:]
common = ['--launcher', 'pytorch', '--seed', '3', '--work-dir', work_dir]
share = ['train_dataloader.batch_size=2', 'model.dropout=0']
sys.argv = ['train', config, *common, '--cfg-options', *share]
runpy.run_path('tools/train.py', run_name='__main__')
torch.distributed.barrier()  # the first process has saved its checkpoint
sys.argv = ['test', config, work_dir + '/iter_8.pth', *common]
runpy.run_path('tools/test.py', run_name='__main__')
"""


@pytest.fixture(scope='module')
def two_processes(tmp_path_factory):
    """Work dir of training and testing in two processes."""
    work_dir = tmp_path_factory.mktemp('two')
    run_ranks(2, TRAIN_THEN_TEST, work_dir, CONFIG)
    return work_dir


@pytest.fixture(scope='module')
def one_process(tmp_path_factory):
    """Work dir and metrics of the same in one process."""
    work_dir = tmp_path_factory.mktemp('one')
    toy_runner(work_dir, {'model.dropout': 0}).train()
    options = {'load_from': str(work_dir / 'iter_8.pth')}
    return work_dir, toy_runner(work_dir, options).test()


def test_losses_and_weights_equal_those_of_one(two_processes, one_process):
    two, one = (
        read_checkpoint(work_dir / 'iter_8.pth')
        for work_dir in (two_processes, one_process[0])
    )
    losses = [
        checkpoint['message_hub']['log_scalars']['train/loss']['log']
        for checkpoint in (two, one)
    ]
    assert len(losses[0]) == 8
    torch.testing.assert_close(*losses, rtol=0, atol=1e-5)
    torch.testing.assert_close(
        two['state_dict'], one['state_dict'], rtol=0, atol=1e-5
    )


def test_test_result_equals_that_of_one(two_processes, one_process):
    logs = [json.loads(p.read_text()) for p in two_processes.glob('*/*.json')]
    (metrics,) = [log for log in logs if 'samples' in log]
    # 7 samples on two processes: one is loaded twice and counted once.
    assert metrics['samples'] == 7
    assert metrics['mean'] == pytest.approx(one_process[1]['mean'], abs=1e-5)
