"""Metrics that a runner's evaluator builds from a config."""

from stclip.evaluation.metrics.frame_map import FrameMAP
from stclip.evaluation.metrics.open_vocabulary_map import OpenVocabularyMAP
from stclip.evaluation.metrics.recognition_report import RecognitionReport
from stclip.evaluation.metrics.video_map import VideoMAP
from stclip.evaluation.metrics.video_matches import VideoMatches

__all__ = [
    'FrameMAP',
    'OpenVocabularyMAP',
    'RecognitionReport',
    'VideoMAP',
    'VideoMatches',
]
