"""Settings of Open-VCLIP's configs beyond what all recognisers' say."""

from pathlib import Path

import pytest
from mmengine.config import Config
from mmengine.registry import DefaultScope
from tiny_model import ARCH

from stclip.engine.interpolated_optimisation import _Interpolated
from stclip.registry import MODELS, OPTIM_WRAPPER_CONSTRUCTORS

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)


def test_recipe_of_the_release():
    config = Config.fromfile(
        'configs/open_vclip/open_vclip_vit-b16_8f_k400.py'
    )
    config.model.clip.update(arch=ARCH, pretrained=None)
    options = config.optim_wrapper.to_dict()
    build = OPTIM_WRAPPER_CONSTRUCTORS.get(options.pop('constructor'))
    paramwise = options.pop('paramwise_cfg')
    with DefaultScope.overwrite_default_scope('stclip'):
        model = MODELS.build(config.model)
        wrapper = build(options, paramwise)(model)
    assert isinstance(wrapper, _Interpolated)
    assert (wrapper.max_share, wrapper.weight) == (0.6, 0.5)
    assert wrapper.clip_grad_kwargs == dict(max_norm=1.0)
    for group in wrapper.optimizer.param_groups:
        assert group['lr'] == 3.33e-6 and group['betas'] == (0.9, 0.999)
        for weights in group['params']:
            expected = 0 if weights.dim() == 1 else 0.01
            assert group['weight_decay'] == expected
    warm_up, cosine = config.param_scheduler
    assert (warm_up.end, cosine.begin, cosine.end) == (2, 2, 22)
    assert cosine.eta_min_ratio == 0.01
    assert config.auto_scale_lr.base_batch_size == 64
    assert config.train_dataloader.batch_size == 8
    average = config.default_hooks.average_weights
    assert average == dict(type='WeightAverageHook', begin=2)


@pytest.mark.parametrize('data', ['ucf101', 'hmdb51', 'k600'])
def test_half_of_clip_is_tested(data):
    """By the sum of the logits of three clips."""
    name = f'open_vclip_vit-b16_8f_zs_{data}_split1.py'
    config = Config.fromfile(f'configs/open_vclip/{name}')
    hook = config.default_hooks.patch_weights
    assert hook == dict(type='PatchWeightsHook', ratio=0.5)
    assert config.model.average_views == 'score'
    (sampling,) = (s for s in config.test_pipeline if 'num_clips' in s)
    assert (sampling.clip_len, sampling.num_clips) == (8, 3)
