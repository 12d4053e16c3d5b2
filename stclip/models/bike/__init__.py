"""BIKE, arXiv:2301.00182: videos and texts that explore each other."""

from stclip.models.bike.attributes import BIKEAttributes
from stclip.models.bike.recognizer import BIKERecognizer

__all__ = ['BIKEAttributes', 'BIKERecognizer']
