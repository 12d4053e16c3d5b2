"""STDD, arXiv:2412.09895: space-time cross attention and graph prompts."""

from stclip.models.stdd.recognizer import STDDRecognizer

__all__ = ['STDDRecognizer']
