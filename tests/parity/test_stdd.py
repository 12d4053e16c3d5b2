"""STDD equals reference numbers, from pixels to logits.

Folders ``$STCLIP_SHARED/fixtures/stdd*`` of the form of the others there:
``meta.json`` with ``hyper`` (``res``, ``patch``, ``width``, ``layers``,
``vision_heads``, ``embed``, ``sample_frames``, ``mask_rate``, ``cell``,
``fold``, ``scales``) and ``tensors.npz`` with

- ``in/videos`` (B, T, 3, S, S) normalised, ``in/text`` (K, A, D);
- ``in/order`` (B, T), whose frame's mask each frame has, ``in/offset`` (B,);
- ``sd/visual.*`` and ``sd/logit_scale``, a CLIP's own names;
- ``out/frames`` (B, T, D) normalised, ``out/logits`` (B, K).

One such folder is made here, by loops; so the comparison itself is tested
where no other folder is.
"""

import json
import os
from pathlib import Path

import numpy as np
import pytest
import stdd_loop
import torch
from torch.nn import functional as F

from stclip.models.layers.packed_words import PackedWords
from stclip.registry import MODELS

SHARED = Path(os.environ.get('STCLIP_SHARED', 'absent'))
FOLDERS = sorted(SHARED.glob('fixtures/stdd*'))
HYPER = dict(
    res=48,
    patch=8,
    width=64,
    layers=3,
    vision_heads=2,
    embed=32,
    sample_frames=5,
    mask_rate=0.5,
    cell=(2, 3),
    fold=16,
    scales=(1, 2),
)


def build(hyper):
    """Our model at the fixture's sizes; its text tower is not used."""
    arch = dict(
        embed_dim=hyper['embed'],
        quick_gelu=True,
        vision_cfg=dict(
            image_size=hyper['res'],
            patch_size=hyper['patch'],
            width=hyper['width'],
            layers=hyper['layers'],
            head_width=hyper['width'] // hyper['vision_heads'],
        ),
        text_cfg=dict(width=64, heads=1, layers=1),
    )
    rules = {k: hyper[k] for k in ('mask_rate', 'cell', 'fold', 'scales')}
    torch.manual_seed(0)
    config = dict(
        type='STDDRecognizer',
        clip=dict(arch=arch, pretrained=None),
        num_frames=hyper['sample_frames'],
        crossing=rules,
    )
    return MODELS.build(config).eval()


def make_folder(folder):
    """Numbers of the loops, from a random CLIP whose weights say something."""
    model = build(HYPER)
    for parameter in model.clip.visual.parameters():
        if parameter.dim() == 2:
            parameter.data.mul_(3)
    batch, frames, size = 2, HYPER['sample_frames'], HYPER['res']
    videos = torch.randn(batch, frames, 3, size, size)
    text = torch.randn(4, 6, HYPER['embed'])
    order = torch.rand(batch, frames).argsort(dim=1)
    offset = torch.tensor([0, 3])
    prompts = F.normalize(text, dim=-1)
    grid, cell = size // HYPER['patch'], HYPER['cell']
    with torch.no_grad():
        encoded = [
            stdd_loop.tower(
                model.clip.visual,
                videos[b],
                order[b].tolist(),
                offset[b].item(),
                grid=grid,
                cell=cell,
                num_masked=int(HYPER['mask_rate'] * cell[0] * cell[1]),
                span=HYPER['width'] // HYPER['fold'],
                scales=HYPER['scales'],
            )
            for b in range(batch)
        ]
        scale = model.clip.model.logit_scale.exp()
        logits = [
            [scale * stdd_loop.score(video, own) for own in prompts]
            for video in encoded
        ]
    state = model.clip.model.state_dict()
    tensors = {
        'in/videos': videos,
        'in/text': text,
        'in/order': order,
        'in/offset': offset,
        'out/frames': torch.stack(encoded),
        'out/logits': torch.tensor(logits),
        **{f'sd/{k}': v for k, v in state.items() if 'visual' in k},
        'sd/logit_scale': state['logit_scale'],
    }
    (folder / 'meta.json').write_text(json.dumps(dict(hyper=HYPER)))
    np.savez(folder / 'tensors.npz', **tensors)


@pytest.fixture(
    scope='module',
    params=[
        None,
        *(pytest.param(f, marks=pytest.mark.shared) for f in FOLDERS),
    ],
    ids=['loops', *(folder.name for folder in FOLDERS)],
)
def fixture(request, tmp_path_factory):
    """Sizes, tensors, and our model with the fixture's weights."""
    folder = request.param
    if folder is None:
        folder = tmp_path_factory.mktemp('stdd')
        make_folder(folder)
    hyper = json.loads((folder / 'meta.json').read_text())['hyper']
    with np.load(folder / 'tensors.npz') as arrays:
        tensors = {key: torch.tensor(arrays[key]) for key in arrays.files}
    model = build(hyper)
    for parameter in model.parameters():
        parameter.data.zero_()
    state = {
        key.removeprefix('sd/'): value
        for key, value in tensors.items()
        if key.startswith('sd/')
    }
    missing, unexpected = model.clip.model.load_state_dict(state, strict=False)
    assert not unexpected
    assert not [key for key in missing if key.startswith('visual')]
    # The masks of the fixture in place of our fixed ones.
    split = model.cells.split(tensors['in/order'], tensors['in/offset'])
    model._draw = lambda shape, device: split
    return tensors, model


@torch.no_grad()
def test_frames(fixture):
    tensors, model = fixture
    found = model.encode_frames(tensors['in/videos'])
    torch.testing.assert_close(found, tensors['out/frames'], rtol=0, atol=1e-5)


@torch.no_grad()
def test_logits(fixture):
    tensors, model = fixture
    text = F.normalize(tensors['in/text'], dim=-1)
    class_idx = torch.arange(len(text)).repeat_interleave(text.shape[1])
    prompts = PackedWords(text.flatten(0, 1), class_idx, len(text))
    found = model.logits(tensors['in/videos'], prompts)
    torch.testing.assert_close(found, tensors['out/logits'], rtol=0, atol=1e-4)
    # A sharp test: other masks give other numbers.
    drawn, model._draw = model._draw, type(model)._draw.__get__(model)
    other = model.logits(tensors['in/videos'], prompts)
    model._draw = drawn
    assert (found - other).abs().max() > 1e-3
