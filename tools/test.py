"""Test of a checkpoint: the same as ``stclip test``."""

from stclip.cli.command import run
from stclip.cli.test import command

if __name__ == '__main__':
    run(command)
