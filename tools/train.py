"""Training of a model: the same as ``stclip train``."""

from stclip.cli.command import run
from stclip.cli.train import command

if __name__ == '__main__':
    run(command)
