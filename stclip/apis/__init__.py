"""Ready-made pipelines for people who only bring a video."""

from stclip.apis.inferencer import ActionInferencer
from stclip.apis.kept_features import KeptFeatures
from stclip.apis.person_detector import PersonBoxes, PersonDetector
from stclip.results.keyframe_actions import KeyframeActions
from stclip.results.video_actions import VideoActions

__all__ = [
    'ActionInferencer',
    'KeptFeatures',
    'KeyframeActions',
    'PersonBoxes',
    'PersonDetector',
    'VideoActions',
]
