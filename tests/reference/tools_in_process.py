"""Our tools called in the test's own process, without a start of Python."""

import importlib
import itertools

_runs = itertools.count()


def name_run():
    """A name that no other run of this process has.

    Runners of one name and second would share their logs.
    """
    return f'run{next(_runs)}'


def call_here(command, log, title):
    """In place of ``experiments.call``."""
    tool, *words = command
    module = importlib.import_module(tool[: -len('.py')].replace('/', '.'))
    words = [*words, f'experiment_name={name_run()}']
    module.command.main(words, standalone_mode=False)
    return True
