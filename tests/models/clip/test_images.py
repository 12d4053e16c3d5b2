"""Mean, std and geometry of pictures: those of CLIP's own weights."""

import json

import numpy as np
import open_clip
import pytest
import torch
from open_clip.transform import PreprocessCfg, merge_preprocess_dict
from tiny_model import ARCH, make_keyframe

from stclip.datasets.transforms.clip_resize import INTERPOLATIONS as FILTERS
from stclip.models.clip import CLIPBackbone
from stclip.models.clip.architecture import read_architecture
from stclip.models.clip.images import (
    CLIP_MEAN,
    CLIP_STD,
    INTERPOLATIONS,
    Preprocessing,
    preprocessing_of,
    with_normalisation,
)
from stclip.registry import MODELS
from stclip.utils.errors import UserError

HALF = dict(mean=[0.5] * 3, std=[0.25] * 3)
SQUASHED = dict(HALF, interpolation='bilinear', resize_mode='squash')
MODES = dict(shortest='crop', squash='squash', longest='pad')


def served(arch):
    try:
        return read_architecture(arch)
    except UserError:
        return None


def warnings_in(lines):
    return [line for line in lines if 'were trained with' in line]


@pytest.mark.parametrize(
    'arch, tag',
    [each for each in open_clip.list_pretrained() if served(each[0])],
)
def test_tags_tell_their_own(arch, tag):
    entry = open_clip.pretrained.get_pretrained_cfg(arch, tag)
    theirs = merge_preprocess_dict(PreprocessCfg(), entry)
    ours = preprocessing_of(dict(arch=arch, pretrained=tag))
    for key in ('mean', 'std'):
        np.testing.assert_allclose(
            np.divide(getattr(ours, key), 255), theirs[key], atol=1e-6
        )
    assert ours.interpolation == theirs['interpolation']
    assert ours.mode == MODES[theirs['resize_mode']]


def test_some_tags_are_not_openai_s():
    ours = preprocessing_of(
        dict(arch='ViT-L-14', pretrained='laion2b_s32b_b82k')
    )
    assert ours.mean == ours.std == (127.5,) * 3


@pytest.mark.parametrize(
    'clip',
    [
        dict(arch='ViT-B-16-quickgelu', pretrained='openai'),
        dict(arch='ViT-L-14-quickgelu', pretrained='openai'),
        dict(arch='data/pretrained/tiny_clip/open_clip_config.json'),
        dict(arch=ARCH),
    ],
)
def test_papers_numbers_stay_as_they_were(clip):
    assert preprocessing_of(clip) == Preprocessing()
    assert Preprocessing().mean == CLIP_MEAN == (122.7709, 116.746, 104.0937)
    assert Preprocessing().std == CLIP_STD == (68.5005, 66.6322, 70.3232)


@pytest.fixture
def files(tmp_path):
    """A JSON file of the architecture beside its weights."""
    told = dict(model_cfg=ARCH, preprocess_cfg=SQUASHED)
    (tmp_path / 'open_clip_config.json').write_text(json.dumps(told))
    torch.save(open_clip.CLIP(**ARCH).state_dict(), tmp_path / 'clip.pt')
    return tmp_path


@pytest.mark.parametrize('beside', [False, True])
def test_files_tell_their_own(files, beside):
    arch = ARCH if beside else str(files / 'open_clip_config.json')
    clip = dict(arch=arch, pretrained=str(files / 'clip.pt'))
    expected = Preprocessing(
        mean=(127.5,) * 3,
        std=(63.75,) * 3,
        mode='squash',
        interpolation='bilinear',
    )
    assert CLIPBackbone(**clip).preprocessing == expected
    # A checkpoint brings other weights, which saw the same pictures.
    later = CLIPBackbone.without_pretrained(clip)
    assert later['pretrained'] is None
    assert CLIPBackbone(**later).preprocessing == expected


@pytest.mark.parametrize(
    'told, message',
    [
        (dict(mean=[0.5, 0.5]), 'mean: wanted are three numbers'),
        (dict(mean=[120, 110, 100]), 'mean: .* scale 0 to 1'),
        (dict(mean='half'), 'mean: wanted'),
        (dict(std=[0, 1, 1]), 'std: wanted'),
        (dict(std=[float('nan')] * 3), 'std: wanted'),
        (dict(interpolation='random'), 'interpolation must be one of'),
        (dict(resize_mode='fit'), 'resize_mode must be one of'),
    ],
)
def test_what_nobody_could_mean(told, message):
    clip = dict(arch=ARCH, preprocess_cfg=told)
    with pytest.raises(UserError, match=message) as error:
        CLIPBackbone(**clip)
    assert '\n' not in str(error.value)


def test_interpolations_are_known_to_the_transforms():
    assert set(INTERPOLATIONS) == set(FILTERS)


CLIP = dict(arch=ARCH, preprocess_cfg=SQUASHED)
MODEL_CONFIGS = dict(
    detector=dict(type='CLIPBaseline', clip=CLIP),
    st_clip=dict(type='STCLIP', clip=CLIP, temporal=dict(num_frames=3)),
    recognizer=dict(type='DASTIRecognizer', clip=CLIP, num_frames=2),
    region=dict(
        type='RegionRecognizer',
        recognizer=dict(type='DASTIRecognizer', clip=CLIP, num_frames=2),
    ),
)


@pytest.mark.parametrize('name', MODEL_CONFIGS)
def test_models_normalise_as_their_weights_want_it(name, log_lines):
    model = MODELS.build(MODEL_CONFIGS[name])
    preprocessor = model.data_preprocessor
    assert preprocessor.mean.flatten().tolist() == [127.5] * 3
    assert preprocessor.std.flatten().tolist() == [63.75] * 3
    assert warnings_in(log_lines) == []


def test_pictures_are_normalised_by_them():
    model = MODELS.build(MODEL_CONFIGS['detector'])
    sample = make_keyframe(2)
    batch = model.data_preprocessor(
        dict(
            inputs={k: [v] for k, v in sample['inputs'].items()},
            data_samples=[sample['data_samples']],
        )
    )
    expected = (sample['inputs']['keyframe'].double() - 127.5) / 63.75
    np.testing.assert_allclose(
        batch['inputs'].keyframes.each[0], expected, atol=1e-6
    )


@pytest.mark.parametrize(
    'stated, num_warnings',
    [
        (dict(mean=[127.5] * 3), 0),
        (dict(mean=list(CLIP_MEAN)), 1),
        (dict(std=list(CLIP_STD)), 1),
    ],
)
def test_configs_that_state_others_are_told_so(
    stated, num_warnings, log_lines
):
    preprocessor = dict(type='KeyframeDataPreprocessor', **stated)
    model = MODELS.build(
        dict(MODEL_CONFIGS['detector'], data_preprocessor=preprocessor)
    )
    for key, values in stated.items():
        buffer = getattr(model.data_preprocessor, key)
        np.testing.assert_allclose(buffer.flatten(), values)
    warnings = warnings_in(log_lines)
    assert len(warnings) == num_warnings
    for key in stated if warnings else ():
        assert f'data_preprocessor.{key} is' in warnings[0]


def test_rounded_values_of_other_configs_are_the_same(log_lines):
    preprocessor = dict(
        type='ActionDataPreprocessor',
        mean=[122.771, 116.746, 104.094],
        std=[68.5, 66.632, 70.323],
        format_shape='NCHW',
    )
    MODELS.build(
        dict(
            type='DASTIRecognizer',
            clip=dict(arch=ARCH),
            num_frames=2,
            data_preprocessor=preprocessor,
        )
    )
    assert warnings_in(log_lines) == []


@pytest.mark.parametrize('beside', [True, False])
def test_bare_files_of_which_nothing_is_known(beside, tmp_path, log_lines):
    file = tmp_path / 'open_clip_model.safetensors'
    file.write_bytes(b'')
    clip = dict(arch='ViT-L-14', pretrained=str(file))
    if beside:
        told = dict(model_cfg={}, preprocess_cfg=HALF)
        (tmp_path / 'open_clip_config.json').write_text(json.dumps(told))
    found = with_normalisation(dict(type='X'), clip)
    assert found['mean'] == ([127.5] * 3 if beside else list(CLIP_MEAN))
    warned = [x for x in log_lines if 'tells nothing of its pictures' in x]
    assert len(warned) == (not beside)
    assert all('ViT-L-14:laion2b_s32b_b82k' in line for line in warned)
    # All weights of this architecture saw OpenAI's pictures.
    with_normalisation(dict(type='X'), dict(clip, arch='ViT-B-32'))
    assert len(log_lines) == len(warned)


@pytest.mark.parametrize('mean', [[1, 2], 'grey', [[1], [2], [3]]])
def test_means_of_no_picture(mean):
    with pytest.raises(UserError, match=r'data_preprocessor\.mean: wanted'):
        with_normalisation(dict(type='X', mean=mean), dict(arch=ARCH))


def test_none_states_nothing():
    stated = dict(type='X', mean=None, std=None)
    found = with_normalisation(stated, dict(arch=ARCH))
    assert found == dict(type='X', mean=list(CLIP_MEAN), std=list(CLIP_STD))
