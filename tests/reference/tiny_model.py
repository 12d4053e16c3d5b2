"""A CLIP of two layers, and keyframes made of noise."""

import torch
from mmaction.structures import ActionDataSample
from mmengine.structures import InstanceData

from stclip.labels.label_space import LabelSpace

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
# With room for learned words.
#: For what takes long by the layer.
ONE_LAYER = dict(ARCH, vision_cfg=dict(ARCH['vision_cfg'], layers=1))
LONG_ARCH = dict(ARCH, text_cfg=dict(ARCH['text_cfg'], context_length=77))
LABELS = LabelSpace(
    ('sit', 'stand', 'drink', 'talk on phone'), (True, True, False, False)
)


def make_keyframe(
    num_persons: int,
    num_frames: int = 9,
    seed: int = 0,
    labels: LabelSpace = LABELS,
) -> dict:
    """One packed sample of noise."""
    generator = torch.Generator().manual_seed(seed)

    def image(*shape: int) -> torch.Tensor:
        shape = (*shape, 3, SIZE, SIZE)
        return torch.randint(
            0, 256, shape, generator=generator, dtype=torch.uint8
        )

    targets = torch.randint(
        0, 2, (num_persons, len(labels)), generator=generator
    )
    sample = ActionDataSample(
        metainfo={'label_space': labels, 'img_shape': (SIZE, SIZE)}
    )
    sample.proposals = InstanceData(
        bboxes=torch.rand(num_persons, 4, generator=generator),
        scores=torch.rand(num_persons, generator=generator),
        labels=targets.float(),
    )
    inputs = {
        'context': image(num_frames),
        'keyframe': image(),
        'crops': image(num_persons),
    }
    return {'inputs': inputs, 'data_samples': sample}
