"""Frame mAP of detections: the same as ``stclip eval frame-map``."""

from stclip.cli.command import run
from stclip.cli.evaluate import frame_map as command

if __name__ == '__main__':
    run(command)
