"""Settings of STDD's configs beyond what all recognisers' say."""

from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope
from tiny_model import ARCH

from stclip.knowledge.describe import describe
from stclip.labels.label_list import read_label_list
from stclip.labels.label_space import LabelSpace
from stclip.registry import HOOKS, MODELS, OPTIM_WRAPPER_CONSTRUCTORS

ROOT = Path(__file__).parents[1]
CONFIGS = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ('stdd/stdd_vit*.py', 'stdd/stdd_zs_stage.py')
    for path in (ROOT / 'configs').glob(pattern)
)


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize('path', CONFIGS)
def test_hooks_go_by_name(path):
    """Documents and tools say their names; nothing is patched unasked."""
    config = Config.fromfile(path)
    hooks = config.default_hooks
    assert hooks.patch_weights == dict(type='PatchWeightsHook', ratio=0.0)
    config.merge_from_dict({'default_hooks.patch_weights.ratio': 0.5})
    patched = config.default_hooks.patch_weights
    assert HOOKS.build(patched).ratio == 0.5
    averages = [h.type for h in hooks.values() if 'Average' in h.type]
    assert averages == ['WeightAverageHook'] * int('train_cfg' in config)
    assert ('average_weights' in hooks) == ('train_cfg' in config)


def test_prompts_of_zs_stage():
    """The plain name and the clauses of three kinds of relations."""
    config = Config.fromfile('configs/stdd/stdd_zs_stage.py')
    config.model.num_templates = 1
    model = MODELS.build(config.model)
    files = config.test_dataloader.dataset
    labels = describe(
        LabelSpace(read_label_list('data/labels/zs_stage.txt')[:3]),
        files.attribute_file,
        files.graph_file,
    )
    text = model.text(labels)
    assert text.class_idx.bincount().tolist() == [13, 13, 13]
    videos = torch.randn(1, config.model.num_frames, 3, 96, 96)
    with torch.no_grad():
        scores = model.eval().score(videos, text)
    assert scores.shape == (1, 3) and scores.abs().max() <= 1


def test_recipe_of_the_release():
    """No decay of vectors, but of the logit scale; a small learning rate."""
    config = Config.fromfile('configs/stdd/stdd_vit-b16_8f_k400.py')
    config.model.clip.update(arch=ARCH, pretrained=None)
    options = config.optim_wrapper.to_dict()
    build = OPTIM_WRAPPER_CONSTRUCTORS.get(options.pop('constructor'))
    paramwise = options.pop('paramwise_cfg')
    with DefaultScope.overwrite_default_scope('stclip'):
        model = MODELS.build(config.model)
        optimizer = build(options, paramwise)(model).optimizer
    decays = {
        id(parameter): group['weight_decay']
        for group in optimizer.param_groups
        for parameter in group['params']
    }
    assert {group['lr'] for group in optimizer.param_groups} == {3.33e-6}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            expected = 0 if parameter.dim() == 1 else 0.01
            assert decays[id(parameter)] == expected, name
    warm_up, cosine = config.param_scheduler
    assert (warm_up.end, cosine.begin, cosine.end) == (2, 2, 22)
    assert config.auto_scale_lr.base_batch_size == 32
    assert config.train_dataloader.batch_size == 8
