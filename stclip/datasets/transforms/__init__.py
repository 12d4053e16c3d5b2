"""Steps from an annotated keyframe to what a model takes."""

from stclip.datasets.transforms.clip_resize import (
    boxes_in_square,
    clip_resize,
)
from stclip.datasets.transforms.frame_features import (
    OpenFrameFeatures,
    TakeEveryFrame,
    TakeFrameFeatures,
)
from stclip.datasets.transforms.keyframe_features import (
    LoadKeyframeFeatures,
    TakeCropFeatures,
)
from stclip.datasets.transforms.label_space import (
    AddLabelSpace,
    DescribeLabels,
)
from stclip.datasets.transforms.loading import LoadKeyframe
from stclip.datasets.transforms.packing import PackKeyframe
from stclip.datasets.transforms.persons import (
    CropPersons,
    CropTubes,
    LimitPersons,
    crop_box,
)
from stclip.datasets.transforms.random_grey import RandomGrey
from stclip.datasets.transforms.segment_start_sample import (
    SegmentStartSample,
)
from stclip.datasets.transforms.surroundings import (
    AddMemory,
    CropObjects,
    TakeObjectFeatures,
)
from stclip.datasets.transforms.text_bag import AddTextBag
from stclip.datasets.transforms.tracklets import CropTracklets
from stclip.datasets.transforms.video_frame import LoadVideoFrame
from stclip.datasets.transforms.video_frames import VideoDecode, VideoInit
from stclip.datasets.transforms.whole_video import LoadWholeVideo
from stclip.datasets.transforms.window import window_indices

__all__ = [
    'AddLabelSpace',
    'AddMemory',
    'AddTextBag',
    'CropObjects',
    'CropPersons',
    'CropTracklets',
    'CropTubes',
    'DescribeLabels',
    'LimitPersons',
    'LoadKeyframe',
    'LoadKeyframeFeatures',
    'LoadVideoFrame',
    'LoadWholeVideo',
    'OpenFrameFeatures',
    'PackKeyframe',
    'RandomGrey',
    'SegmentStartSample',
    'TakeCropFeatures',
    'TakeEveryFrame',
    'TakeFrameFeatures',
    'TakeObjectFeatures',
    'VideoDecode',
    'VideoInit',
    'boxes_in_square',
    'clip_resize',
    'crop_box',
    'window_indices',
]
