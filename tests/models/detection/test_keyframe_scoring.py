"""Compilers follow detectors' scoring to its end, and keep its values."""

import pytest
import torch
from mmengine.dataset import pseudo_collate
from tiny_model import ARCH, LABELS, SIZE, make_keyframe

from stclip.registry import MODELS

SMALL = dict(ARCH, vision_cfg=dict(ARCH['vision_cfg'], layers=1))
STCLIP = dict(
    type='STCLIP',
    clip=dict(arch=SMALL, lora_rank=2),
    temporal=dict(num_frames=9),
    num_interest_tokens=6,
)
PLAIN = dict(type='CLIPBaseline', view='both', clip=dict(arch=SMALL))


@torch.no_grad()
def test_merged_lora_changes_nothing():
    """Bit by bit; and no text tower is left."""
    model = MODELS.build(STCLIP).eval()
    adapted = [p for n, p in model.named_parameters() if 'lora_' in n]
    assert len(adapted) == 4
    for parameter in adapted:
        torch.nn.init.normal_(parameter)
    batch = model.data_preprocessor(pseudo_collate([make_keyframe(2)]))
    text = model.encode_labels(LABELS)
    expected = model.person_logits(batch['inputs'], text)
    model.clip.settle()
    assert torch.equal(model.person_logits(batch['inputs'], text), expected)
    names = ' '.join(model.state_dict())
    assert 'lora' not in names and 'token_embedding' not in names


@pytest.mark.parametrize('config', [STCLIP, PLAIN], ids=['st_clip', 'plain'])
@pytest.mark.parametrize('counts', [(2, 2), (1, 3)], ids=['full', 'padded'])
@torch.no_grad()
def test_no_graph_breaks(config, counts):
    """Whatever a batch is: ``fullgraph`` raises where Python takes over."""
    model = MODELS.build(config).eval()
    frames = [make_keyframe(count, seed=count) for count in counts]
    batch = model.data_preprocessor(pseudo_collate(frames))['inputs']
    assert batch.crops.each.shape[-1] == SIZE
    text = model.encode_labels(LABELS)
    expected = model.person_logits(batch, text)
    torch.compiler.reset()
    compiled = torch.compile(
        model.person_logits, backend='eager', fullgraph=True
    )
    torch.testing.assert_close(compiled(batch, text), expected)
