"""Conversion of a checkpoint: the same as ``stclip convert``."""

from stclip.cli.command import run
from stclip.cli.convert import command

if __name__ == '__main__':
    run(command)
