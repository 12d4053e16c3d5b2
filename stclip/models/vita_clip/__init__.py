"""Vita-CLIP, arXiv:2304.03307: prompts for video and text."""

from stclip.models.vita_clip.recognizer import VitaCLIPRecognizer

__all__ = ['VitaCLIPRecognizer']
