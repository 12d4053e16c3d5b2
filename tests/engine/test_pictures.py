"""Pipelines take the geometry of CLIP's weights where they state none."""

import copy

import pytest
from mmengine.config import Config
from tiny_model import ARCH

from stclip.engine.configs import read_config
from stclip.engine.pictures import clips_of, fit_data_sets, fit_steps

SQUASHED = dict(interpolation='bilinear', resize_mode='squash')
LONGEST = dict(resize_mode='longest', fill_color=9)
STEPS = [
    dict(type='LoadKeyframe', size=32),
    dict(type='stclip.CropPersons', size=32),
    dict(type='CropTubes', size=32, num_frames=2),
    dict(type='PackKeyframe'),
]


def model(**told):
    return dict(type='STCLIP', clip=dict(arch=ARCH, preprocess_cfg=told))


@pytest.mark.parametrize(
    'told, expected',
    [
        ({}, dict(mode='crop', interpolation='bicubic')),
        (SQUASHED, dict(mode='squash', interpolation='bilinear')),
        (
            LONGEST,
            dict(mode='pad', interpolation='bicubic', pad_colour=[9, 9, 9]),
        ),
    ],
)
def test_steps_that_state_nothing(told, expected):
    steps = copy.deepcopy(STEPS)
    fit_steps(steps, model(**told))
    for step, before in zip(steps[:3], STEPS[:3], strict=True):
        assert step == {**before, **expected}
    assert steps[3] == STEPS[3]


def test_what_a_step_states_stays():
    steps = [dict(STEPS[0], mode='crop', interpolation='bicubic')]
    before = copy.deepcopy(steps)
    fit_steps(steps, model(**SQUASHED))
    assert steps == before


def test_models_without_clip_change_nothing():
    steps = copy.deepcopy(STEPS)
    fit_steps(steps, dict(type='X', backbone=dict(arch='tiny')))
    assert steps == STEPS


def test_all_data_sets_of_a_config():
    cfg = Config(
        dict(
            model=dict(type='RegionRecognizer', recognizer=model(**SQUASHED)),
            train_dataloader=dict(
                dataset=dict(dataset=dict(pipeline=copy.deepcopy(STEPS)))
            ),
            val_dataloader=None,
            test_dataloader=dict(dataset=dict(pipeline=copy.deepcopy(STEPS))),
        )
    )
    fit_data_sets(cfg)
    for pipeline in (
        cfg.train_dataloader.dataset.dataset.pipeline,
        cfg.test_dataloader.dataset.pipeline,
    ):
        assert [s.get('mode') for s in pipeline] == ['squash'] * 3 + [None]


@pytest.mark.parametrize(
    'kind, stated, expected',
    [
        ('STCLIP', {}, None),
        ('CLIPBaseline', {}, 1),
        ('stclip.CLIPBaseline', {}, 1),
        ('CLIPBaseline', dict(num_frames=5), 5),
    ],
)
def test_no_window_is_decoded_for_who_reads_none(kind, stated, expected):
    load = dict(type='LoadKeyframe', size=32, **stated)
    dataset = dict(pipeline=[load, *copy.deepcopy(STEPS[1:])])
    cfg = Config(
        dict(
            model=dict(model(), type=kind),
            test_dataloader=dict(dataset=dataset),
        )
    )
    fit_data_sets(cfg)
    load, _, tubes, _ = cfg.test_dataloader.dataset.pipeline
    assert load.get('num_frames') == expected
    assert tubes.num_frames == 2


@pytest.mark.parametrize(
    'name, mode, of_load',
    [
        ('zs_jhmdb_split1', 'crop', {}),
        ('zs_ucf_split1', 'crop', {}),
        ('zs_ava_split1', 'crop', {}),
        ('clip/zs_jhmdb_person_crop', 'crop', dict(num_frames=1)),
        ('zs_stage_single', 'squash', {}),
    ],
)
def test_pictures_of_the_papers_stay_as_they_were(name, mode, of_load):
    cfg = read_config(f'configs/{name}.py')
    before = copy.deepcopy(cfg)
    fit_data_sets(cfg)
    for loader in ('train_dataloader', 'test_dataloader'):
        steps = cfg[loader].dataset.pipeline
        for step, old in zip(
            steps, before[loader].dataset.pipeline, strict=True
        ):
            if 'size' not in step:
                assert step == old
                continue
            fitted = dict(mode=mode, interpolation='bicubic')
            if step.type == 'LoadKeyframe':
                fitted |= of_load
            assert step == {**old, **fitted}


def test_clips_are_found_wherever_they_are():
    (clip,) = clips_of(dict(recognizer=model(**SQUASHED)))
    assert clip['preprocess_cfg'] == SQUASHED
    assert list(clips_of(None)) == []
