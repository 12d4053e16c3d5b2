"""Measures of action detections on NumPy arrays."""

from stclip.evaluation.functional.average_precision import average_precision
from stclip.evaluation.functional.frame_map import FrameMAPResult, frame_map
from stclip.evaluation.functional.recall import recalled_by_boxes
from stclip.evaluation.functional.soft_voting import soft_vote
from stclip.structures.box_table import Detections, GroundTruth

__all__ = [
    'Detections',
    'FrameMAPResult',
    'GroundTruth',
    'average_precision',
    'frame_map',
    'recalled_by_boxes',
    'soft_vote',
]
