"""Settings of ViFi-CLIP's and MAXI's configs beyond all recognisers'."""

from pathlib import Path

import numpy as np
import pytest
from mmengine.config import Config
from mmengine.registry import DefaultScope
from tiny_model import ARCH

from stclip.labels.label_list import read_label_list
from stclip.labels.label_space import LabelSpace
from stclip.registry import MODELS, OPTIM_WRAPPER_CONSTRUCTORS, TRANSFORMS

ROOT = Path(__file__).parents[1]
VIFI, MAXI = 'vifi_clip/vifi_clip_vit-b16_32f', 'maxi/maxi_vit-b16_16f'
PROMPTS = 'vifi_clip/vifi_clip_prompts_vit-b16_32f'
SUPERVISED = 'vifi_clip/vifi_clip_vit-b16_16f_k400_supervised'


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)
    with DefaultScope.overwrite_default_scope('stclip'):
        yield


def load(name):
    return Config.fromfile(f'configs/{name}.py')


@pytest.mark.parametrize(
    'name, rate, epochs, videos',
    [
        (f'{VIFI}_k400', 8e-6, 10, 256),
        (f'{VIFI}_b2n_hmdb51_base', 2e-6, 11, 64),
        (f'{VIFI}_b2n_ucf101_base', 2e-6, 11, 64),
        (f'{VIFI}_b2n_k400_base', 2e-6, 11, 64),
        (f'{VIFI}_few_shot_hmdb51_k2', 2e-6, 50, 64),
        (f'{VIFI}_few_shot_ucf101_k2', 2e-6, 50, 64),
        (f'{PROMPTS}_b2n_hmdb51_base', 4e-2, 11, 64),
        (f'{PROMPTS}_b2n_ucf101_base', 4e-2, 11, 64),
        (f'{PROMPTS}_few_shot_hmdb51_k2', 8e-3, 50, 64),
        (f'{PROMPTS}_few_shot_ucf101_k2', 8e-3, 50, 64),
        (SUPERVISED, 2.2e-5, 30, 512),
        (f'{MAXI}_k400', 5e-6, 10, 256),
    ],
)
def test_recipe_of_the_release(name, rate, epochs, videos):
    """One rate for all weights, which all decay; videos of a step."""
    config = load(name)
    config.model.clip.update(arch=ARCH, pretrained=None)
    if 'prompts' in config.model:
        config.model.prompts = dict(
            num_visual=2, num_text=2, visual_depth=2, text_depth=2
        )
    options = config.optim_wrapper.to_dict()
    build = OPTIM_WRAPPER_CONSTRUCTORS.get(options.pop('constructor'))
    steps = options.get('accumulative_counts', 1)
    wrapper = build(options)(MODELS.build(config.model))
    (group,) = wrapper.optimizer.param_groups
    assert group['lr'] == rate and group['weight_decay'] == 0.001
    assert tuple(group['betas']) == (0.9, 0.98)
    assert config.auto_scale_lr.base_batch_size * steps == videos
    assert config.train_cfg.max_epochs == epochs
    warm_up, cosine = config.param_scheduler
    assert warm_up.end == cosine.begin == 5
    assert cosine.T_max == cosine.end - 5 == epochs - 5
    assert cosine.eta_min_ratio == 0.01


@pytest.mark.parametrize('data', ['ucf101', 'hmdb51'])
@pytest.mark.parametrize(
    'kind, number, depth, parameters',
    [('few_shot', 10, 12, 153_600), ('b2n', 16, 9, 184_320)],
)
def test_sizes_of_the_prompts(kind, number, depth, parameters, data):
    """Of towers with 12 layers, 768 and 512 wide."""
    end = 'k2' if kind == 'few_shot' else 'base'
    prompts = load(f'{PROMPTS}_{kind}_{data}_{end}').model.prompts
    assert prompts == dict(
        num_visual=number, num_text=number,
        visual_depth=depth, text_depth=depth,
    )  # fmt: skip
    assert number * depth * (768 + 512) == parameters


@pytest.mark.parametrize('name', [f'{VIFI}_k400', f'{MAXI}_k400', SUPERVISED])
def test_pictures_of_training_and_testing(name):
    """As many frames as the model takes, all changed alike."""
    config, size = load(name), (300, 400)
    for pipeline in (config.train_pipeline, config.test_pipeline):
        steps = [TRANSFORMS.build(step) for step in pipeline]
        number = steps[1].clip_len
        assert number == config.model.num_frames
        np.random.seed(0)
        image = np.random.randint(0, 256, (*size, 3)).astype(np.uint8)
        results = dict(
            imgs=[image] * number,
            img_shape=size,
            modality='RGB',
            clip_len=number,
            num_clips=1,
            filename='a/v1.mp4',
            label=3,
        )
        for step in steps[3:]:
            results = step(results)
        videos = results['inputs']
        assert videos.shape == (number, 3, 224, 224)
        assert (videos == videos[:1]).all()
        bag = results['data_samples'].get('text_bag')
        if 'maxi' in name and pipeline is config.train_pipeline:
            assert len(bag) == 16 and all(bag)
        else:
            assert bag is None


def test_words_of_zs_stage():
    """Keywords of each action, as the config draws them."""
    config = load('maxi/maxi_zs_stage')
    dataset = config.train_dataloader.dataset
    assert dataset.pipeline == config.train_pipeline
    names = read_label_list('data/labels/zs_stage.txt')
    steps = {step.type: step for step in dataset.pipeline}
    bag = TRANSFORMS.build(steps['AddTextBag'])
    describe = TRANSFORMS.build(
        dict(type='DescribeLabels', attribute_file=dataset.attribute_file)
    )
    results = describe(dict(label_space=LabelSpace(names)))
    for label in range(len(names)):
        sample = dict(results, label=label, filename='v')
        assert len(set(bag(sample)['text_bag'])) == 4


@pytest.mark.parametrize('data', ['ucf101', 'hmdb51', 'k600'])
def test_a_fifth_of_clip_is_in_what_maxi_tests(data):
    hooks = load(f'{MAXI}_zs_{data}_split1').default_hooks
    assert hooks.patch_weights == dict(type='PatchWeightsHook', ratio=0.2)


@pytest.mark.parametrize('data', ['ucf101', 'hmdb51', 'k600'])
@pytest.mark.parametrize(
    'released, own', [('vifi_clip/vifi_clip', VIFI), ('maxi/maxi', MAXI)]
)
def test_released_weights_differ_in_pixels_alone(released, own, data):
    released = load(f'{released}_released_{data}_split1')
    own = load(f'{own}_zs_{data}_split1')
    hooks = released.default_hooks
    assert hooks.pop('strict_load').pop('may_lack') == [
        'clip.model.token_embedding.'
    ]
    own.default_hooks.pop('strict_load')
    assert hooks == own.default_hooks
    mean = released.model.clip.preprocess_cfg.mean
    assert tuple(mean) == (0.485, 0.456, 0.406)
    del released.model.clip['preprocess_cfg']
    assert released.model == own.model
    assert released.test_dataloader == own.test_dataloader


def test_matches_are_what_maxi_trains_on():
    match, train = load('maxi/maxi_match_k400'), load(f'{MAXI}_k400')
    (metric,) = match.test_evaluator
    dataset = train.train_dataloader.dataset
    assert metric.out == f'{dataset.data_root}/{dataset.ann_file}'
    tested = match.test_dataloader.dataset
    videos = tested.data_prefix.video
    assert metric.video_root == f'{tested.data_root}/{videos}'
    assert tested.ann_file == 'annotations/train.txt'
    assert tested.data_prefix == dataset.data_prefix
