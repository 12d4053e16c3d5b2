"""Speed as ratios: the same as ``stclip benchmark``."""

from stclip.cli.benchmark import group
from stclip.cli.command import run

if __name__ == '__main__':
    run(group)
