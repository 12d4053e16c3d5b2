"""Compilers follow detectors' scoring to its end, and keep its values."""

import pytest
import torch
from mmengine.dataset import pseudo_collate
from tiny_model import ARCH, LABELS, SIZE, make_keyframe
from torch.nn import functional as F

from stclip.models.detection.keyframe_scoring import KeyframeScoring
from stclip.registry import MODELS

SMALL = dict(ARCH, vision_cfg=dict(ARCH['vision_cfg'], layers=1))
STCLIP = dict(
    type='STCLIP',
    clip=dict(arch=SMALL, lora_rank=2),
    temporal=dict(num_frames=9),
    num_interest_tokens=6,
)
PLAIN = dict(type='CLIPBaseline', view='both', clip=dict(arch=SMALL))
SIGMOID = dict(
    PLAIN,
    clip=dict(arch=dict(SMALL, init_logit_scale=1.5, init_logit_bias=-2.0)),
)


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


@torch.no_grad()
def test_a_program_has_scale_and_bias_of_the_loaded_weights():
    model = MODELS.build(SIGMOID).eval()
    model.clip.model.logit_scale.fill_(0.3)
    model.clip.model.logit_bias.fill_(-0.7)
    inputs = make_keyframe(2)['inputs']
    pictures = dict(keyframe=inputs['keyframe'], crops=inputs['crops'])
    text = model.encode_labels(LABELS)
    scoring = KeyframeScoring(model, independent=True).eval()
    program = torch.export.export(scoring, (), dict(pictures, text=text))
    _, logits = program.module()(**pictures, text=text)
    torch.testing.assert_close(logits, scoring(**pictures, text=text)[1])
    batch = model.data_preprocessor(pseudo_collate([make_keyframe(2)]))
    persons = model.person_features(batch['inputs'])
    cosines = F.cosine_similarity(persons[:, None], text, dim=-1)
    expected = torch.tensor(0.3).exp() * cosines - 0.7
    torch.testing.assert_close(logits, expected, rtol=0, atol=1e-4)


@pytest.mark.parametrize(
    'config', [STCLIP, PLAIN, SIGMOID], ids=['st_clip', 'plain', 'sigmoid']
)
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
