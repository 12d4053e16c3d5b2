"""Attributes by asking: the same as ``stclip attributes generate``."""

from stclip.cli.attributes import generate_command
from stclip.cli.command import run

if __name__ == '__main__':
    run(generate_command)
