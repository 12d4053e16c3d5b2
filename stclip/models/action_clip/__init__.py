"""ActionCLIP, arXiv:2109.08472: videos and sentences of many templates."""

from stclip.models.action_clip.recognizer import ActionCLIPRecognizer

__all__ = ['ActionCLIPRecognizer']
