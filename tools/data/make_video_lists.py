"""Lists of videos: the same as ``stclip prepare video-lists``."""

from stclip.cli.command import run
from stclip.cli.prepare import video_lists as command

if __name__ == '__main__':
    run(command)
