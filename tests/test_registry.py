"""Parts of stclip, mmaction and mmdet compose through one registry."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from forks import run_python
from mmaction import registry as mmaction_registry
from mmengine.registry import Registry

from stclip import registry

ROOT = Path(__file__).parents[1]
REGISTRIES = {
    name: value
    for name, value in vars(registry).items()
    if isinstance(value, Registry)
}

# As mmaction2's own tools do: its registry first, stclip by custom_imports.
# All other processes of tests begin with stclip.
FRESH = """
import json, sys
import mmaction.registry, mmengine.runner, stclip
from stclip.registry import HOOKS, MODELS, TRANSFORMS
bare = [len(r.module_dict) for r in (HOOKS, MODELS, TRANSFORMS)]
heavy = ('mmdet', 'mmaction.models')
light = not any(m.startswith(heavy) for m in sys.modules)
parts = [
    MODELS.build(dict(type='mmdet.SmoothL1Loss', beta=0.25)),
    MODELS.build(dict(type='BCELossWithLogits')),
    TRANSFORMS.build(dict(type='FormatShape', input_format='NCTHW')),
    HOOKS.build(dict(type='CheckpointHook')),
]
names = [f'{type(p).__module__}.{type(p).__name__}' for p in parts]
import mmaction.models, mmdet.models, torchvision, open_clip
from mmcv.utils.ext_loader import check_ops_exist
from torchvision.extension import _has_ops
from stclip.compat import torchvision_schemas
mended = torchvision_schemas._library is not None
installed = [check_ops_exist(), mended != _has_ops()]
print(json.dumps([bare, light, names, installed]))
"""


def test_fresh_interpreter_finds_every_family() -> None:
    done = subprocess.run(
        [sys.executable, '-c', FRESH],
        env={**os.environ, 'PYTHONPATH': str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    bare, light, names, installed = json.loads(done.stdout.splitlines()[-1])
    assert bare == [0, 0, 0]
    assert light
    assert names == [
        'mmdet.models.losses.smooth_l1_loss.SmoothL1Loss',
        'mmaction.models.losses.cross_entropy_loss.BCELossWithLogits',
        'mmaction.datasets.transforms.formatting.FormatShape',
        'mmengine.hooks.checkpoint_hook.CheckpointHook',
    ]
    # What is mended of them, or needs no mend.
    assert installed == [True, True]


@pytest.mark.parametrize('name', REGISTRIES)
def test_child_of_mmaction(name: str) -> None:
    ours = REGISTRIES[name]
    assert ours.parent is getattr(mmaction_registry, name)
    assert ours.scope == 'stclip'
    # Every location can be imported.
    ours.import_from_location()


def test_own_part_shadows_the_parents() -> None:
    models = registry.MODELS
    theirs = models.get('BCELossWithLogits')

    class BCELossWithLogits(torch.nn.Module):
        pass

    models.register_module()(BCELossWithLogits)
    try:
        assert models.get('BCELossWithLogits') is BCELossWithLogits
        assert models.get('mmaction.BCELossWithLogits') is theirs
    finally:
        del models.module_dict['BCELossWithLogits']


def test_class_stands_for_itself() -> None:
    models = registry.MODELS
    assert models.get(torch.nn.Linear) is torch.nn.Linear
    assert models.get(models.get('STCLIP')) is models.get('STCLIP')


def test_unknown_name_is_an_error() -> None:
    with pytest.raises(KeyError, match='NoSuchPart'):
        registry.MODELS.build({'type': 'NoSuchPart'})


PARTS = """
import torch
from mmengine.model import BaseModel
from stclip.registry import DATASETS, MODELS

@MODELS.register_module()
class OneWeight(BaseModel):
    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(1))

    def forward(self, inputs, mode='loss'):
        return {'loss': (self.weight * torch.stack(inputs)).mean()}

@DATASETS.register_module()
class Numbers(torch.utils.data.Dataset):
    def __len__(self):
        return 4

    def __getitem__(self, index):
        return {'inputs': torch.tensor([float(index)])}
"""
CONFIG = """
custom_imports = dict(imports=['stclip', 'parts'])
default_scope = 'stclip'
model = dict(type='OneWeight')
train_dataloader = dict(
    dataset=dict(type='Numbers'),
    sampler=dict(type='DefaultSampler', shuffle=False),
    batch_size=2,
)
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=1)
optim_wrapper = dict(
    type='OptimWrapper', optimizer=dict(type='SGD', lr=0.1)
)
param_scheduler = dict(type='MultiStepLR', milestones=[1])
default_hooks = dict(logger=dict(type='LoggerHook', interval=1))
visualizer = dict(
    type='ActionVisualizer', vis_backends=[dict(type='LocalVisBackend')]
)
"""


def test_mmaction_train_script_runs_our_config(tmp_path: Path) -> None:
    import mmaction

    script = Path(mmaction.__file__).parent / '.mim' / 'tools' / 'train.py'
    tmp_path.joinpath('parts.py').write_text(PARTS)
    tmp_path.joinpath('config.py').write_text(CONFIG)
    run = f'import runpy; runpy.run_path({str(script)!r}, run_name="__main__")'
    done = run_python(
        run, 'config.py', '--work-dir=work', folder=tmp_path, path=[tmp_path]
    )
    assert done.returncode == 0, done.output[-3000:]
    # Losses 0.5 and, after a step down a gradient of 0.5, 0.95 * 2.5.
    (log,) = tmp_path.glob('work/*/vis_data/scalars.json')
    losses = [json.loads(line)['loss'] for line in log.open()]
    assert losses == pytest.approx([0.5, (0.5 + 2.375) / 2], abs=1e-6)
