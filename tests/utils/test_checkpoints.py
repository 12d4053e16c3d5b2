"""Checkpoints: what is read, and the one line for what cannot be."""

import pickle
import random
import warnings

import numpy as np
import pytest
import torch
from mmengine.logging import HistoryBuffer

from stclip.utils.checkpoints import (
    bare_names,
    compare_state,
    read_checkpoint,
    read_content,
)
from stclip.utils.errors import UserError

WEIGHTS = {'a.weight': torch.arange(4.0), 'a.bias': torch.ones(1)}


@pytest.fixture
def file(tmp_path):
    return tmp_path / 'model.pth'


def same(found, expected=WEIGHTS):
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert torch.equal(found[name], value), name


def test_weights_and_what_is_told_of_them(file):
    torch.save(dict(state_dict=WEIGHTS, meta=dict(epoch=3)), file)
    found = read_checkpoint(file)
    same(found.weights)
    assert found.meta == dict(epoch=3)
    torch.save(WEIGHTS, file)
    same(read_checkpoint(file).weights)
    assert read_checkpoint(file).meta == {}


@pytest.mark.parametrize(
    'prefix', ['module.', '_orig_mod.', 'module._orig_mod.']
)
def test_wrappers_leave_no_trace_in_names(file, prefix):
    wrapped = {prefix + name: value for name, value in WEIGHTS.items()}
    torch.save(wrapped, file)
    same(read_checkpoint(file).weights)
    torch.save(dict(state_dict=wrapped), file)
    same(read_checkpoint(file).weights)


def test_files_of_old_releases_of_torch(file):
    torch.save(WEIGHTS, file, _use_new_zipfile_serialization=False)
    same(read_checkpoint(file).weights)


def test_weights_stay_when_the_file_is_replaced(file, tmp_path):
    """As training does: by another file of the same name."""
    torch.save(WEIGHTS, file)
    found = read_checkpoint(file)
    other = tmp_path / 'other.pth'
    torch.save({'a.weight': torch.zeros(4)}, other)
    other.replace(file)
    same(found.weights)


def test_averages_are_read_like_weights(file):
    """Of torch, mmengine and timm, alone or beside the weights."""
    averaged = {f'module.{name}': WEIGHTS[name] for name in WEIGHTS}
    for counter in ('n_averaged', 'steps'):
        torch.save({**averaged, counter: torch.tensor(3)}, file)
        same(read_checkpoint(file).weights)
    for key in ('ema_state_dict', 'state_dict_ema', 'model_ema'):
        torch.save({key: {**averaged, 'steps': torch.tensor(3)}}, file)
        same(read_checkpoint(file).weights)
        other = {name: value + 1 for name, value in averaged.items()}
        torch.save({'state_dict': WEIGHTS, key: other}, file)
        same(read_checkpoint(file).weights)


def test_copies_that_mmcv_keeps_are_left_out(file):
    copies = {
        f'ema_{name.replace(".", "_")}': value + 1
        for name, value in WEIGHTS.items()
    }
    torch.save(dict(state_dict={**WEIGHTS, **copies}), file)
    same(read_checkpoint(file).weights)


def test_what_only_looks_like_an_average_stays():
    names = {'ema_other': 1, 'a.b': 2, 'steps': 3}
    assert bare_names(names) == names


@pytest.mark.parametrize('value', [float('nan'), float('inf')])
def test_weights_that_are_not_finite_are_named(file, value):
    broken = {**WEIGHTS, 'a.bias': torch.tensor([value])}
    torch.save(dict(state_dict=broken), file)
    message = r'model\.pth: 1 of 2 weights are not finite: a\.bias; its tr'
    with pytest.raises(ValueError, match=message):
        read_checkpoint(file)


@pytest.mark.parametrize(
    'dtype', [torch.float8_e4m3fn, torch.float8_e5m2, torch.bfloat16]
)
def test_short_floats(file, dtype):
    short = {name: value.to(dtype) for name, value in WEIGHTS.items()}
    torch.save(dict(state_dict=short), file)
    found = read_checkpoint(file).weights
    same({name: value.float() for name, value in found.items()})
    short['a.bias'] = torch.tensor([float('nan')]).to(dtype)
    torch.save(dict(state_dict=short), file)
    with pytest.raises(
        UserError, match=r'1 of 2 weights are not finite: a\.b'
    ):
        read_checkpoint(file)


@pytest.mark.parametrize(
    'value',
    [
        torch.eye(2).to_sparse(),
        torch.eye(2).long().to_sparse_csr(),
        torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8),
        torch.ones(2, device='meta'),
    ],
    ids=['sparse', 'csr', 'quantized', 'meta'],
)
def test_tensors_that_are_not_ordinary(file, value):
    torch.save(dict(state_dict={**WEIGHTS, 'a.bias': value}), file)
    with pytest.raises(UserError) as error:
        read_checkpoint(file)
    told = str(error.value)
    assert str(file) in told and '\n' not in told


def test_damage_of_any_kind_is_one_line(file):
    """Bytes flipped and files cut: what is read, or a line that names it."""
    content = dict(state_dict=WEIGHTS, meta=dict(epoch=3))
    rng = random.Random(0)
    for is_archive in (True, False):
        torch.save(content, file, _use_new_zipfile_serialization=is_archive)
        whole = file.read_bytes()
        # The list of an archive comes last; each byte of it is flipped once.
        places = [*range(len(whole) - 500, len(whole)), *range(200)]
        for place in places:
            damaged = bytearray(whole)
            damaged[place] ^= 1 << rng.randrange(8)
            if rng.random() < 0.2:
                damaged = damaged[: rng.randrange(1, len(damaged))]
            assert_read_or_told(file, bytes(damaged))
        for length in range(1, 80):
            assert_read_or_told(file, whole[:length])


def assert_read_or_told(file, content):
    file.write_bytes(content)
    try:
        with warnings.catch_warnings(action='ignore'):
            read_checkpoint(file)
    except UserError as error:
        told = str(error)
        assert str(file) in told and '\n' not in told, told
        assert not told.endswith('()'), told


def test_what_mmengine_saves(file):
    """Log histories, and NumPy's arrays and numbers in the meta."""
    history = HistoryBuffer([1.5, 2.5], [1, 2])
    content = dict(
        state_dict=WEIGHTS,
        meta=dict(seed=np.int64(3), palette=np.arange(3), lr=np.float64(0.5)),
        message_hub=dict(log_scalars={'train/loss': history}),
    )
    torch.save(content, file)
    with pytest.raises(pickle.UnpicklingError):
        torch.load(file, weights_only=True)
    same(read_checkpoint(file).weights)
    meta = read_checkpoint(file).meta
    assert (meta['seed'], meta['lr']) == (3, 0.5)
    assert meta['palette'].tolist() == [0, 1, 2]
    found = read_content(file)['message_hub']['log_scalars']['train/loss']
    assert found['log'].tolist() == [1.5, 2.5]
    assert found['counts'].tolist() == [1, 2]


def test_getattr_reaches_nothing(file):
    """The one name of Python that histories ask for stays without effect."""

    class Evil:
        def __reduce__(self):
            return getattr, ('text', 'upper')

    torch.save(dict(state_dict=WEIGHTS, meta=dict(evil=Evil())), file)
    assert read_checkpoint(file).meta == dict(evil=None)


def test_a_scripted_archive_is_named(file):
    torch.jit.script(torch.nn.Linear(1, 1)).save(file)
    with pytest.raises(ValueError, match=r'is a TorchScript archive'):
        read_checkpoint(file)


def test_only_wrappers_are_taken_off():
    names = {'backbone._orig_mod.a': 1, 'my_module.b': 2, 'c.module.d': 3}
    assert bare_names(names) == {
        'backbone.a': 1,
        'my_module.b': 2,
        'c.module.d': 3,
    }


@pytest.mark.parametrize(
    'content, message',
    [
        (b'', r'model\.pth is empty: copy or download it again'),
        (
            b'version https://git-lfs.github.com/spec/v1\noid sha256:0\n',
            r'model\.pth is a pointer of Git LFS.* git lfs pull',
        ),
        (
            b'\n<!DOCTYPE html><html>404</html>',
            r'model\.pth is a web page, not weights',
        ),
        (b'epoch: 3\n', r'model\.pth is a text file, not a checkpoint'),
        (bytes(range(256)), r'model\.pth is cut off, damaged or no ch'),
    ],
)
def test_files_that_are_none(file, content, message):
    file.write_bytes(content)
    with pytest.raises(ValueError, match=message) as caught:
        read_checkpoint(file)
    assert '\n' not in str(caught.value)


@pytest.mark.parametrize('share', [0.02, 0.5, 0.95])
def test_a_file_that_is_cut_off(file, share):
    torch.save(dict(state_dict={'a': torch.zeros(1000)}), file)
    whole = file.read_bytes()
    file.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(ValueError, match='is cut off, damaged') as caught:
        read_checkpoint(file)
    assert '\n' not in str(caught.value)


@pytest.mark.parametrize(
    'content, message',
    [
        ([torch.ones(1)], 'holds a list, not a checkpoint'),
        (torch.ones(1), 'holds a Tensor, not a checkpoint'),
        (3, 'holds a int, not a checkpoint'),
        ({}, 'holds no weights'),
        (dict(state_dict=[1]), 'holds no weights in its state_dict'),
        (
            dict(model=WEIGHTS, epoch=3),
            'none under "state_dict": model, epoch are no tensor',
        ),
    ],
)
def test_files_with_something_else_inside(file, content, message):
    torch.save(content, file)
    with pytest.raises(ValueError, match=message):
        read_checkpoint(file)


def test_a_file_that_is_not_there(file):
    with pytest.raises(FileNotFoundError, match=r'model\.pth does not exist'):
        read_checkpoint(file)


def test_code_is_not_run(file):
    class Evil:
        def __reduce__(self):
            return (print, ('executed',))

    torch.save(dict(state_dict=WEIGHTS, hook=Evil()), file)
    with pytest.raises(ValueError, match=r'nothing else is read'):
        read_checkpoint(file)


def test_compare_state_tells_every_difference_in_a_line():
    expected = dict(a=torch.zeros(2), b=torch.zeros(1), c=torch.zeros(3, 1))
    given = dict(a=torch.zeros(2), c=torch.zeros(1, 3), d=torch.zeros(1))
    assert compare_state(expected, given) == (
        '1 missing in the checkpoint: b; 1 unknown to the model: d; '
        '1 of another shape: c (1, 3) for (3, 1)'
    )


def test_compare_state_shortens_long_lists():
    own = {f'layer{i}': torch.zeros(1) for i in range(12)}
    assert compare_state(own, dict(own)) == ''
    line = compare_state(own, {})
    assert line.startswith('12 missing in the checkpoint: layer0, layer1, ')
    assert line.endswith(' and 2 more')
