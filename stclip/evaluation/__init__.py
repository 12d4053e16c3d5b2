"""Measures of detections: functions, files and metrics."""

from stclip.evaluation.metrics import FrameMAP, RecognitionReport, VideoMAP

__all__ = ['FrameMAP', 'RecognitionReport', 'VideoMAP']
