"""Video mAP of detections: the same as ``stclip eval video-map``."""

from stclip.cli.command import run
from stclip.cli.evaluate import video_map as command

if __name__ == '__main__':
    run(command)
