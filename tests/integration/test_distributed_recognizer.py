"""Two processes share a batch of videos: same loss, same gradients."""

from pathlib import Path

import pytest
import torch
from forks import run_ranks
from mmaction.structures import ActionDataSample
from tiny_model import ARCH

from stclip.labels.label_space import LabelSpace
from stclip.registry import MODELS

T, SIZE = 2, 32
LABELS = LabelSpace(('sit', 'run', 'wave'))
# Both processes have one video of class 1.
TARGETS = [1, 0, 2, 1]
CLIP_NAMES = ('clip.model.visual.proj', 'clip.model.logit_scale')
# What is compared: the losses of DA-STI, ActionCLIP and BIKE are of all
# videos, and each process has the whole; STDD's is a mean, of which each has
# its part.
METHODS = {
    'dasti': (
        dict(type='DASTIRecognizer', temporal_layers=1),
        ('loss', 'interaction.patch_projection.weight', *CLIP_NAMES),
    ),
    'stdd': (
        dict(
            type='STDDRecognizer',
            crossing=dict(scales=(1, 2)),
            prompts='a',
            regulariser=2.0,
        ),
        ('projector.2.weight', 'clip.model.visual.conv1.weight', *CLIP_NAMES),
    ),
    'actionclip': (
        dict(type='ActionCLIPRecognizer'),
        ('loss', 'temporal.positions.weight', *CLIP_NAMES),
    ),
    'bike': (
        dict(type='BIKERecognizer'),
        ('loss', 'temporal.positions.weight', *CLIP_NAMES),
    ),
}
SHARE = """
import sys, torch
import torch.distributed as dist
from stclip.engine.any_device import leave_group
from test_distributed_recognizer import METHODS, gradients
from mmengine.model import MMDistributedDataParallel
dist.init_process_group('gloo')
rank = dist.get_rank()
rows = range(2 * rank, 2 * rank + 2)
found = {
    name: gradients(name, rows, MMDistributedDataParallel) for name in METHODS
}
if rank == 0:
    torch.save(found, sys.argv[1])
dist.barrier()
del found
leave_group()
"""


def gradients(method, rows, wrap=lambda module, **_: module):
    """Loss and gradients of some of the videos, as a process sees them."""
    torch.manual_seed(0)
    config, names = METHODS[method]
    layers = 1 if method == 'dasti' else 'all'
    clip = dict(arch=ARCH, pretrained=None, trained_layers=layers)
    # In evaluation STDD draws no masks, which would differ.
    model = MODELS.build(dict(config, clip=clip, num_frames=T)).eval()
    torch.nn.init.constant_(model.clip.model.logit_scale, 1.0)
    # Each process would draw others.
    model.draw_templates = torch.zeros_like
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
    found = {name: p.grad for name, p in model.named_parameters()}
    found['loss'] = loss.detach()
    return {name: found[name] for name in names}


@pytest.fixture(scope='module')
def shared(tmp_path_factory):
    out = tmp_path_factory.mktemp('two') / 'out.pt'
    run_ranks(2, SHARE, out, path=[Path(__file__).parent])
    return torch.load(out, weights_only=True)


@pytest.mark.parametrize('method', METHODS)
def test_loss_and_gradients_equal_those_of_one(shared, method):
    alone = gradients(method, range(len(TARGETS)))
    for name in METHODS[method][1]:
        torch.testing.assert_close(
            shared[method][name], alone[name], rtol=1e-4, atol=1e-6
        )
        assert alone[name].abs().max() > 0, name
