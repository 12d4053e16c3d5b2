"""``stclip doctor``."""

import click

from stclip.cli.command import Command


@click.command('doctor', cls=Command)
def command() -> None:
    """Look over the installation, and say what to do where it falls short.

    Versions beside the ranges that were run, operators, devices, codecs,
    weights, free disk. Each line is ok, a note, or a problem; with a problem
    the exit code is 1.
    """
    from stclip.utils.diagnosis import PROBLEM, diagnose

    problems = 0
    for finding in diagnose():
        click.echo(str(finding))
        problems += finding.level == PROBLEM
    if problems:
        click.get_current_context().exit(1)
