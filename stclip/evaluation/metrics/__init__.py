"""Metrics that a runner's evaluator builds from a config."""

from stclip.evaluation.metrics.frame_map import FrameMAP

__all__ = ['FrameMAP']
