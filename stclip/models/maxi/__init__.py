"""MAXI, arXiv:2303.08914: CLIP tuned on unlabelled videos by text bags."""

from stclip.models.maxi.recognizer import MAXIRecognizer

__all__ = ['MAXIRecognizer']
