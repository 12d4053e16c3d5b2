"""Walking squares, and a tiny model that looks at them."""

from walking_squares import config, detector, true_boxes, video

__all__ = ['config', 'detector', 'true_boxes', 'video']
