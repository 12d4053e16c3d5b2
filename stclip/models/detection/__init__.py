"""Shared parts of detectors: persons with boxes in, action scores out."""

from stclip.models.detection.batch import (
    KeyframeBatch,
    KeyframeDataPreprocessor,
)
from stclip.models.detection.clip_baseline import CLIPBaseline
from stclip.models.detection.cosine_head import CosineHead
from stclip.models.detection.region_recognizer import RegionRecognizer
from stclip.models.detection.video_label_detector import VideoLabelDetector

__all__ = [
    'CLIPBaseline',
    'CosineHead',
    'KeyframeBatch',
    'KeyframeDataPreprocessor',
    'RegionRecognizer',
    'VideoLabelDetector',
]
