"""Walking squares, of which results tell."""

from walking_squares import true_boxes, video

__all__ = ['true_boxes', 'video']
