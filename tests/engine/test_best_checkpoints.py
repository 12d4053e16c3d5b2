"""The best checkpoint of a training that validates on the way."""

import errno
import os
from pathlib import Path

import pytest
from mmengine.runner import runner as mmengine_runner
from toy_run import ToyMetric, read_checkpoint, toy_runner

from stclip.utils.errors import UserError

DATA = dict(
    dataset=dict(type='ToyDataset', size=7, noise=0.0),
    sampler=dict(type='DefaultSampler', shuffle=False),
    batch_size=2,
    num_workers=0,
)


def validating(work_dir, monkeypatch, scores, options=(), **checkpoint):
    """Runner that validates every two of its eight steps.

    Args:
        work_dir: Folder of the run.
        monkeypatch: pytest's.
        scores: What each validation measures, a dict each.
        options: Further ones, of the config.
        **checkpoint: Arguments of the checkpoint hook.
    """
    given = iter(scores)
    monkeypatch.setattr(
        ToyMetric, 'compute_metrics', lambda self, results: next(given)
    )
    options = {
        'val_cfg': dict(_delete_=True, type='ValLoop'),
        'val_dataloader': dict(_delete_=True, **DATA),
        'val_evaluator': dict(_delete_=True, type='ToyMetric'),
        'train_cfg.val_interval': 2,
        **dict(options),
    }
    for name, value in checkpoint.items():
        options[f'default_hooks.checkpoint.{name}'] = value
    return toy_runner(work_dir, options)


def scores_of(*values):
    return [{'a/mAP': value} for value in values]


def best(work_dir):
    return sorted(path.name for path in work_dir.glob('best*'))


@pytest.mark.parametrize('save_best', ['auto', 'a/mAP'])
def test_the_best_is_kept_and_no_other(tmp_path, monkeypatch, save_best):
    runner = validating(
        tmp_path,
        monkeypatch,
        scores_of(0.1, 0.5, 0.3, 0.5),
        save_best=save_best,
    )
    runner.train()
    assert best(tmp_path) == ['best_a_mAP_iter_4.pth']
    content = read_checkpoint(tmp_path / 'best_a_mAP_iter_4.pth')
    assert content['meta']['iter'] == 4
    assert 'optimizer' not in content
    # What is resumed knows it.
    path = (tmp_path / 'last_checkpoint').read_text()
    info = read_checkpoint(path)['message_hub']['runtime_info']
    assert info['best_score'] == 0.5
    assert info['best_ckpt'] == str(tmp_path / 'best_a_mAP_iter_4.pth')


def test_several_metrics_have_a_best_each(tmp_path, monkeypatch):
    scores = [
        {'mAP': mean, 'loss': loss}
        for mean, loss in [(0.1, 3), (0.2, 4), (0.1, 2), (0.3, 5)]
    ]
    runner = validating(
        tmp_path, monkeypatch, scores, save_best=['mAP', 'loss']
    )
    runner.train()
    assert best(tmp_path) == ['best_loss_iter_6.pth', 'best_mAP_iter_8.pth']
    path = (tmp_path / 'last_checkpoint').read_text()
    info = read_checkpoint(path)['message_hub']['runtime_info']
    assert (info['best_score_mAP'], info['best_score_loss']) == (0.3, 2)
    assert Path(info['best_ckpt_loss']).name == 'best_loss_iter_6.pth'


def test_a_resumed_run_goes_on_from_the_best(tmp_path, monkeypatch):
    """One that is worse is no best; one that is better takes its place."""
    scores = scores_of(0.1, 0.5, 0.3, 0.4)
    validating(tmp_path, monkeypatch, scores, save_best='auto').train()
    # The steps that it had are validated no more.
    options = {
        'resume': True,
        'load_from': str(tmp_path / 'iter_8.pth'),
        'train_cfg.max_iters': 10,
    }
    for last, expected in [(0.4, 4), (0.6, 10)]:
        validating(
            tmp_path,
            monkeypatch,
            scores_of(last),
            options,
            save_best='auto',
        ).train()
        assert best(tmp_path) == [f'best_a_mAP_iter_{expected}.pth']


@pytest.mark.parametrize('save_best', ['auto', ['a/mAP', 'loss']])
def test_a_full_disk_leaves_the_best_before(tmp_path, monkeypatch, save_best):
    save = mmengine_runner.save_checkpoint

    def fill_up(checkpoint, path, **kwargs):
        save(checkpoint, path, **kwargs)
        if 'best' in path and checkpoint['meta']['iter'] == 4:
            Path(path).write_bytes(b'half')
            raise OSError(errno.ENOSPC, 'No space left on device')

    monkeypatch.setattr(mmengine_runner, 'save_checkpoint', fill_up)
    scores = [{'a/mAP': value, 'loss': 1} for value in (0.1, 0.5)]
    runner = validating(tmp_path, monkeypatch, scores, save_best=save_best)
    message = r'best_a_mAP_iter_4\.pth cannot be saved \(No space left on'
    with pytest.raises(UserError, match=message):
        runner.train()
    assert 'best_a_mAP_iter_2.pth' in best(tmp_path)
    assert not any('iter_4' in name for name in best(tmp_path))
    content = read_checkpoint(tmp_path / 'best_a_mAP_iter_2.pth')
    assert content['meta']['iter'] == 2


def test_is_on_the_disk_before_the_best_before_goes(tmp_path, monkeypatch):
    """Else a machine that goes down leaves neither."""
    synced = []

    def fsync(handle):
        part = tmp_path / 'best_a_mAP_iter_4.pth.part'
        if part.exists() and os.fstat(handle).st_size == part.stat().st_size:
            read_checkpoint(part)
            synced.append(best(tmp_path))

    monkeypatch.setattr(os, 'fsync', fsync)
    scores = scores_of(0.1, 0.5, 0.3, 0.4)
    validating(tmp_path, monkeypatch, scores, save_best='auto').train()
    assert synced == [['best_a_mAP_iter_2.pth', 'best_a_mAP_iter_4.pth.part']]


def test_a_metric_that_is_not_measured(tmp_path, monkeypatch):
    runner = validating(
        tmp_path, monkeypatch, scores_of(0.1), save_best='mAP', rule='greater'
    )
    with pytest.raises(UserError, match=r"no metric 'mAP'; the .* a/mAP"):
        runner.train()
