"""iCLIP: persons ask persons, objects, the frame and memory; then prompts."""

from stclip.models.i_clip.detector import ICLIP

__all__ = ['ICLIP']
