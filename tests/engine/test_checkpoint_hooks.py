"""Checkpoints that are safe to read, whole, and fit the model."""

import errno
import os
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.logging import HistoryBuffer
from mmengine.runner import runner as mmengine_runner
from toy_run import read_checkpoint, toy_runner

from stclip.engine.checkpoint_hooks import StrictLoadHook, to_plain
from stclip.labels.label_space import LabelSpace
from stclip.utils.errors import UserError


class Killed(BaseException):
    """Stands for the end of the process; nothing may handle it."""


@pytest.fixture(scope='module')
def trained(tmp_path_factory):
    """Work dir of a finished toy run."""
    work_dir = tmp_path_factory.mktemp('trained')
    toy_runner(work_dir, {}).train()
    return work_dir


def test_checkpoint_is_plain_and_complete(trained):
    checkpoint = read_checkpoint(trained / 'iter_8.pth')
    assert checkpoint['meta']['iter'] == 8
    assert checkpoint['meta']['seed'] == 3
    assert checkpoint['meta']['dataset_meta'] == dict(
        label_space=dict(
            names=('sit', 'stand'),
            exclusive=(True, True),
            keywords=((), ()),
            clauses=((), ()),
            groups=(0, 0),
            texts=(('sit',), ('stand',)),
            background=(False, False),
        )
    )
    losses = checkpoint['message_hub']['log_scalars']['train/loss']['log']
    assert losses.shape == (8,)
    assert {'embed.weight', 'head.bias'} <= set(checkpoint['state_dict'])
    # Momentum of the four trained tensors, not of the frozen ones.
    assert len(checkpoint['optimizer']['state']) == 4


def test_keeps_the_last_two_and_names_the_newest(trained):
    kept = sorted(path.name for path in trained.glob('*.pth*'))
    assert kept == ['iter_6.pth', 'iter_8.pth']
    last = (trained / 'last_checkpoint').read_text()
    assert last == str(trained / 'iter_8.pth')


def test_is_on_the_disk_before_others_go(tmp_path, monkeypatch):
    """Else a machine that goes down leaves neither."""
    synced = []

    def fsync(handle):
        names = {path.name for path in tmp_path.glob('*.pth*')}
        size = os.fstat(handle).st_size
        part = tmp_path / 'iter_8.pth.part'
        if part.exists() and size == part.stat().st_size:
            read_checkpoint(part)
            synced.append(names)

    monkeypatch.setattr(os, 'fsync', fsync)
    toy_runner(tmp_path, {}).train()
    assert synced == [{'iter_4.pth', 'iter_6.pth', 'iter_8.pth.part'}]


def test_histories_come_back_when_resuming(trained):
    options = dict(resume=True, load_from=str(trained / 'iter_6.pth'))
    runner = toy_runner(trained.parent / 'again', options)
    runner.train()
    history = runner.message_hub.get_scalar('train/loss')
    assert isinstance(history, HistoryBuffer)
    whole = read_checkpoint(trained / 'iter_8.pth')['message_hub']
    expected = whole['log_scalars']['train/loss']['log'].numpy()
    np.testing.assert_array_equal(history.data[0], expected)


def test_resumes_what_mmengine_itself_saved(trained, tmp_path):
    """Its log histories are objects, with NumPy's arrays in them."""
    content = read_checkpoint(trained / 'iter_6.pth')
    scalars = content['message_hub']['log_scalars']
    for name, plain in scalars.items():
        scalars[name] = HistoryBuffer(
            plain['log'].numpy(), plain['counts'].numpy()
        )
    content['meta']['seed'] = np.int64(content['meta']['seed'])
    stock = tmp_path / 'stock.pth'
    torch.save(content, stock)
    options = dict(resume=True, load_from=str(stock))
    runner = toy_runner(tmp_path / 'again', options)
    runner.train()
    expected = read_checkpoint(trained / 'iter_8.pth')
    for name, value in expected['state_dict'].items():
        assert torch.equal(runner.model.state_dict()[name], value), name
    losses = expected['message_hub']['log_scalars']['train/loss']['log']
    history = runner.message_hub.get_scalar('train/loss')
    np.testing.assert_array_equal(history.data[0], losses.numpy())


def test_resuming_with_the_same_data_set_does_not_warn(trained, caplog):
    options = dict(resume=True, load_from=str(trained / 'iter_8.pth'))
    toy_runner(trained.parent / 'same', options).train()
    log = next((trained.parent / 'same').glob('*/*.log')).read_text()
    assert 'resumed epoch: 0, iter: 8' in log
    assert 'dataset metainfo from the resumed checkpoint' not in log


@pytest.mark.parametrize('keep', [1, 2, -1])
def test_killed_while_saving_leaves_the_last_good_one(
    keep, tmp_path, monkeypatch
):
    save = mmengine_runner.save_checkpoint

    def save_half(checkpoint, path, **kwargs):
        save(checkpoint, path, **kwargs)
        if checkpoint['meta']['iter'] == 6:
            content = Path(path).read_bytes()
            Path(path).write_bytes(content[: len(content) // 2])
            raise Killed

    monkeypatch.setattr(mmengine_runner, 'save_checkpoint', save_half)
    options = {'default_hooks.checkpoint.max_keep_ckpts': keep}
    with pytest.raises(Killed):
        toy_runner(tmp_path, options).train()
    # Half of a file is never there under the name of a whole one.
    assert not (tmp_path / 'iter_6.pth').exists()
    last = Path((tmp_path / 'last_checkpoint').read_text())
    assert last.name == 'iter_4.pth'
    assert read_checkpoint(last)['meta']['iter'] == 4
    monkeypatch.undo()
    toy_runner(tmp_path, dict(options, resume=True)).train()
    left = {path.name for path in tmp_path.glob('*.pth*')}
    expected = {'iter_2.pth', 'iter_4.pth', 'iter_6.pth', 'iter_8.pth'}
    assert left == set(sorted(expected)[-keep:] if keep > 0 else expected)


def test_a_full_disk_is_one_line_and_leaves_no_part(tmp_path, monkeypatch):
    save = mmengine_runner.save_checkpoint

    def fill_up(checkpoint, path, **kwargs):
        save(checkpoint, path, **kwargs)
        if checkpoint['meta']['iter'] == 6:
            raise OSError(errno.ENOSPC, 'No space left on device')

    monkeypatch.setattr(mmengine_runner, 'save_checkpoint', fill_up)
    message = r'iter_6\.pth cannot be saved \(No space left on device\)'
    with pytest.raises(UserError, match=message):
        toy_runner(tmp_path, {}).train()
    left = sorted(path.name for path in tmp_path.glob('*.pth*'))
    assert left == ['iter_2.pth', 'iter_4.pth']


def test_refuses_a_checkpoint_of_another_model(trained, tmp_path):
    checkpoint = read_checkpoint(trained / 'iter_8.pth')
    state = checkpoint['state_dict']
    state['decoder.weight'] = state.pop('embed.weight')
    state['head.weight'] = torch.zeros(3, 8)
    torch.save(checkpoint, tmp_path / 'other.pth')
    runner = toy_runner(tmp_path, dict(load_from=str(tmp_path / 'other.pth')))
    with pytest.raises(ValueError) as error:
        runner.test()
    message = str(error.value)
    assert '1 missing in the checkpoint: embed.weight' in message
    assert '1 unknown to the model: decoder.weight' in message
    assert 'of another shape: head.weight (3, 8) for (1, 8)' in message


def test_loads_what_fits_when_told_so(trained, tmp_path):
    state = read_checkpoint(trained / 'iter_8.pth')['state_dict']
    del state['embed.weight']
    torch.save(dict(state_dict=state), tmp_path / 'part.pth')
    options = {
        'load_from': str(tmp_path / 'part.pth'),
        'default_hooks.strict_load.allow_partial': True,
    }
    runner = toy_runner(tmp_path, options)
    runner.test()
    assert torch.equal(runner.model.head.weight, state['head.weight'])


@pytest.mark.parametrize('option', ['may_lack', 'learned_anew'])
def test_a_checkpoint_may_lack_what_is_named(trained, tmp_path, option):
    """Of what is learned, only where a training begins; no more than that."""
    state = read_checkpoint(trained / 'iter_8.pth')['state_dict']
    del state['embed.weight']
    path = tmp_path / 'part.pth'
    torch.save(dict(state_dict=state), path)
    options = {
        'load_from': str(path),
        f'default_hooks.strict_load.{option}': ['embed.'],
    }
    toy_runner(tmp_path, options).train()
    runner = toy_runner(tmp_path, options)
    if option == 'may_lack':
        runner.test()
        assert torch.equal(runner.model.head.weight, state['head.weight'])
    else:
        with pytest.raises(UserError, match=r'1 missing .*: embed\.weight'):
            runner.test()
    state['more.weight'] = state.pop('head.weight')
    torch.save(dict(state_dict=state), path)
    told = r'1 missing .*: head\.weight; 1 unknown .*: more\.weight'
    with pytest.raises(UserError, match=told):
        toy_runner(tmp_path, options).train()


def test_loads_bare_weights_of_a_distributed_model(trained, tmp_path):
    state = read_checkpoint(trained / 'iter_8.pth')['state_dict']
    wrapped = {f'module.{key}': value for key, value in state.items()}
    torch.save(wrapped, tmp_path / 'bare.pth')
    runner = toy_runner(tmp_path, dict(load_from=str(tmp_path / 'bare.pth')))
    runner.test()
    assert torch.equal(runner.model.head.weight, state['head.weight'])
    # What MMEngine loads from holds each tensor once.
    StrictLoadHook().after_load_checkpoint(runner, wrapped)
    assert set(wrapped) == set(state)


def test_refuses_a_file_that_holds_code(tmp_path):
    path = tmp_path / 'code.pth'
    torch.save(dict(state_dict={}, hook=print_nothing), path)
    runner = toy_runner(tmp_path, dict(load_from=str(path)))
    with pytest.raises(ValueError, match=r'code\.pth is not a checkpoint of'):
        runner.test()


def print_nothing() -> None:
    """A function, which a checkpoint must not refer to."""


def test_to_plain_converts_values_equal_to_the_given():
    value = dict(
        scalar=np.float64(0.5),
        array=np.arange(3),
        path=Path('a/b'),
        labels=[LabelSpace(('a', 'b'), (True, False))],
        nothing=None,
    )
    assert to_plain(value, 'x') == dict(
        scalar=0.5,
        array=[0, 1, 2],
        path='a/b',
        labels=[
            dict(
                names=('a', 'b'),
                exclusive=(True, False),
                keywords=((), ()),
                clauses=((), ()),
                groups=(0, 0),
                texts=(('a',), ('b',)),
                background=(False, False),
            )
        ],
        nothing=None,
    )
    assert type(to_plain(np.float64(0.5), 'x')) is float


def test_metainfo_that_no_checkpoint_can_hold_is_said_at_once(tmp_path):
    """Before the first step, not at the first save."""
    runner = toy_runner(tmp_path, {})
    loop = runner.train_loop
    loop.dataloader.dataset.metainfo = dict(classes={'a'})
    with pytest.raises(UserError, match=r'metainfo\.classes is a set'):
        runner.train()
    assert not runner.model.losses


def test_to_plain_names_what_it_refuses():
    with pytest.raises(ValueError, match=r'meta\.classes\[1\] is a set'):
        to_plain(dict(classes=['a', {'b'}]), 'meta')


def test_loads_weights_of_a_compiled_model(trained, tmp_path):
    state = read_checkpoint(trained / 'iter_8.pth')['state_dict']
    wrapped = {f'_orig_mod.{key}': value for key, value in state.items()}
    torch.save(dict(state_dict=wrapped), tmp_path / 'compiled.pth')
    options = dict(load_from=str(tmp_path / 'compiled.pth'))
    runner = toy_runner(tmp_path, options)
    runner.test()
    assert torch.equal(runner.model.head.weight, state['head.weight'])


@pytest.mark.parametrize(
    'change, message',
    [
        (lambda path: path.write_bytes(b''), r'bad\.pth is empty'),
        (lambda path: torch.save([1], path), r'bad\.pth holds a list'),
        (
            lambda path: path.write_bytes(path.read_bytes()[:-100]),
            r'bad\.pth is cut off',
        ),
    ],
)
def test_a_damaged_file_is_named(trained, tmp_path, change, message):
    path = tmp_path / 'bad.pth'
    path.write_bytes((trained / 'iter_8.pth').read_bytes())
    change(path)
    runner = toy_runner(tmp_path, dict(load_from=str(path)))
    with pytest.raises(ValueError, match=message):
        runner.test()
