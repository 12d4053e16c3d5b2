"""Slips in a config, found before anything is built."""

import re
from inspect import getsource, signature

import pytest
from mmengine.config import Config
from mmengine.runner import Runner

from stclip.engine.launch import run, run_config
from stclip.engine.preflight import (
    RUNNER_KEYS,
    check_files,
    check_keys,
    nearest,
)


def test_the_runners_keys_are_all_known():
    """Those that it is built of, and those that it looks up itself."""
    looked_up = re.findall(r"self\.cfg\.get\(\s*'(\w+)'", getsource(Runner))
    assert {'sync_bn', 'compile', 'model_wrapper_cfg'} <= set(looked_up)
    taken = set(signature(Runner).parameters) - {'cfg'}
    assert set(RUNNER_KEYS) == taken | set(looked_up)


@pytest.fixture
def config(tmp_path):
    file = tmp_path / 'own.py'
    file.write_text(
        'num_frames = 8\n'
        "model = dict(type='STCLIP', num_frames=num_frames)\n"
        "optim_wrapper = dict(optimizer=dict(type='SGD'))\n"
    )
    return file


def test_a_misspelt_key_is_an_error_with_the_nearest(config):
    config.write_text(config.read_text() + 'optim_wraper = dict()\n')
    with pytest.raises(
        ValueError, match=r"own.py: unknown key 'optim_wraper'.*optim_wrapper"
    ):
        run_config(str(config))


@pytest.mark.parametrize(
    'word, known, expected',
    [
        ('lable', ('tower', 'label', 'model'), "; did you mean 'label'?"),
        ('modle', ('model', 'molten'), "; did you mean 'model'?"),
        # Less alike than a slip of the fingers.
        ('modern', ('model', 'molten'), ''),
        ('x', ('model',), ''),
        ('x', (), ''),
    ],
)
def test_nearest_word(word, known, expected):
    assert nearest(word, known) == expected


def test_a_configs_own_variables_are_no_slips(config):
    cfg = run_config(str(config))
    assert cfg.num_frames == 8
    check_keys(dict(dataset_type='VideoDataset', ann_file='a.txt'), 'own.py')


@pytest.mark.parametrize(
    'option, line',
    [
        ('modle.x=3', "modle.x: the config has no 'modle'; did you mean 'mod"),
        ('nothing=3', "nothing: the config has no 'nothing'$"),
        ('model.x', "'model.x' is no KEY=VALUE"),
    ],
)
def test_an_option_beside_the_config_is_an_error(config, option, line):
    with pytest.raises(ValueError, match=line):
        run_config(str(config), cfg_options=[option])


def test_options_reach_the_config(config):
    options = ['model.num_frames=4', 'load_from=a.pth', 'num_frames=2']
    cfg = run_config(str(config), cfg_options=options)
    assert (cfg.model.num_frames, cfg.load_from, cfg.num_frames) == (
        4,
        'a.pth',
        2,
    )


@pytest.mark.parametrize(
    'option, value',
    [
        ('sync_bn=torch', 'torch'),
        ('compile=True', True),
        ('activation_checkpointing=[head]', ['head']),
        ('efficient_conv_bn_eval=[backbone]', ['backbone']),
        ('find_unused_parameters=True', True),
    ],
)
def test_what_the_runner_looks_up_may_be_an_option(config, option, value):
    cfg = run_config(str(config), cfg_options=[option])
    assert cfg[option.partition('=')[0]] == value


def loader(**dataset):
    return dict(train_dataloader=dict(dataset=dataset))


@pytest.mark.parametrize(
    'dataset, line',
    [
        (dict(ann_file='a.json'), r'dataset.ann_file: \S*root/a.json does'),
        (dict(ann_file=['b.json', 'c.json']), r'ann_file: \S*root/c.json'),
        (dict(data_prefix=dict(video='v')), r'data_prefix.video: \S*root/v'),
        (dict(label_split='no.yaml'), r'label_split: \S*no.yaml does not'),
        (dict(det_file='d{split}.csv', split=2), r'det_file: \S*d2.csv'),
    ],
)
def test_missing_data_is_said_with_its_key(tmp_path, dataset, line):
    root = tmp_path / 'root'
    root.mkdir()
    (root / 'b.json').touch()
    given = dict(data_root=str(root), **dataset)
    with pytest.raises(FileNotFoundError, match=line):
        check_files(loader(**given), 'train')
    nested = loader(type='RepeatDataset', dataset=given)
    with pytest.raises(FileNotFoundError, match=r'dataset.dataset\.'):
        check_files(nested, 'train')
    # A test needs no training data.
    check_files(loader(**given), 'test')


def test_what_is_there_is_no_error(tmp_path):
    (tmp_path / 'videos').mkdir()
    (tmp_path / 'a.json').touch()
    check_files(
        loader(
            data_root=str(tmp_path),
            ann_file='a.json',
            det_file='detections/split{split}.json',
            data_prefix=dict(video='videos'),
            # Comes with the package.
            label_split='data/splits/zs_ava/split1.yaml',
        ),
        'train',
    )


def complete(folder, **dataset):
    return Config(
        dict(
            loader(type='CocoKeyframeDataset', **dataset),
            model=dict(type='STCLIP'),
            train_cfg=dict(),
            optim_wrapper=dict(),
            default_scope='stclip',
            work_dir=str(folder / 'work'),
        )
    )


@pytest.mark.parametrize(
    'part', ['model', 'train_dataloader', 'train_cfg', 'optim_wrapper']
)
def test_a_config_without_a_part_is_an_error(tmp_path, part):
    cfg = complete(tmp_path)
    cfg[part] = None
    with pytest.raises(ValueError, match=f'has no {part}.*nothing to train'):
        run(cfg, 'train')


def test_a_launcher_that_started_nothing_is_an_error(config, monkeypatch):
    monkeypatch.delenv('RANK', raising=False)
    with pytest.raises(ValueError, match=r'pytorch: .* no RANK; .*torchrun'):
        run_config(str(config), launcher='pytorch')


def test_nothing_is_built_before_the_data_is_there(tmp_path, monkeypatch):
    def fail(*args, **kwargs):
        raise AssertionError('must not be built')

    monkeypatch.setattr('stclip.registry.MODELS.build', fail)
    cfg = complete(tmp_path, ann_file=str(tmp_path / 'absent.json'))
    with pytest.raises(FileNotFoundError, match=r'absent\.json'):
        run(cfg, 'train')
    assert not (tmp_path / 'work').exists()
