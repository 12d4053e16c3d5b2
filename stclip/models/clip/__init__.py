"""CLIP's two towers: building, loading, freezing and stepping through."""

from stclip.models.clip.backbone import CLIPBackbone
from stclip.models.clip.build import build_clip, clip_image_size
from stclip.models.clip.tokenizers import build_tokenizer
from stclip.models.clip.towers import Needs

__all__ = [
    'CLIPBackbone',
    'Needs',
    'build_clip',
    'build_tokenizer',
    'clip_image_size',
]
