"""Which weights of the tiny CLIP learn by what, and how fast."""

import pytest
import torch
from torch import nn

from stclip.benchmarking.tiny_clip.losses import Teaching
from stclip.benchmarking.tiny_clip.optimizers import (
    make_optimizers,
    set_learning_rates,
)
from stclip.benchmarking.tiny_clip.recipe import MODEL
from stclip.models.clip import build_clip

SMALL = dict(
    MODEL,
    embed_dim=16,
    vision_cfg=dict(MODEL['vision_cfg'], layers=1, width=64),
    text_cfg=dict(MODEL['text_cfg'], layers=1, width=32, heads=1),
)
MATRICES = ('attn.in_proj_weight', 'attn.out_proj.weight')
MATRICES += ('mlp.c_fc.weight', 'mlp.c_proj.weight')


@pytest.mark.parametrize(
    'iterations, step, part',
    [
        (300, 0, 0.01),
        (300, 50, 0.51),
        (300, 99, 1.0),
        (300, 100, 1.0),
        (300, 150, 0.5 + 0.5**1.5),
        (300, 200, 0.5),
        (300, 250, 0.5 - 0.5**1.5),
        (300, 300, 0.0),
        # Of a short one, half is warm-up.
        (40, 0, 0.05),
        (40, 19, 1.0),
        (40, 30, 0.5),
    ],
)
def test_rates_rise_and_fall(iterations, step, part):
    """Whatever they were before; each optimizer by its own highest rate."""
    optimizers = [
        torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=lr)
        for lr in (0.5, 2.0)
    ]
    for now in (step + 7, step):
        set_learning_rates(optimizers, now, iterations)
    rates = [o.param_groups[0]['lr'] for o in optimizers]
    assert rates == pytest.approx([0.5 * part, 2.0 * part], abs=1e-12)


def test_who_learns_by_what():
    """Muon: matrices of blocks. Vectors and embeddings do not decay."""
    model = nn.ModuleDict(
        dict(clip=build_clip(SMALL, pretrained=None), more=Teaching(16, 64))
    )
    muon, adam = make_optimizers(model, lr=1e-3, muon_lr=2e-2)
    names = {id(p): name for name, p in model.named_parameters()}
    blocks, decayed, others = (
        {names[id(p)] for p in group['params']}
        for group in (*muon.param_groups, *adam.param_groups)
    )
    assert blocks == {
        f'clip.{tower}transformer.resblocks.0.{matrix}'
        for tower in ('', 'visual.')
        for matrix in MATRICES
    }
    assert decayed == {
        'clip.text_projection',
        'clip.visual.proj',
        'clip.visual.conv1.weight',
        *(f'more.lessons.{number}.weight' for number in range(4)),
        'more.sights.weight',
    }
    assert others == {*names.values()} - blocks - decayed
    assert 'clip.token_embedding.weight' in others
    assert (muon.defaults['lr'], adam.defaults['lr']) == (2e-2, 1e-3)
    decays = [
        group['weight_decay']
        for group in (*muon.param_groups, *adam.param_groups)
    ]
    assert decays == [0.1, 0.1, 0.0]
    assert adam.defaults['betas'] == (0.9, 0.98)
