"""Types and arguments of a config that nothing would take."""

import pytest
from mmengine.config import Config

from stclip.engine.type_check import argument_names, check_types
from stclip.registry import DATASETS


def config(**parts):
    return Config(
        dict(
            default_scope='stclip',
            model=dict(
                type='STCLIP',
                clip=dict(arch='ViT-B-16-quickgelu', lora_rank=8),
                head=dict(type='CosineHead', temperature=0.07),
            ),
            train_dataloader=dict(
                dataset=dict(
                    type='CocoKeyframeDataset',
                    ann_file='a.json',
                    pipeline=[
                        dict(type='LoadKeyframe', size=32),
                        dict(type='Resize', scale=(8, 8)),
                        dict(type='mmdet.RandomFlip', prob=0.5),
                    ],
                ),
            ),
            custom_hooks=[dict(type='ConfusionMatrixHook')],
        )
        | parts
    )


def test_what_fits_is_no_error():
    check_types(config(), 'train')


@pytest.mark.parametrize(
    'key, value, line',
    [
        (
            'model.type',
            'STCLIPP',
            "model: there is no model named 'STCLIPP'; did you mean 'STCLIP'",
        ),
        (
            'model.adapter_dept',
            2,
            "model.adapter_dept: STCLIP has no .*mean 'adapter_depth'",
        ),
        (
            'model.head.temperatur',
            1,
            "model.head.temperatur: CosineHead .*mean 'temperature'",
        ),
        (
            'train_dataloader.dataset.lable_split',
            'a.yaml',
            "dataset.lable_split: Coco.* did you mean 'label_split'",
        ),
        (
            'train_dataloader.dataset.pipeline.0.sise',
            32,
            "pipeline.0.sise: LoadKeyframe .*mean 'size'",
        ),
        (
            'train_dataloader.dataset.pipeline.1.type',
            'Resise',
            "pipeline.1: there is no transform named 'Resise'; did you",
        ),
        (
            'custom_hooks.0.type',
            'NoSuchHook',
            "custom_hooks.0: there is no hook named 'NoSuchHook'",
        ),
    ],
)
def test_slips_are_named_with_the_nearest_word(key, value, line):
    cfg = config()
    cfg.merge_from_dict({key: value})
    with pytest.raises(ValueError, match=line):
        check_types(cfg, 'train')


def test_a_test_looks_at_what_a_test_builds():
    cfg = config(test_evaluator=[dict(type='FrameMAP', soft_votin=True)])
    check_types(cfg, 'train')
    with pytest.raises(ValueError, match=r'test_evaluator\.0\.soft_votin'):
        check_types(cfg, 'test')


def test_other_packages_answer_for_their_own_arguments():
    model = dict(_scope_='mmdet', type='FasterRCNN', anything=1)
    check_types(config(model=model), 'train')


def test_arguments_of_parents_count():
    names = argument_names(DATASETS.get('CocoKeyframeDataset'))
    assert {'det_thr', 'ann_file', 'lazy_init'} <= names
    assert 'kwargs' not in names or 'self' not in names
