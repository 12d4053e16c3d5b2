"""Videos and data sets in small, and tiny models that look at them."""

from jhmdb_world import here, world
from walking_squares import config, detector, true_boxes, video

__all__ = ['config', 'detector', 'here', 'true_boxes', 'video', 'world']
