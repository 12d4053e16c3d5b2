"""Preparation of a data set: the same as ``stclip prepare``."""

from stclip.cli.command import run
from stclip.cli.prepare import group as command

if __name__ == '__main__':
    run(command)
