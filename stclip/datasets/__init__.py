"""Data sets of zero-shot action detection and their transforms."""

from stclip.datasets import transforms
from stclip.datasets.ava_keyframe_dataset import AVAKeyframeDataset
from stclip.datasets.coco_keyframe_dataset import CocoKeyframeDataset
from stclip.datasets.keyframe_dataset import KeyframeDataset
from stclip.datasets.keyframe_sampler import KeyframeSampler
from stclip.datasets.listed_video_dataset import ListedVideoDataset
from stclip.datasets.person_box_dataset import PersonBoxDataset
from stclip.datasets.split_video_dataset import SplitVideoDataset
from stclip.datasets.video_sampler import VideoSampler

__all__ = [
    'AVAKeyframeDataset',
    'CocoKeyframeDataset',
    'KeyframeDataset',
    'KeyframeSampler',
    'ListedVideoDataset',
    'PersonBoxDataset',
    'SplitVideoDataset',
    'VideoSampler',
    'transforms',
]
