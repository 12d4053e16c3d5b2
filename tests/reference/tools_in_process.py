"""Our commands called in the test's own process, without a start of Python."""

import itertools

from stclip.cli.main import group

_runs = itertools.count()


def name_run():
    """A name that no other run of this process has.

    Runners of one name and second would share their logs.
    """
    return f'run{next(_runs)}'


def call_here(command, log, title, progress=None):
    """In place of ``process.call``."""
    words = command[command.index('stclip.cli.main') + 1 :]
    words = [*words, '--cfg-options', f'experiment_name={name_run()}']
    group.main(words, standalone_mode=False)
