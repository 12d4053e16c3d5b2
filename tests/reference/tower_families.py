"""A tiny CLIP of each family of towers, as a ``model_cfg`` builds it.

timm's towers come from a folder that tells what differs from one of its
names, as it writes them itself.
"""

import json
import tempfile
from functools import cache
from pathlib import Path

from timm.models import register_model
from timm.models.vision_transformer_hybrid import (
    ConvStem,
    _create_vision_transformer_hybrid,
)
from tiny_model import ARCH, SIZE
from torch import nn

_PATCH, _WIDTH, _DEPTH = 8, 64, 3
#: A tower without patches, used as a whole.
RESNET = dict(
    ARCH,
    vision_cfg=dict(
        ARCH['vision_cfg'], layers=[1, 1, 1, 1], width=16, head_width=32
    ),
)


@cache
def _folder():
    return tempfile.TemporaryDirectory()


def timm_name(architecture, **arguments):
    """A name by which timm builds an architecture of other sizes."""
    sizes = dict(
        img_size=SIZE,
        patch_size=_PATCH,
        embed_dim=_WIDTH,
        depth=_DEPTH,
        num_heads=2,
    )
    folder = Path(_folder().name) / architecture
    folder.mkdir(exist_ok=True)
    told = dict(
        architecture=architecture,
        model_args=sizes | arguments,
        pretrained_cfg={},
    )
    (folder / 'config.json').write_text(json.dumps(told))
    return f'local-dir:{folder}'


@register_model
def vit_tiny_mci(pretrained=False, **sizes):
    """timm's ``vit_base_mci_224``, whose stem is of that one width.

    Patches are what three convolutions leave, batch norms between them.
    """
    del sizes['patch_size']
    width = sizes['embed_dim']
    stem = ConvStem(
        channels=(width // 4, width // 4, width),
        stride=(2, 2, 2),
        kernel_size=(2, 2, 2),
        padding=0,
        act_layer=nn.GELU,
    )
    return _create_vision_transformer_hybrid(
        'vit_tiny_mci',
        backbone=stem,
        embed_args=dict(proj=False),
        pretrained=pretrained,
        no_embed_class=True,
        **sizes,
    )


def timm_arch(name, pool, text=(), **options):
    """``model_cfg`` with an image tower of timm."""
    vision = dict(
        image_size=SIZE,
        timm_model_name=name,
        timm_model_pretrained=False,
        timm_pool=pool,
        timm_proj=options.pop('proj', None),
    )
    return dict(
        embed_dim=_WIDTH,
        vision_cfg=vision,
        text_cfg=dict(ARCH['text_cfg'], **dict(text)),
        custom_text=True,
        **options,
    )


_GRID = [SIZE // _PATCH] * 2
#: Family -> ``model_cfg``.
FAMILIES = dict(
    clip=ARCH,
    pe_core=timm_arch(
        timm_name(
            'vit_pe_core_tiny_patch16_384',
            ref_feat_shape=_GRID,
            attn_pool_num_heads=2,
        ),
        'map',
    ),
    eva01=timm_arch(timm_name('eva_giant_patch14_224'), 'token'),
    eva02=timm_arch(
        timm_name('eva02_base_patch16_clip_224', ref_feat_shape=[5, 5]),
        'token',
    ),
    eva02_e=timm_arch(timm_name('eva02_enormous_patch14_clip_224'), 'token'),
    mobile_clip=timm_arch(
        timm_name('vit_large_patch14_clip_224'),
        'token',
        dict(no_causal_mask=True),
    ),
    mobile_clip_b=timm_arch(timm_name('vit_tiny_mci'), 'token'),
    siglip=timm_arch(
        timm_name('vit_base_patch16_siglip_224'),
        'map',
        dict(no_causal_mask=True, proj_bias=True, pool_type='last'),
        proj='none',
        init_logit_bias=-10,
    ),
)
