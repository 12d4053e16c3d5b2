"""TC-CLIP: frames that share a context, and texts that a video prompts."""

from stclip.models.tc_clip.recognizer import TCCLIPRecognizer

__all__ = ['TCCLIPRecognizer']
