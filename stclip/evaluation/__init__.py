"""Measures of what was detected: functions, files and metrics."""

from stclip.evaluation.metrics import FrameMAP

__all__ = ['FrameMAP']
