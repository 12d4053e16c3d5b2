"""Recall of a box file: the same as ``stclip eval person-boxes``."""

from stclip.cli.command import run
from stclip.cli.evaluate import person_boxes as command

if __name__ == '__main__':
    run(command)
