"""Rendering of ZS-Stage: the same as ``stclip prepare zs-stage``."""

from stclip.cli.command import run
from stclip.cli.prepare import zs_stage as command

if __name__ == '__main__':
    run(command)
