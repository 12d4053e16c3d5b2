"""Walking squares, and persons who are followed, of which results tell."""

from followed_persons import followed, not_followed
from walking_squares import true_boxes, video

__all__ = ['followed', 'not_followed', 'true_boxes', 'video']
