"""Walking squares, and a tiny model that looks at them."""

import pytest
from mmengine.config import Config
from walking_squares import detector, true_boxes, video

__all__ = ['detector', 'true_boxes', 'video']

SIZE = 32


@pytest.fixture
def config():
    """CLIP of two layers on person crops; its weights are random."""
    arch = dict(
        embed_dim=64,
        quick_gelu=True,
        vision_cfg=dict(
            image_size=SIZE, patch_size=8, width=64, layers=2, head_width=32
        ),
        text_cfg=dict(
            context_length=16, vocab_size=49408, width=64, heads=1, layers=1
        ),
    )
    pipeline = [
        dict(type='LoadKeyframe', size=SIZE, num_frames=5),
        dict(type='CropPersons', size=SIZE),
        dict(type='PackKeyframe'),
    ]
    return Config(
        dict(
            model=dict(
                type='STCLIP',
                clip=dict(arch=arch, pretrained=None, lora_rank=2),
                temporal=dict(num_frames=5),
            ),
            test_dataloader=dict(dataset=dict(pipeline=pipeline)),
        )
    )
