"""Measures of detections: functions, files and metrics."""

from stclip.evaluation.metrics import (
    FrameMAP,
    OpenVocabularyMAP,
    RecognitionReport,
    VideoMAP,
)

__all__ = ['FrameMAP', 'OpenVocabularyMAP', 'RecognitionReport', 'VideoMAP']
