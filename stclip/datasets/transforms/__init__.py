"""Steps from an annotated keyframe to what a model takes."""

from stclip.datasets.transforms.clip_resize import clip_resize
from stclip.datasets.transforms.label_space import AddLabelSpace
from stclip.datasets.transforms.loading import LoadKeyframe
from stclip.datasets.transforms.packing import PackKeyframe
from stclip.datasets.transforms.persons import (
    CropPersons,
    LimitPersons,
    crop_box,
)
from stclip.datasets.transforms.video_frame import LoadVideoFrame
from stclip.datasets.transforms.window import window_indices

__all__ = [
    'AddLabelSpace',
    'CropPersons',
    'LimitPersons',
    'LoadKeyframe',
    'LoadVideoFrame',
    'PackKeyframe',
    'clip_resize',
    'crop_box',
    'window_indices',
]
