"""Two processes train a detector: no parameter waits for a gradient."""

from pathlib import Path

import pytest
import torch
from forks import run_ranks
from mmengine.dataset import pseudo_collate
from tiny_model import ARCH, make_keyframe

from stclip.registry import MODELS

CLIP = dict(arch=ARCH, lora_rank=2, trained_layers=1)
DETECTORS = dict(
    STCLIP=dict(clip=CLIP, temporal={}, num_interest_tokens=2),
    CLIPBaseline=dict(clip=CLIP),
    ICLIP=dict(clip=CLIP),
    RegionRecognizer=dict(
        recognizer=dict(
            type='BIKERecognizer',
            clip=dict(arch=ARCH, trained_layers='all'),
            num_frames=2,
        )
    ),
)
# As mmengine wraps models where a config says nothing: each parameter that
# asks for a gradient has to get one, or the second step raises.
STEPS = """
import sys, torch
import torch.distributed as dist
from stclip.engine.any_device import leave_group
from test_distributed_detector import DETECTORS, build, descend, loss_of
from mmengine.model import MMDistributedDataParallel
dist.init_process_group('gloo')
rank = dist.get_rank()
lost = {}
for kind in DETECTORS:
    wrapped = MMDistributedDataParallel(
        module=build(kind), find_unused_parameters=False
    )
    lost[kind] = []
    for _ in range(2):
        loss = loss_of(wrapped, wrapped.module, rank)
        loss.backward()
        descend(wrapped.module)
        lost[kind].append(loss.item())
    del loss, wrapped
if rank == 0:
    torch.save(lost, sys.argv[1])
dist.barrier()
leave_group()
"""


def build(kind):
    torch.manual_seed(0)
    return MODELS.build(dict(type=kind, **DETECTORS[kind])).train()


def loss_of(called, model, rank):
    """Of the keyframe that a process has."""
    torch.manual_seed(0)
    samples = [make_keyframe(2, seed=rank)]
    data = model.data_preprocessor(pseudo_collate(samples), True)
    return sum(called(**data, mode='loss').values())


@torch.no_grad()
def descend(model):
    for parameter in model.parameters():
        if parameter.requires_grad:
            parameter -= 0.1 * parameter.grad
            parameter.grad = None


@pytest.fixture(scope='module')
def shared(tmp_path_factory):
    out = tmp_path_factory.mktemp('two') / 'out.pt'
    run_ranks(2, STEPS, out, path=[Path(__file__).parent])
    return torch.load(out, weights_only=True)


@pytest.mark.parametrize('kind', DETECTORS)
def test_two_steps_with_trained_layers(shared, kind):
    """The second loss follows a step along the mean of both gradients."""
    model = build(kind)
    own, other = (loss_of(model, model, rank) for rank in range(2))
    ((own + other) / 2).backward()
    descend(model)
    expected = [own.item(), loss_of(model, model, 0).item()]
    assert abs(expected[0] - expected[1]) > 1e-4
    assert shared[kind] == pytest.approx(expected, abs=1e-5)
