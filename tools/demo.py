"""Actions of a video: the same as ``stclip infer``."""

from stclip.cli.command import run
from stclip.cli.infer import command

if __name__ == '__main__':
    run(command)
