"""Measures of what was detected: functions, files and metrics."""

from stclip.evaluation.metrics import FrameMAP, VideoMAP

__all__ = ['FrameMAP', 'VideoMAP']
