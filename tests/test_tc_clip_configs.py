"""Settings of TC-CLIP's configs beyond all recognisers'."""

from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope
from tiny_model import ARCH, LONG_ARCH

from stclip.engine.weight_average import patch_weights
from stclip.knowledge.attributes import plain_name
from stclip.labels.label_space import LabelSpace
from stclip.registry import (
    DATASETS,
    MODELS,
    OPTIM_WRAPPER_CONSTRUCTORS,
    TRANSFORMS,
)
from stclip.utils.errors import UserError

ROOT = Path(__file__).parents[1]
TESTED = [
    f'tc_clip_{weights}_{data}_split1'
    for weights in ('vit-b16_16f_zs', 'released')
    for data in ('ucf101', 'hmdb51', 'k600')
]


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)
    with DefaultScope.overwrite_default_scope('stclip'):
        yield


def load(name):
    return Config.fromfile(f'configs/tc_clip/{name}.py')


def build(config):
    config.model.clip.update(arch=ARCH, pretrained=None)
    return MODELS.build(config.model)


@pytest.mark.parametrize(
    'name, rate, fast, ours',
    [
        ('tc_clip_vit-b16_16f_k400', 8e-6, 8e-5, 8e-6),
        ('tc_clip_vit-b16_16f_k400_supervised', 2.2e-5, 2.2e-4, 2.2e-5),
        ('tc_clip_vit-b16_16f_b2n_hmdb51_base', 3.33e-6, 3.33e-5, 3.33e-6),
        ('tc_clip_vit-b16_16f_few_shot_hmdb51_k2', 2e-6, 2e-5, 2e-6),
        ('tc_clip_zs_stage', 2e-4, 2e-3, 2e-4),
    ],
)
def test_words_and_prompting_learn_ten_times_as_fast(name, rate, fast, ours):
    """The biases learn as CLIP does."""
    config = load(name)
    model = build(config)
    options = config.optim_wrapper.to_dict()
    constructor = OPTIM_WRAPPER_CONSTRUCTORS.get(options.pop('constructor'))
    paramwise = options.pop('paramwise_cfg')
    rates = {
        id(parameter): group['lr']
        for group in constructor(options, paramwise)(
            model
        ).optimizer.param_groups
        for parameter in group['params']
    }
    expected = {'clip.': rate, 'prompting.': fast, 'context.': ours}
    for parameter_name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        (wanted,) = (
            value
            for start, value in expected.items()
            if parameter_name.startswith(start)
        )
        found = rates[id(parameter)]
        assert found == pytest.approx(wanted), parameter_name


@pytest.mark.parametrize(
    'name, epochs, warm, videos',
    [
        ('k400', 10, 5, 256),
        ('k400_supervised', 30, 5, 512),
        ('b2n_hmdb51_base', 12, 2, 64),
        ('b2n_ucf101_base', 12, 2, 64),
        ('b2n_k400_base', 12, 2, 64),
        ('few_shot_hmdb51_k2', 50, 5, 64),
        ('few_shot_ucf101_k2', 50, 5, 64),
    ],
)
def test_recipe_of_the_release(name, epochs, warm, videos):
    config = load(f'tc_clip_vit-b16_16f_{name}')
    steps = config.optim_wrapper.get('accumulative_counts', 1)
    assert config.auto_scale_lr.base_batch_size * steps == videos
    assert config.train_cfg.max_epochs == epochs
    warm_up, cosine = config.param_scheduler
    assert warm_up.end == cosine.begin == warm
    assert cosine.end == epochs and cosine.T_max == epochs - warm
    assert cosine.eta_min_ratio == 0.01
    assert config.model.num_frames == 16
    assert config.model.label_smoothing == 0.1


@pytest.mark.parametrize('name', TESTED)
def test_what_clip_has_is_mixed_with_clip(name):
    """0.3 of it; biases, learned words and prompting stay."""
    config = load(name)
    hook = config.default_hooks.patch_weights
    model = build(config)
    loaded = {k: v.clone() for k, v in model.state_dict().items()}
    before = {k: v + 1 for k, v in loaded.items()}
    patch_weights(model, before, hook.ratio, tuple(hook.but_for))
    for key, value in model.state_dict().items():
        mixed = 0.3 if key.startswith('clip.') else 0
        torch.testing.assert_close(value, loaded[key] + mixed)


@pytest.mark.parametrize('name', TESTED)
def test_two_views_of_a_video(name, tmp_path):
    """Of 16 frames each, the same in every test."""
    dataset = load(name).test_dataloader.dataset
    folder = tmp_path / 'annotations'
    folder.mkdir()
    (folder / 'test_split1.txt').write_text('a.mp4 0\n')
    dataset.data_root = str(tmp_path)
    sampling = DATASETS.build(dataset).pipeline.transforms[1]
    for _ in range(2):
        found = sampling(dict(total_frames=97, start_index=0))
        views = found['frame_inds'].reshape(2, 16)
        # Parts of 6 frames, a third and two thirds into each.
        for view, first in zip(views, (2, 4), strict=True):
            assert view.tolist() == [6 * part + first for part in range(16)]


def test_released_weights_come_with_their_pixels():
    config = load(TESTED[-1])
    mean = config.model.clip.preprocess_cfg.mean
    assert tuple(mean) == (0.485, 0.456, 0.406)
    lacking = config.default_hooks.strict_load.may_lack
    assert lacking == ['clip.model.token_embedding.']
    assert 'preprocess_cfg' not in load(TESTED[0]).model.clip


@pytest.mark.parametrize('data', ['ucf101', 'hmdb51', 'k600'])
def test_described_names_say_what_is_done(data):
    """A sentence of ours for every class, which the text tower holds."""
    config = load(f'tc_clip_vit-b16_16f_zs_{data}_split1')
    pipeline = config.test_dataloader.dataset.pipeline
    (step,) = (s for s in pipeline if s.type.endswith('AddLabelSpace'))
    labels = TRANSFORMS.build(step)({})['label_space']
    config.model.clip.update(arch=LONG_ARCH, pretrained=None)
    config.model.described_names = True
    model = MODELS.build(config.model)
    texts = model.name_texts(labels)
    assert len(set(texts)) == len(labels)
    for name, text in zip(labels.names, texts, strict=True):
        shown, _, done = text.partition(': ')
        assert plain_name(shown) == plain_name(name)
        assert len(done.split()) > 3 and not done.startswith('where ')
        # Four learned words, the full stop and both ends come on top.
        assert len(model.clip.tokenizer.encode(text)) + 4 + 3 <= 77
    if data == 'ucf101':
        done = 'a person pulls the string back to the chin'
        assert texts[2] == f'archery: {done}'
    with pytest.raises(UserError, match="'jump' has none; give graph_file"):
        model.name_texts(LabelSpace(('jump',)))
    model.described_names = False
    assert model.name_texts(labels)[2] == texts[2].partition(':')[0]
