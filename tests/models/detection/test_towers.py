"""Plain scoring by towers of every kind."""

import copy

import pytest
import torch
from tiny_model import ARCH, make_keyframe
from torch.nn import functional as F
from tower_families import FAMILIES, RESNET

from stclip.registry import MODELS
from stclip.utils.errors import UserError

VISION = ARCH['vision_cfg']
WHOLE = dict(
    resnet=RESNET,
    mean_of_patches=dict(ARCH, vision_cfg=dict(VISION, pool_type='avg')),
    coca=dict(
        ARCH,
        custom_text=True,
        vision_cfg=dict(
            VISION,
            attentional_pool=True,
            attn_pooler_heads=2,
            output_tokens=True,
        ),
        text_cfg=dict(ARCH['text_cfg'], embed_cls=True, output_tokens=True),
        multimodal_cfg=dict(
            context_length=16,
            vocab_size=49408,
            width=64,
            heads=1,
            layers=1,
            attn_pooler_heads=2,
        ),
    ),
)


def build(arch, **options):
    torch.manual_seed(0)
    clip = dict(arch=copy.deepcopy(arch))
    return MODELS.build(dict(clip=clip, **options)).eval()


@pytest.mark.parametrize('view', ['full_frame', 'person_crop', 'both'])
@pytest.mark.parametrize('family', [*WHOLE, 'pe_core', 'eva02', 'siglip'])
@torch.no_grad()
def test_scores_are_cosines_of_open_clip_s_features(family, view, collate):
    arch = {**FAMILIES, **WHOLE}[family]
    model = build(arch, type='CLIPBaseline', view=view)
    data = model.data_preprocessor(collate([make_keyframe(2)]))
    clip, batch = model.clip.model, data['inputs']
    crops = F.normalize(clip.encode_image(batch.crops.each), dim=-1)
    whole = F.normalize(clip.encode_image(batch.keyframes.each), dim=-1)
    seen = dict(full_frame=whole, person_crop=crops, both=crops + whole)[view]
    labels = data['data_samples'][0].label_space
    ids = model.clip.tokenizer(list(labels.names))
    text = F.normalize(clip.encode_text(ids), dim=-1)
    cosines = F.normalize(seen, dim=-1) @ text.T
    expected = cosines.expand(2, -1)
    found = model(**data, mode='tensor')
    if family == 'siglip':
        expected = clip.logit_scale.exp() * expected + clip.logit_bias
        torch.testing.assert_close(found, expected, rtol=0, atol=1e-4)
        return
    ratio = found / expected
    torch.testing.assert_close(
        ratio, ratio[:1, :1].expand_as(ratio), rtol=1e-3, atol=0
    )


@pytest.mark.parametrize('family', WHOLE)
@pytest.mark.parametrize(
    'method',
    [dict(type='STCLIP'), dict(type='STDDRecognizer', num_frames=2)],
)
def test_methods_inside_the_tower_are_refused_in_a_line(family, method):
    with pytest.raises(UserError, match='CLIPBaseline takes it') as refused:
        build(WHOLE[family], **method)
    assert '\n' not in str(refused.value)
