"""Readers and writers of every picture, video and clock."""

from stclip.video.frame_source import FrameSource
from stclip.video.listing import find_videos, list_videos
from stclip.video.opening import VideoPool, open_video
from stclip.video.pictures import save_image
from stclip.video.writer import VideoWriter

__all__ = [
    'FrameSource',
    'VideoPool',
    'VideoWriter',
    'find_videos',
    'list_videos',
    'open_video',
    'save_image',
]
