"""Two processes share a batch of videos: same loss, same gradients."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from mmaction.structures import ActionDataSample
from tiny_model import ARCH

from stclip.registry import MODELS
from stclip.text.label_space import LabelSpace

ROOT = Path(__file__).parents[2]
T, SIZE = 2, 32
LABELS = LabelSpace(('sit', 'run', 'wave'))
# Both processes have one video of class 1.
TARGETS = [1, 0, 2, 1]
NAMES = (
    'interaction.patch_projection.weight',
    'clip.model.visual.proj',
    'clip.model.logit_scale',
)
SHARE = """
import sys, torch
import torch.distributed as dist
from test_distributed_recognizer import gradients
from mmengine.model import MMDistributedDataParallel
dist.init_process_group('gloo')
rank = dist.get_rank()
rows = range(2 * rank, 2 * rank + 2)
found = gradients(rows, MMDistributedDataParallel)
if rank == 0:
    torch.save(found, sys.argv[1])
dist.barrier()
"""


def gradients(rows, wrap=lambda module, **_: module):
    """Loss and gradients of some of the videos, as a process sees them."""
    torch.manual_seed(0)
    model = MODELS.build(
        dict(
            type='DASTIRecognizer',
            clip=dict(arch=ARCH, pretrained=None, trained_layers=1),
            num_frames=T,
            temporal_layers=1,
        )
    )
    torch.nn.init.constant_(model.clip.model.logit_scale, 1.0)
    videos = torch.randn(len(TARGETS), T, 3, SIZE, SIZE)
    samples = [
        ActionDataSample(metainfo=dict(label_space=LABELS)).set_gt_label(t)
        for t in TARGETS
    ]
    rows = list(rows)
    wrapped = wrap(module=model, find_unused_parameters=True)
    losses = wrapped(videos[rows], [samples[r] for r in rows], mode='loss')
    loss = sum(losses.values())
    loss.backward()
    parameters = dict(model.named_parameters())
    found = {name: parameters[name].grad for name in NAMES}
    return dict(found, loss=loss.detach())


@pytest.fixture(scope='module')
def shared(tmp_path_factory):
    folder = tmp_path_factory.mktemp('two')
    script, out = folder / 'share.py', folder / 'out.pt'
    script.write_text(SHARE)
    here = Path(__file__).parent
    path = [ROOT, here, ROOT / 'tests' / 'reference']
    env = dict(
        os.environ,
        PYTHONPATH=os.pathsep.join(map(str, path)),
        CUDA_VISIBLE_DEVICES='',
        OMP_NUM_THREADS='1',
    )
    command = [sys.executable, '-m', 'torch.distributed.run', '--standalone']
    command += ['--nproc_per_node=2', script, out]
    subprocess.run(command, env=env, check=True, timeout=120)
    return torch.load(out, weights_only=True)


def test_loss_and_gradients_equal_those_of_one(shared):
    alone = gradients(range(len(TARGETS)))
    for name in ('loss', *NAMES):
        torch.testing.assert_close(
            shared[name], alone[name], rtol=1e-4, atol=1e-6
        )
        assert alone[name].abs().max() > 0, name
