"""ST-CLIP, arXiv:2408.15996: a detector prompted by its context."""

from stclip.models.st_clip.detector import STCLIP

__all__ = ['STCLIP']
