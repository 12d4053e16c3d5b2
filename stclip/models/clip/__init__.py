"""CLIP's two towers: building, loading, freezing and stepping through."""

from stclip.models.clip.backbone import CLIPBackbone
from stclip.models.clip.build import (
    build_clip,
    build_tokenizer,
    clip_image_size,
)

__all__ = [
    'CLIPBackbone',
    'build_clip',
    'build_tokenizer',
    'clip_image_size',
]
