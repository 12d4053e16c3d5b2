"""Drawing of results: annotated frames, videos and contact sheets."""

from stclip.visualization.annotators import (
    ActionLabel,
    PersonMark,
    annotate,
)
from stclip.visualization.contact_sheet import contact_sheet, save_image
from stclip.visualization.curves import save_curves
from stclip.visualization.typography import class_colour
from stclip.visualization.video_writer import VideoWriter

__all__ = [
    'ActionLabel',
    'PersonMark',
    'VideoWriter',
    'annotate',
    'class_colour',
    'contact_sheet',
    'save_curves',
    'save_image',
]
