"""Person boxes of a data set: the same as ``stclip detect-persons``."""

from stclip.cli.command import run
from stclip.cli.detect_persons import command

if __name__ == '__main__':
    run(command)
