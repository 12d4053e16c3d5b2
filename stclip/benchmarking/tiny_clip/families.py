"""CLIPs of the tiny CLIP's size whose image towers are of other families.

Each has the tiny CLIP's text tower, and an image tower of timm with patches
of 12 pixels.
"""

from dataclasses import dataclass
from typing import Any

from stclip.benchmarking.tiny_clip.recipe import MODEL

#: Where a CLIP's folder says what its image tower is, as timm reads it.
TRUNK = 'timm'
_PATCH, _WIDTH, _HEADS = 12, 128, 4
_IMAGE_SIZE = MODEL['vision_cfg']['image_size']
_GRID = [_IMAGE_SIZE // _PATCH] * 2


@dataclass(frozen=True)
class Family:
    """A family of towers.

    Args:
        architecture: timm's name of a tower of this family.
        arguments: Of timm's class beside its sizes.
        pool: How open_clip pools the patches.
        proj: How open_clip projects what was pooled; ``None`` for the tower's
            own head.
        layers: Of the image tower.
        width: Of the image tower.
        bias: What scores begin with beside the cosine; ``None`` if they are
            made by a softmax.
    """

    architecture: str
    arguments: dict[str, Any]
    pool: str
    proj: str | None = None
    layers: int = MODEL['vision_cfg']['layers']
    width: int = _WIDTH
    bias: float | None = None

    @property
    def trunk(self) -> dict[str, Any]:
        """The image tower, as timm's ``config.json`` has it."""
        sizes = dict(
            img_size=_IMAGE_SIZE,
            patch_size=_PATCH,
            embed_dim=self.width,
            depth=self.layers,
            num_heads=_HEADS * self.width // _WIDTH,
        )
        return dict(
            architecture=self.architecture,
            model_args=sizes | self.arguments,
            pretrained_cfg={},
        )

    @property
    def model_cfg(self) -> dict[str, Any]:
        """The CLIP, as open_clip has it; :data:`TRUNK` lies beside it."""
        return dict(
            embed_dim=MODEL['embed_dim'],
            quick_gelu=MODEL['quick_gelu'],
            custom_text=True,
            vision_cfg=dict(
                image_size=_IMAGE_SIZE,
                timm_model_name=f'local-dir:{TRUNK}',
                timm_model_pretrained=False,
                timm_pool=self.pool,
                timm_proj=self.proj,
            ),
            text_cfg=MODEL['text_cfg'],
            init_logit_bias=self.bias,
        )


#: Families that methods step through beside CLIP's own.
FAMILIES = dict(
    eva02=Family(
        'eva02_base_patch16_clip_224', dict(ref_feat_shape=_GRID), 'token'
    ),
    pe_core=Family(
        'vit_pe_core_tiny_patch16_384',
        dict(ref_feat_shape=_GRID, attn_pool_num_heads=_HEADS),
        'map',
    ),
    # What it pools is as wide as the joint space, and goes there as it is.
    siglip=Family(
        'vit_base_patch16_siglip_224',
        {},
        'map',
        proj='none',
        layers=3,
        width=MODEL['embed_dim'],
        bias=-10.0,
    ),
)
