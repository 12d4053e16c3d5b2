"""Configs of OpenMixer: they build, and their parts fit each other."""

from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope
from small_training import num_trained

from stclip.registry import (
    DATASETS,
    LOOPS,
    METRICS,
    MODELS,
    OPTIM_WRAPPER_CONSTRUCTORS,
    TRANSFORMS,
)

ROOT = Path(__file__).parents[1]
CONFIGS = sorted(file.name for file in (ROOT / 'configs/openmixer').iterdir())


@pytest.fixture(params=CONFIGS)
def config(request, monkeypatch):
    monkeypatch.chdir(ROOT)
    with DefaultScope.overwrite_default_scope('stclip'):
        yield Config.fromfile(f'configs/openmixer/{request.param}')


def test_pictures_are_those_that_the_model_wants(config):
    """Whole, of CLIP's size, and as many as are mixed."""
    num_frames = config.model.decoder.num_frames
    assert config.model.data_preprocessor.num_frames == num_frames
    for loader in (config.train_dataloader, config.test_dataloader):
        load, pack = (
            TRANSFORMS.build(step) for step in loader.dataset.pipeline
        )
        size, mode, *_ = load.geometry
        assert mode == 'squash'
        # The keyframe is in the middle, also where the video ends.
        assert load.window(0, 99, num_frames)[(num_frames - 1) // 2] == 0
        assert len(load.window(0, 1, num_frames)) == num_frames
        assert load.num_frames == num_frames
        assert type(pack).__name__ == 'PackKeyframe'
    config.model.clip.pretrained = None
    with torch.device('meta'):
        model = MODELS.build(config.model)
    assert model.clip.visual.image_size == (size, size)


def test_each_keyframe_is_tested_once_unless_boxes_are_given(config):
    sources = config.test_dataloader.dataset.box_sources
    given = config.model.first_boxes == 'given'
    assert sources == ['detected', 'ground_truth'][not given :]
    assert bool(config.test_dataloader.dataset.det_file) == given


def test_trained_parameters_on_jhmdb(config):
    if 'ViT' not in config.model.clip.arch:
        return
    config.model.clip.pretrained = None
    with torch.device('meta'):
        model = MODELS.build(config.model)
    own_actions = config.model.decoder.get('own_actions', True)
    decoder = 405_442_006 if own_actions else 238_433_450
    assert num_trained(model) == 32_052_928 + decoder


def test_loops_metrics_and_optimizer_are_known(config, tmp_path):
    assert LOOPS.get(config.train_cfg.type)
    assert OPTIM_WRAPPER_CONSTRUCTORS.get(config.optim_wrapper.constructor)
    evaluators = config.test_evaluator
    if not isinstance(evaluators, list):
        evaluators = [evaluators]
    assert METRICS.build(evaluators[0]).iou_thr == 0.5
    for loader in (config.train_dataloader, config.test_dataloader):
        dataset = dict(loader.dataset, data_root=str(tmp_path / 'absent'))
        with pytest.raises(FileNotFoundError, match='absent'):
            DATASETS.build(dataset)


def test_weights_of_each_data_set(config):
    """Of CLIP's own answer at the start, and of actions in the loss."""
    root = config.test_dataloader.dataset.data_root
    alpha, action = config.model.decoder.alpha, config.model.loss.action
    expected = (0.999, 8.0) if root == 'data/ucf24' else (0.99, 48.0)
    assert (alpha, action) == expected


def test_keyframes_of_a_step(config):
    """The release's; on UCF101-24 every fifth annotated frame is trained on.

    All of them are tested, of which the metric takes every fifth.
    """
    if 'ViT' not in config.model.clip.arch:
        return
    ucf = config.test_dataloader.dataset.data_root == 'data/ucf24'
    batch, step = (8, 5) if ucf else (16, 1)
    assert config.train_dataloader.batch_size == batch
    assert config.auto_scale_lr.base_batch_size == batch
    assert config.optim_wrapper.optimizer.lr == 1e-5
    assert config.train_dataloader.dataset.get('keyframe_step', 1) == step
    assert 'keyframe_step' not in config.test_dataloader.dataset
    assert config.test_evaluator[1].get('frame_step', 1) == step


def test_names_are_read_without_underscores(config):
    assert config.model.clip.underscores_to_spaces
