"""A CLIP of two layers, and keyframes made of noise."""

import pytest
import torch
from mmaction.structures import ActionDataSample
from mmengine.structures import InstanceData

from stclip.registry import MODELS
from stclip.text.label_space import LabelSpace

SIZE = 32
ARCH = {
    'embed_dim': 64,
    'quick_gelu': True,
    'vision_cfg': {
        'image_size': SIZE,
        'patch_size': 8,
        'width': 128,
        'layers': 3,
        'head_width': 64,
    },
    'text_cfg': {
        'context_length': 16,
        'vocab_size': 49408,
        'width': 64,
        'heads': 1,
        'layers': 2,
    },
}
LABELS = LabelSpace(
    ('sit', 'stand', 'drink', 'talk on phone'), (True, True, False, False)
)


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

    def make(num_persons: int, num_frames: int = 9, seed: int = 0) -> dict:
        generator = torch.Generator().manual_seed(seed)

        def image(*shape: int) -> torch.Tensor:
            shape = (*shape, 3, SIZE, SIZE)
            return torch.randint(
                0, 256, shape, generator=generator, dtype=torch.uint8
            )

        labels = torch.randint(
            0, 2, (num_persons, len(LABELS)), generator=generator
        )
        sample = ActionDataSample(metainfo={'label_space': LABELS})
        sample.proposals = InstanceData(
            bboxes=torch.rand(num_persons, 4, generator=generator),
            scores=torch.rand(num_persons, generator=generator),
            labels=labels.float(),
        )
        inputs = {
            'context': image(num_frames),
            'keyframe': image(),
            'crops': image(num_persons),
        }
        return {'inputs': inputs, 'data_samples': sample}

    return make


@pytest.fixture
def collate():
    """mmengine's pseudo_collate, which all our dataloaders use."""
    from mmengine.dataset import pseudo_collate

    return pseudo_collate
