"""--amp of both tools on a CPU."""

import pytest
import torch
from toy_run import read_checkpoint, toy_runner

AMP = {'optim_wrapper.type': 'AmpOptimWrapper'}


@pytest.fixture(scope='module')
def work_dirs(tmp_path_factory):
    """Work dirs of a run in single and of one in mixed precision."""
    dirs = tmp_path_factory.mktemp('single'), tmp_path_factory.mktemp('mixed')
    for work_dir, options in zip(dirs, ({}, AMP), strict=True):
        toy_runner(work_dir, options).train()
    return dirs


def test_trains_close_to_single_precision(work_dirs):
    single, mixed = (
        read_checkpoint(work_dir / 'iter_8.pth')['state_dict']
        for work_dir in work_dirs
    )
    assert not torch.equal(single['head.weight'], mixed['head.weight'])
    # bfloat16 has 8 bits: 0.4 % for one number.
    torch.testing.assert_close(single, mixed, rtol=0.02, atol=0.02)
    assert all(value.dtype is torch.float32 for value in mixed.values())


def test_resumes_bit_for_bit(work_dirs, tmp_path):
    _, mixed = work_dirs
    options = {
        **AMP,
        'resume': True,
        'load_from': str(mixed / 'iter_6.pth'),
    }
    toy_runner(tmp_path, options).train()
    resumed = read_checkpoint(tmp_path / 'iter_8.pth')['state_dict']
    expected = read_checkpoint(mixed / 'iter_8.pth')['state_dict']
    torch.testing.assert_close(resumed, expected, rtol=0, atol=0)


def test_tests_close_to_single_precision(work_dirs, tmp_path):
    options = {'load_from': str(work_dirs[0] / 'iter_8.pth')}
    single = toy_runner(tmp_path, options).test()
    mixed = toy_runner(tmp_path, {**options, 'test_cfg.fp16': True}).test()
    assert mixed['mean'] != single['mean']
    assert mixed['mean'] == pytest.approx(single['mean'], rel=0.02, abs=0.02)
