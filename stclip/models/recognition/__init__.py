"""Shared parts of recognisers: a video in, scores of action names out."""

from stclip.models.recognition.base import VideoTextRecognizer
from stclip.models.recognition.blending import LabelSpaceBlending
from stclip.models.recognition.frames_preprocessor import FramesPreprocessor
from stclip.models.recognition.packed_text import PackedText

__all__ = [
    'FramesPreprocessor',
    'LabelSpaceBlending',
    'PackedText',
    'VideoTextRecognizer',
]
