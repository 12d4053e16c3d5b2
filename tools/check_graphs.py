"""Check of knowledge graphs: the same as ``stclip graphs check``."""

from stclip.cli.command import run
from stclip.cli.graphs import check_command

if __name__ == '__main__':
    run(check_command)
