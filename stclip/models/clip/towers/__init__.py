"""What methods need of a CLIP's two towers, and who gives it."""

import open_clip
from open_clip.timm_model import TimmModel
from timm.models.eva import Eva
from timm.models.vision_transformer import VisionTransformer

from stclip.models.clip.towers.eva import EvaTower
from stclip.models.clip.towers.image import (
    ImageEncoder,
    ImageTower,
    WholeEncoder,
)
from stclip.models.clip.towers.needs import Needs, require_towers
from stclip.models.clip.towers.text import TextTower
from stclip.models.clip.towers.timm_tower import TimmTower, why_no_timm_tower
from stclip.models.clip.towers.timm_vit import TimmViT
from stclip.models.clip.towers.vit import OpenCLIPViT, why_not_open_clip_vit

__all__ = [
    'ImageEncoder',
    'ImageTower',
    'Needs',
    'TextTower',
    'image_encoder',
    'require_towers',
]
_TIMM: dict[type, type[TimmTower]] = {
    Eva: EvaTower,
    VisionTransformer: TimmViT,
}


def image_encoder(model: open_clip.CLIP, joint_width: int) -> ImageEncoder:
    """A model's image tower, step by step if there is an adapter for it.

    Args:
        model: Of open_clip.
        joint_width: Dt, ``embed_dim`` of its config.
    """
    visual = model.visual
    if not isinstance(visual, TimmModel):
        reason = why_not_open_clip_vit(visual)
        if not reason:
            return OpenCLIPViT(visual)
    else:
        kind = _TIMM.get(type(visual.trunk))
        reason = f'it is a {type(visual.trunk).__name__} of timm'
        if kind is not None:
            reason = why_no_timm_tower(visual) or kind.why_not(visual.trunk)
            if not reason:
                return kind(visual, joint_width)
    return WholeEncoder(model, joint_width, reason)
