"""Parts of open_clip that methods build with; no other room imports it."""

from open_clip.tokenizer import SimpleTokenizer
from open_clip.transformer import Transformer

__all__ = ['SimpleTokenizer', 'Transformer']
