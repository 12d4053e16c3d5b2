"""Every config of detectors builds; data that is missing is named.

Those of recognisers: tests/test_recognizer_configs.py.
"""

import ast
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from small_training import num_trained
from tiny_model import ARCH, make_keyframe

from stclip.apis.loading import without_surroundings
from stclip.registry import (
    DATASETS,
    LOOPS,
    METRICS,
    MODELS,
    OPTIM_WRAPPER_CONSTRUCTORS,
)

ROOT = Path(__file__).parents[1]
RECOGNIZERS = (
    'stclip.DASTIRecognizer',
    'stclip.MAXIRecognizer',
    'stclip.STDDRecognizer',
    'stclip.ViFiCLIPRecognizer',
)
CONFIGS = sorted(
    str(file.relative_to(ROOT / 'configs'))
    for pattern in ('*.py', 'clip/*.py', 'i_clip/*.py', 'ovad/*.py')
    for file in (ROOT / 'configs').glob(pattern)
    if Config.fromfile(file).model.type not in RECOGNIZERS
)

# What was built and passed a test, as text: configs share models and data,
# and equal ones pass alike.
LEARNING, MISSING = set(), set()
# Top-level names that something reads.
NAMES = {
    'auto_scale_lr',
    'custom_hooks',
    'custom_imports',
    'default_hooks',
    'default_scope',
    'env_cfg',
    'launcher',
    'load_from',
    'log_level',
    'log_processor',
    'model',
    'model_wrapper_cfg',
    'optim_wrapper',
    'param_scheduler',
    'resume',
    'runner_type',
    'test_cfg',
    'test_dataloader',
    'test_evaluator',
    'test_pipeline',
    'train_cfg',
    'train_dataloader',
    'train_pipeline',
    'val_cfg',
    'val_dataloader',
    'val_evaluator',
    'visualizer',
}


@pytest.fixture(params=CONFIGS)
def config(request, monkeypatch) -> Config:
    monkeypatch.chdir(ROOT)
    return Config.fromfile(f'configs/{request.param}')


def test_loss_and_scores_are_finite_on_a_tiny_clip(config):
    config.model.clip.update(arch=ARCH, pretrained=None)
    told = repr(config.model)
    if told in LEARNING:
        return
    model = MODELS.build(config.model)
    data = pseudo_collate([make_keyframe(2), make_keyframe(1, seed=1)])
    predictions = model.test_step(data)
    assert all(p.pred_instances.scores.isfinite().all() for p in predictions)
    data = model.data_preprocessor(data, training=True)
    losses = model(**data, mode='loss')
    assert sum(losses.values()).isfinite()
    LEARNING.add(told)


def test_clip_names_and_tags_exist(config):
    import open_clip

    clip = config.model.clip
    if clip.arch.endswith('.json'):
        assert clip.arch.startswith('data/pretrained/')
    else:
        tags = open_clip.list_pretrained_tags_by_model(clip.arch)
        assert clip.pretrained in tags


def test_loops_metrics_and_optimizer_are_known(config, tmp_path):
    assert LOOPS.get(config.train_cfg.type)
    assert LOOPS.get(config.test_cfg.type)
    assert OPTIM_WRAPPER_CONSTRUCTORS.get(config.optim_wrapper.constructor)
    evaluators = config.test_evaluator
    first, *others = (
        evaluators if isinstance(evaluators, list) else [evaluators]
    )
    assert METRICS.build(first).iou_thr == 0.5
    for other in others:
        with pytest.raises(FileNotFoundError, match=r'tubes\.json .*prepare'):
            METRICS.build(dict(other, tube_file=str(tmp_path / 'tubes.json')))


@pytest.mark.parametrize('loader', ['train_dataloader', 'test_dataloader'])
def test_missing_data_says_what_to_prepare(config, loader, tmp_path):
    dataset = config[loader].dataset
    # They tell of files of their own.
    dataset.pipeline = [
        step
        for step in without_surroundings(dataset.pipeline)
        if 'folder' not in step and 'object_file' not in step
    ]
    told = repr(dict(dataset, data_root='absent'))
    if told in MISSING:
        return
    dataset.data_root = str(tmp_path / 'absent')
    with pytest.raises(
        FileNotFoundError, match=r'(?s)absent.*data/README\.md'
    ):
        DATASETS.build(dataset)
    MISSING.add(told)


def test_dumped_configs_hold_no_helper_names():
    """What mmengine's runner or a tool reads, and nothing else."""
    for file in sorted((ROOT / 'configs').rglob('*.py')):
        if '_base_' not in file.parts:
            own = set(Config.fromfile(file)) - NAMES
            # Those of mmdet's own bases.
            if file.name == 'faster_rcnn_r50_fpn_coco.py':
                own -= {'backend_args', 'data_root', 'dataset_type'}
                own -= {'metainfo', 'train_pipeline', 'vis_backends'}
            assert not own, f'{file}: {own}'


def test_no_config_changes_a_list_by_index():
    for file in (ROOT / 'configs').rglob('*.py'):
        for node in ast.walk(ast.parse(file.read_text())):
            assert not isinstance(node, ast.For | ast.Subscript), file
            name = node.func if isinstance(node, ast.Call) else None
            assert not name or getattr(name, 'id', '') == 'dict', file


@pytest.mark.parametrize('name', ['zs_ava_split2', 'zs_jhmdb_split4'])
def test_label_split_is_that_of_both_loaders(name):
    config = Config.fromfile(ROOT / f'configs/{name}.py')
    path = f'data/splits/{name.replace("_split", "/split")}.yaml'
    assert config.train_dataloader.dataset.label_split == path
    assert config.test_dataloader.dataset.label_split == path


def test_configs_state_only_their_difference():
    for name in CONFIGS:
        lines = (ROOT / 'configs' / name).read_text().splitlines()
        assert len(lines) <= 30, name
        assert lines[0].startswith('# '), f'{name}: say what it is'


def test_trained_parts_of_the_papers_models():
    """Table 6: 55.11 M tunable, 4.72 M of them never used."""
    config = Config.fromfile(ROOT / 'configs/zs_jhmdb_split1.py')
    config.model.clip.pretrained = None
    with torch.device('meta'):
        model = MODELS.build(config.model)
    assert num_trained(model) == 55_109_376 - 4_723_968


@pytest.mark.parametrize(
    'data, splits, steps, rate, warm_up, least, clip, interest',
    [
        ('jhmdb', 4, 3000, 2.5e-4, 800, 0.001, 'ViT-B-16', 0),
        ('ucf', 4, 3000, 2.5e-4, 800, 0.7, 'ViT-B-16', 0),
        ('ava', 3, 20000, 4e-4, 2000, 0.7, 'ViT-L-14', 100),
    ],
)
def test_recipe_of_the_paper(
    data, splits, steps, rate, warm_up, least, clip, interest
):
    """Section 5.1, Table 4 and supplementary 7 of ST-CLIP."""
    for split in range(1, splits + 1):
        config = Config.fromfile(ROOT / f'configs/zs_{data}_split{split}.py')
        assert config.train_cfg.max_iters == steps
        assert config.optim_wrapper.optimizer == dict(
            type='SGD', lr=rate, momentum=0.9, weight_decay=1e-7
        )
        # Biases learn as all else does, and nothing slows down later.
        assert 'paramwise_cfg' not in config.optim_wrapper
        (schedule,) = config.param_scheduler
        assert schedule.type == 'LinearLR' and not schedule.by_epoch
        assert (schedule.start_factor, schedule.begin) == (0.25, 0)
        assert schedule.end == warm_up
        assert config.train_dataloader.batch_size == 8
        assert config.auto_scale_lr.base_batch_size == 8
        assert config.test_dataloader.dataset.det_thr == least
        model = config.model
        assert model.clip.arch == f'{clip}-quickgelu'
        assert model.clip.lora_rank == 8
        assert model.temporal == dict(num_frames=9, num_layers=1)
        assert model.prompted_layers == 'all' and model.full_frame_feature
        assert model.head == dict(
            type='CosineHead', temperature=0.07, gamma=2.0
        )
        assert model.num_interest_tokens == interest
