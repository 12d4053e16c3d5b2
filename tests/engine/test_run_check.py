"""Slips in what trains and tests a model, found before it is built."""

import re
from pathlib import Path

import pytest
from mmengine.config import Config

from stclip.engine.run_check import check_run
from stclip.engine.type_check import check_types
from stclip.utils.errors import UserError

ROOT = Path(__file__).parents[2]
CONFIGS = ROOT / 'configs'
STAGE = CONFIGS / 'zs_stage_single.py'
# One of each folder: the configs of a method share their schedules.
EXAMPLES = {
    path.parent: path
    for path in sorted(CONFIGS.rglob('*.py'))
    if '_base_' not in path.parts
}
COSINE = dict(type='CosineAnnealingLR', by_epoch=False, T_max=3)


def config(*options):
    cfg = Config.fromfile(STAGE)
    for key, value in options:
        if '.' in key:
            cfg.merge_from_dict({key: value})
        else:  # a list cannot be merged
            cfg[key] = value
    return cfg


@pytest.mark.parametrize('path', EXAMPLES.values(), ids=lambda path: path.stem)
def test_shipped_configs_are_without_slips(path):
    cfg = Config.fromfile(path)
    for task in ('train', 'val', 'test'):
        check_run(cfg, task)


@pytest.mark.parametrize(
    'key, value, line',
    [
        (
            'optim_wrapper.optimizer.type',
            'AdamWW',
            'optim_wrapper.optimizer: there is no optimizer named '
            "'AdamWW'; did you mean 'AdamW'?",
        ),
        (
            'optim_wrapper.optimizer.weigth_decay',
            0.1,
            'optim_wrapper.optimizer.weigth_decay: SGD has no argument '
            "'weigth_decay'; did you mean 'weight_decay'?",
        ),
        (
            'optim_wrapper.type',
            'OptimWraper',
            "optim_wrapper: there is no optim_wrapper named 'OptimWraper'; "
            "did you mean 'OptimWrapper'?",
        ),
        (
            'optim_wrapper.accumulative_count',
            2,
            'optim_wrapper.accumulative_count: OptimWrapper has no argument '
            "'accumulative_count'; did you mean 'accumulative_counts'?",
        ),
        (
            'optim_wrapper.constructor',
            'TrainableParams',
            'optim_wrapper.constructor: there is no optimizer wrapper '
            "constructor named 'TrainableParams'",
        ),
        (
            'optim_wrapper.paramwise_cfg',
            dict(norm_decay_mul=0),
            'optim_wrapper.paramwise_cfg.norm_decay_mul: '
            'TrainableParamsConstructor has no argument '
            "'norm_decay_mul'; did you mean 'norm_decay_mult'?",
        ),
        (
            'optim_wrapper.clip_grad',
            dict(max_nrm=1),
            'optim_wrapper.clip_grad.max_nrm: clip_grad_norm_ has no argument '
            "'max_nrm'; did you mean 'max_norm'?",
        ),
        (
            'optim_wrapper.clip_grad',
            dict(type='nrom', max_norm=1),
            "optim_wrapper.clip_grad.type must be one of 'norm' or 'value', "
            "got 'nrom'",
        ),
        (
            'param_scheduler',
            [COSINE, dict(type='CosineAnealingLR')],
            'param_scheduler.1: there is no parameter scheduler named '
            "'CosineAnealingLR'; did you mean 'CosineAnnealingLR'?",
        ),
        (
            'param_scheduler',
            dict(COSINE, T_maxx=3),
            'param_scheduler.T_maxx: CosineAnnealingLR has no argument '
            "'T_maxx'; did you mean 'T_max'?",
        ),
        (
            'train_cfg.type',
            'IterBasedTrainLop',
            "train_cfg: there is no loop named 'IterBasedTrainLop'; did you "
            "mean 'IterBasedTrainLoop'?",
        ),
        (
            'train_cfg.max_iter',
            2,
            'train_cfg.max_iter: ResumableTrainLoop has no argument '
            "'max_iter'; did you mean 'max_iters'?",
        ),
        (
            'train_cfg.by_epoch',
            True,
            'train_cfg.by_epoch: ResumableTrainLoop has no argument '
            "'by_epoch'",
        ),
        (
            'train_cfg',
            dict(by_epoch=True, max_epoch=2),
            'train_cfg.max_epoch: EpochBasedTrainLoop has no argument '
            "'max_epoch'; did you mean 'max_epochs'?",
        ),
        (
            'train_dataloader.sampler.type',
            'InfinitSampler',
            'train_dataloader.sampler: there is no data sampler named '
            "'InfinitSampler'; did you mean 'InfiniteSampler'?",
        ),
        (
            'train_dataloader.collate_fn',
            dict(type='psuedo_collate'),
            'train_dataloader.collate_fn: there is no function named '
            "'psuedo_collate'; did you mean 'pseudo_collate'?",
        ),
        (
            'train_dataloader.num_worker',
            2,
            'train_dataloader.num_worker: DataLoader has no argument '
            "'num_worker'; did you mean 'num_workers'?",
        ),
        (
            'visualizer.type',
            'Visualizr',
            "visualizer: there is no visualizer named 'Visualizr'; did you "
            "mean 'Visualizer'?",
        ),
        (
            'visualizer.vis_backends',
            [dict(type='LocalVisBackends')],
            'visualizer.vis_backends.0: there is no vis_backend named '
            "'LocalVisBackends'; did you mean 'LocalVisBackend'?",
        ),
        (
            'log_processor.windowsize',
            3,
            'log_processor.windowsize: LogProcessor has no argument '
            "'windowsize'; did you mean 'window_size'?",
        ),
        (
            'randomness',
            dict(seeed=1),
            'randomness.seeed: set_randomness has no argument '
            "'seeed'; did you mean 'seed'?",
        ),
        (
            'env_cfg.mp_cfg.mp_start_method',
            'frok',
            "env_cfg.mp_cfg.mp_start_method must be one of 'fork', 'spawn' or "
            "'forkserver', got 'frok'",
        ),
        ('log_level', 'VERBOSE', "log_level must be one of 'CRITICAL', "),
    ],
)
def test_slips_are_named_with_the_nearest_word(key, value, line):
    with pytest.raises(UserError) as error:
        check_run(config((key, value)), 'train')
    assert str(error.value).startswith(line)


@pytest.mark.parametrize(
    'key, value',
    [
        ('optim_wrapper.type', 'mmengine.AmpOptimWrapper'),
        ('optim_wrapper.clip_grad', dict(type='value', clip_value=1)),
        ('param_scheduler', []),
        (
            'param_scheduler',
            dict(
                type='CosineAnnealingLR', T_max=3, convert_to_iter_based=True
            ),
        ),
        # It gives to another optimizer what it does not know.
        (
            'optim_wrapper.optimizer',
            dict(
                _delete_=True,
                type='ZeroRedundancyOptimizer',
                optimizer_type='SGD',
                lr=0.1,
            ),
        ),
        # Several, for a constructor that knows them.
        (
            'optim_wrapper',
            dict(
                constructor='DefaultOptimWrapperConstructor',
                tower=dict(optimizer=dict(type='SGD', lr=0.1)),
                head=dict(optimizer=dict(type='SGD', lr=1)),
            ),
        ),
        ('train_cfg', dict(by_epoch=True, max_epochs=2)),
        ('train_dataloader.num_batch_per_epoch', 3),
        ('log_level', 10),
    ],
)
def test_what_mmengine_takes_is_no_slip(key, value):
    check_run(config((key, value)), 'train')


def test_a_test_looks_at_what_a_test_builds():
    slips = [
        ('optim_wrapper.optimizer.type', 'AdamWW'),
        ('train_cfg.max_iter', 2),
    ]
    check_run(config(*slips), 'test')
    slip = ('test_cfg.type', 'AmpTestLop')
    check_run(config(slip), 'train')
    with pytest.raises(UserError, match=r"test_cfg: .* mean 'AmpTestLoop'"):
        check_run(config(slip), 'test')


def test_the_documented_validation(tmp_path):
    page = (ROOT / 'docs/how_to/train_and_test.md').read_text()
    mark = '# configs/mine_validated.py\n'
    (block,) = re.findall(f'{mark}(.*?)```', page, re.DOTALL)
    path = tmp_path / 'mine_validated.py'
    path.write_text(block.replace('./zs_stage_single.py', str(STAGE)))
    cfg = Config.fromfile(path)
    for task in ('train', 'val'):
        check_types(cfg, task)
        check_run(cfg, task)
    assert cfg.val_cfg == dict(type='ValLoop')
    assert cfg.val_evaluator == dict(type='FrameMAP')
    hook = cfg.default_hooks.checkpoint
    assert hook.type == 'AtomicCheckpointHook'
    assert hook.save_best == cfg.custom_hooks[0].monitor
    with pytest.raises(UserError, match=r'val_dataloader\.num_worker: '):
        cfg.merge_from_dict({'val_dataloader.num_worker': 1})
        check_run(cfg, 'val')
