"""Text4Vis, arXiv:2207.01297: a classifier whose weights are sentences."""

from stclip.models.text4vis.recognizer import Text4VisRecognizer

__all__ = ['Text4VisRecognizer']
