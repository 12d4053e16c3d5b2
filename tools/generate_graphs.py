"""Graphs by asking: the same as ``stclip graphs generate``."""

from stclip.cli.command import run
from stclip.cli.graphs import generate_command

if __name__ == '__main__':
    run(generate_command)
