"""MMEngine's newer configs, which import the parts that they name."""

import copy

import pytest
from tiny_model import ARCH

from stclip.apis.loading import without_surroundings
from stclip.datasets.transforms import LoadKeyframe
from stclip.engine.launch import testing_config as make_testing
from stclip.engine.launch import training_config as make_training
from stclip.engine.pictures import fit_data_sets
from stclip.engine.type_check import check_types
from stclip.engine.work_dir import own_work_dir
from stclip.utils.errors import UserError

CONFIG = f"""
from mmengine.dataset import DefaultSampler
from mmengine.optim import OptimWrapper
from torch.optim import SGD

from stclip.datasets import CocoKeyframeDataset
from stclip.datasets.transforms import CropObjects, CropPersons, LoadKeyframe
from stclip.engine.run_files import MetricsFileHook
from stclip.evaluation import FrameMAP
from stclip.models.detection.clip_baseline import CLIPBaseline

default_scope = 'stclip'
model = dict(
    type=CLIPBaseline,
    clip=dict(
        arch={ARCH!r},
        preprocess_cfg=dict(interpolation='bilinear', resize_mode='squash'),
    ),
)
test_dataloader = dict(
    sampler=dict(type=DefaultSampler),
    dataset=dict(
        type=CocoKeyframeDataset,
        ann_file='a.json',
        pipeline=[
            dict(type=LoadKeyframe, size=32),
            dict(type=CropPersons, size=32),
            dict(type=CropObjects, size=32),
        ],
    ),
)
test_evaluator = dict(type=FrameMAP, out_dir='out')
default_hooks = dict(metrics=dict(type=MetricsFileHook, path='m.json'))
optim_wrapper = dict(type=OptimWrapper, optimizer=dict(type=SGD, lr=0.1))
"""


@pytest.fixture
def config(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'own.py').write_text(CONFIG)
    return 'own.py'


def test_what_is_imported_is_no_key(config, tmp_path):
    cfg = make_training(config)
    assert cfg.test_dataloader.dataset.type.__name__ == 'CocoKeyframeDataset'
    (tmp_path / config).write_text(CONFIG + 'optim_wraper = dict()\n')
    with pytest.raises(UserError, match="unknown key 'optim_wraper'"):
        make_training(config)


def test_mixed_precision_and_report(config):
    assert make_training(config, amp=True).optim_wrapper.type == (
        'AmpOptimWrapper'
    )
    (hook,) = make_testing(config, report=True).custom_hooks
    assert hook == dict(type='stclip.DetectionReportHook')


@pytest.mark.parametrize('result', ['out/detections_a.json', 'm.json'])
def test_results_are_kept(config, tmp_path, result):
    (tmp_path / 'out').mkdir()
    (tmp_path / result).write_text('old')
    cfg = make_testing(config)
    with (
        pytest.raises(UserError, match=f'{result} is there already'),
        own_work_dir(cfg, 'test'),
    ):
        pass


@pytest.mark.parametrize(
    'key, line',
    [
        ('model.clop', "model.clop: CLIPBaseline has no .*mean 'clip'"),
        (
            'test_dataloader.dataset.ann_fil',
            "dataset.ann_fil: CocoKeyframeDataset has .*mean 'ann_file'",
        ),
        (
            'test_dataloader.dataset.pipeline.0.sise',
            "pipeline.0.sise: LoadKeyframe has no .*mean 'size'",
        ),
        ('test_evaluator.out_dirr', "out_dirr: FrameMAP .*mean 'out_dir'"),
        ('default_hooks.metrics.pth', "pth: MetricsFileHook .*mean 'path'"),
    ],
)
def test_slips_are_named(config, key, line):
    check_types(make_testing(config), 'test')
    with pytest.raises(UserError, match=line):
        check_types(make_testing(config, cfg_options=[f'{key}=1']), 'test')


def test_pictures_are_those_of_the_weights(config):
    cfg = make_testing(config)
    before = copy.deepcopy(cfg.test_dataloader.dataset.pipeline)
    fit_data_sets(cfg)
    load, crop, objects = cfg.test_dataloader.dataset.pipeline
    fitted = dict(mode='squash', interpolation='bilinear')
    # The model looks at no window, so one frame is decoded.
    assert load == {**before[0], **fitted, 'num_frames': 1}
    assert crop == {**before[1], **fitted}
    assert objects == {**before[2], **fitted}


def test_steps_of_data_sets_are_left_out(config):
    steps = make_testing(config).test_dataloader.dataset.pipeline
    kinds = [step['type'] for step in without_surroundings(steps)]
    assert [kind.__name__ for kind in kinds] == ['LoadKeyframe', 'CropPersons']
    assert kinds[0] is LoadKeyframe
