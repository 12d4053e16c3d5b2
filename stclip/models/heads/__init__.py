"""Heads: from features to scores and losses."""

from stclip.models.heads.cosine import CosineHead

__all__ = ['CosineHead']
