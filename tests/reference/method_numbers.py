"""Folders of a method's reference numbers, and our model with its weights.

Folders ``$STCLIP_SHARED/fixtures/<method>*`` hold ``meta.json`` and
``tensors.npz`` with keys ``in/*``, ``sd/*`` (the authors' state dict),
``out/*``, ``loss/*`` and ``loss_grads/*``. Weights are read as a user reads
them, through ``convert_checkpoint``.
"""

import json
import os
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.runner import load_checkpoint

from stclip.apis.conversion import convert_checkpoint

SHARED = Path(os.environ.get('STCLIP_SHARED', 'absent'))


# Methods whose name begins with that of another one.
_LONGER_NAMES = ('actionclip_mm',)


def folders_of(method):
    """Of this method, and of no other whose name begins with its name."""
    others = tuple(name for name in _LONGER_NAMES if name != method)
    found = sorted(SHARED.glob(f'fixtures/{method}*'))
    return [each for each in found if not each.name.startswith(others)]


def parametrised(method):
    """Parametrise tests with the folders of a method; all are ``shared``.

    Without folders one test is left, which fails and is deselected where
    there is no ``STCLIP_SHARED``.
    """
    found = folders_of(method) or [SHARED / f'fixtures/{method}_absent']
    return pytest.mark.parametrize(
        'folder',
        [pytest.param(each, marks=pytest.mark.shared) for each in found],
        ids=[each.name for each in found],
        scope='module',
    )


def read_tensors(path):
    """Of an npz file; numbers in single precision, which ours have.

    Weights stay as they are, as a user's file would be read.
    """
    with np.load(path) as arrays:
        tensors = {key: torch.tensor(arrays[key]) for key in arrays.files}
    return {
        key: value.float()
        if value.is_floating_point() and not key.startswith('sd')
        else value
        for key, value in tensors.items()
    }


class Folder:
    """What is in a folder."""

    def __init__(self, path):
        self.meta = json.loads((path / 'meta.json').read_text())
        self.tensors = read_tensors(path / 'tensors.npz')

    @property
    def hyper(self):
        return self.meta['hyper']

    def __getitem__(self, key):
        return self.tensors[key]

    def __contains__(self, key):
        return key in self.tensors

    def least_change(self, limit, share=0.25):
        """How far a live part of the model moves the numbers, at least.

        Args:
            limit: For all folders but those that say how little they move.
            share: Of the least movement by a fifth of one tensor's spread.
        """
        smallest, *_ = self.meta.get('smallest_change', [limit / share])
        return min(limit, share * smallest)

    def below(self, prefix):
        """Tensors whose key begins so, by the rest of it."""
        prefix = f'{prefix.rstrip("/")}/'
        return {
            key.removeprefix(prefix): value
            for key, value in self.tensors.items()
            if key.startswith(prefix)
        }


def clip_arch(hyper):
    """open_clip's ``model_cfg`` of a tiny CLIP with these sizes."""
    return dict(
        embed_dim=hyper['embed'],
        quick_gelu=True,
        vision_cfg=dict(
            image_size=hyper['res'],
            patch_size=hyper['patch'],
            width=hyper['width'],
            layers=hyper['layers'],
            head_width=64,
        ),
        text_cfg=dict(
            vocab_size=hyper['vocab'],
            context_length=hyper['context_length'],
            width=hyper['t_width'],
            heads=hyper['t_heads'],
            layers=hyper['t_layers'],
        ),
    )


def load_converted(model, source, state, tmp_path, absent=()):
    """Convert the authors' weights and load them.

    Args:
        model: Ours.
        source: Name of the converter.
        state: Theirs.
        tmp_path: Where the files go.
        absent: Patterns of our names that theirs do not have.

    Returns:
        The model, in eval mode.
    """
    theirs, ours = tmp_path / 'theirs.pth', tmp_path / 'ours.pth'
    torch.save({'model': {**state, 'stray.weight': torch.ones(1)}}, theirs)
    num_tensors, unknown = convert_checkpoint(source, theirs, ours)
    assert unknown == ['stray.weight']
    content = torch.load(ours)['state_dict']
    assert len(content) == num_tensors
    missing = set(model.state_dict()) - set(content)
    assert all(any(re.match(p, n) for p in absent) for n in missing), missing
    assert set(content) <= set(model.state_dict())
    load_checkpoint(model, str(ours), strict=not absent)
    return model.eval()


def close(actual, expected, atol=1e-4):
    """Equal but for rounding."""
    torch.testing.assert_close(actual, expected, rtol=0, atol=atol)
