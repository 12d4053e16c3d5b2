"""What the options of train and test make of a config."""

import os
from pathlib import Path

import pytest

from stclip.engine.launch import testing_config as make_testing
from stclip.engine.launch import training_config as make_training
from stclip.utils.errors import UserError

ROOT = Path(__file__).parents[2]
CONFIG = str(ROOT / 'configs' / 'zs_stage_single.py')


@pytest.mark.parametrize('amp', [False, True])
def test_mixed_precision_only_by_its_option(amp):
    training = make_training(CONFIG, amp=amp)
    kind = training.optim_wrapper.get('type', 'OptimWrapper')
    assert kind == ('AmpOptimWrapper' if amp else 'OptimWrapper')
    assert training.test_cfg.get('fp16', False) is False
    testing = make_testing(CONFIG, amp=amp)
    assert testing.test_cfg.get('fp16', False) is amp


def test_wrapper_of_ones_own_is_not_replaced():
    own = ['optim_wrapper.type=OwnWrapper']
    assert make_training(CONFIG, cfg_options=own)
    with pytest.raises(UserError, match="which is 'OwnWrapper' in"):
        make_training(CONFIG, amp=True, cfg_options=own)


@pytest.mark.parametrize(
    'given, expected',
    [
        ('mmengine.OptimWrapper', 'AmpOptimWrapper'),
        ('InterpolatedOptimWrapper', 'InterpolatedAmpOptimWrapper'),
        ('stclip.InterpolatedOptimWrapper', 'InterpolatedAmpOptimWrapper'),
        ('InterpolatedAmpOptimWrapper', 'InterpolatedAmpOptimWrapper'),
    ],
)
def test_mixed_precision_of_other_wrappers(given, expected):
    options = [f'optim_wrapper.type={given}']
    cfg = make_training(CONFIG, amp=True, cfg_options=options)
    assert cfg.optim_wrapper.type == expected


@pytest.mark.parametrize('name', ['jhmdb_split1', 'ucf_split1', 'stage'])
def test_mixed_precision_of_open_vclip(name):
    file = ROOT / 'configs' / 'open_vclip' / f'open_vclip_zs_{name}.py'
    cfg = make_training(str(file), amp=True)
    assert cfg.optim_wrapper.type == 'InterpolatedAmpOptimWrapper'


def test_rate_is_scaled_by_its_option():
    assert make_training(CONFIG).auto_scale_lr.enable is False
    scaled = make_training(CONFIG, auto_scale_lr=True).auto_scale_lr
    assert scaled == dict(enable=True, base_batch_size=8)


@pytest.mark.parametrize('enable', [False, True])
def test_rate_is_not_scaled_from_an_unknown_batch(enable):
    unknown = ['auto_scale_lr=None']
    if enable:
        unknown += ['auto_scale_lr.enable=True']
        unknown[0] = 'auto_scale_lr.base_batch_size=None'
    with pytest.raises(UserError, match='has no auto_scale_lr'):
        make_training(CONFIG, auto_scale_lr=not enable, cfg_options=unknown)


def test_options_of_a_run():
    plain = make_training(CONFIG)
    assert plain.work_dir == 'work_dirs/zs_stage_single'
    assert plain.randomness.get('seed') is None
    assert not plain.randomness.get('deterministic', False)
    assert not plain.get('resume')
    told = make_training(CONFIG, work_dir='w', seed=0, deterministic=True)
    assert told.work_dir == 'w'
    assert told.randomness == dict(seed=0, deterministic=True)
    named = make_training(CONFIG, cfg_options=['work_dir=mine'])
    assert named.work_dir == 'mine'


def test_what_a_run_starts_from(tmp_path):
    path = tmp_path / 'iter_2.pth'
    path.touch()
    given = [f'load_from={path}', 'resume=True']
    auto = make_training(CONFIG, 'auto', cfg_options=given)
    assert auto.resume is True and auto.load_from is None
    named = make_training(CONFIG, str(path))
    assert named.resume is True and named.load_from == str(path)
    # A test never goes on with a training, nor with another's weights.
    testing = make_testing(CONFIG, cfg_options=given)
    assert testing.resume is False and testing.load_from is None
    assert make_testing(CONFIG, str(path)).load_from == str(path)
    with pytest.raises(FileNotFoundError, match=r'none\.pth'):
        make_testing(CONFIG, str(tmp_path / 'none.pth'))


@pytest.mark.parametrize('given, expected', [(None, '3'), ('1', '1')])
def test_local_rank_is_left_for_those_who_read_it(
    monkeypatch, given, expected
):
    """Of the option, unless the launcher has set it."""
    monkeypatch.setenv('LOCAL_RANK', given or '')
    if given is None:
        monkeypatch.delenv('LOCAL_RANK')
    make_testing(CONFIG, local_rank=3)
    assert os.environ['LOCAL_RANK'] == expected


def test_launcher_that_did_not_start_this_process(monkeypatch):
    monkeypatch.delenv('RANK', raising=False)
    with pytest.raises(UserError, match='the environment has no RANK'):
        make_testing(CONFIG, launcher='pytorch')
    monkeypatch.setenv('RANK', '0')
    assert make_testing(CONFIG, launcher='pytorch').launcher == 'pytorch'
