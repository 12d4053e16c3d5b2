"""Check of description attributes: the same as ``stclip attributes check``."""

from stclip.cli.attributes import check_command
from stclip.cli.command import run

if __name__ == '__main__':
    run(check_command)
