"""Attention maps of a video: the same as ``stclip visualize``."""

from stclip.cli.command import run
from stclip.cli.visualize import command

if __name__ == '__main__':
    run(command)
