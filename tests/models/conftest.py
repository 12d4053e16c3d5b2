"""Detectors on a CLIP of three layers, and keyframes made of noise."""

import pytest
import torch
from mmengine.dataset import pseudo_collate
from tiny_model import ARCH, make_keyframe

from stclip.registry import MODELS


@pytest.fixture
def arch() -> dict:
    """model_cfg of a tiny CLIP."""
    return ARCH


@pytest.fixture
def build():
    """Build a detector with random weights that all matter."""

    def build_detector(**config):
        torch.manual_seed(0)
        clip = {'arch': ARCH, 'lora_rank': 2, **config.pop('clip', {})}
        if config.get('type') != 'CLIPBaseline':
            config = {'type': 'STCLIP', 'temporal': {}, **config}
        model = MODELS.build({**config, 'clip': clip})
        for name, parameter in model.named_parameters():
            if name.endswith('lora_B'):
                torch.nn.init.normal_(parameter, std=0.1)
        return model.eval()

    return build_detector


@pytest.fixture
def keyframe():
    """Make one packed sample with so many persons and frames."""
    return make_keyframe


@pytest.fixture
def collate():
    """mmengine's pseudo_collate, which all our dataloaders use."""
    return pseudo_collate
