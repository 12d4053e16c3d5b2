"""A command as a person meets it: arguments in, exit code and texts out."""

from stclip.cli.command import run


def call(capsys, command, *args):
    """Exit code, standard output and standard error of a command."""
    code = 0
    try:
        run(command, list(map(str, args)), 'tool')
    except SystemExit as stop:
        code = stop.code
    shown = capsys.readouterr()
    return code, shown.out, shown.err
