"""Commands with lists of values, one-line errors and ``--debug``."""

import os
import re
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from io import TextIOWrapper
from typing import Any

import click

from stclip.utils.cores import settle_threads
from stclip.utils.errors import UserError

# A home folder, which shells leave alone behind a `=`.
_HOME = re.compile(r'(--[\w-]+=|)~(?=/)')
_NUMBER = re.compile(r'-\.?\d')
#: Exit code of everything that the user can mend, and of Ctrl-C.
USER_ERROR, INTERRUPTED = 2, 130
_DEBUG = '--debug'


class Values(click.Option):
    """An option that takes one value or more: ``--seeds 0 1 2``.

    It ends at the next option, as argparse's ``nargs='+'`` does.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, multiple=True, **kwargs)


class Command(click.Command):
    """A command with ``--debug`` and options of several values."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault('context_settings', {}).update(
            show_default=True, help_option_names=['-h', '--help']
        )
        super().__init__(*args, **kwargs)
        if self.help:
            # Click's mark of a paragraph that keeps its lines; docstrings
            # are raw.
            self.help = self.help.replace(r'\b', '\b')
        self.params.append(
            click.Option(
                [_DEBUG],
                is_flag=True,
                expose_value=False,
                help='Show where an error came from.',
            )
        )

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Spread ``--seeds 0 1`` into ``--seeds 0 --seeds 1`` and go on.

        A ``~/`` that begins a value is the home folder; shells see to it in
        ``--out ~/a``, but not in ``--out=~/a``.
        """
        args = [_expand_home(arg) for arg in args]
        return super().parse_args(ctx, list(self._spread(args)))

    def _spread(self, args: Sequence[str]) -> Iterator[str]:
        options = {
            name
            for param in self.params
            if isinstance(param, Values)
            for name in param.opts
        }
        option, given = None, 0
        for arg in args:
            if arg.startswith('-') and not _NUMBER.match(arg):
                option, given = (arg if arg in options else None), 0
            else:
                if option and given:
                    yield option
                given += 1
            yield arg


class LazyGroup(click.Group):
    """Subcommands whose modules are imported when they are asked for.

    Args:
        lazy: Name -> ``module:attribute``, and a line of help.
    """

    def __init__(
        self, *args: Any, lazy: dict[str, tuple[str, str]], **kwargs: Any
    ) -> None:
        kwargs.setdefault('no_args_is_help', False)
        super().__init__(*args, **kwargs)
        self.lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order they are given."""
        return list(self.lazy)

    def get_command(
        self, ctx: click.Context, cmd_name: str
    ) -> click.Command | None:
        """Import a subcommand."""
        if cmd_name not in self.lazy:
            return None
        module, _, attribute = self.lazy[cmd_name][0].partition(':')
        return getattr(import_module(module), attribute)

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """List the subcommands without importing them."""
        with formatter.section('Commands'):
            formatter.write_dl(
                [(name, text) for name, (_, text) in self.lazy.items()]
            )


def run(
    command: click.Command,
    args: Sequence[str] | None = None,
    prog_name: str | None = None,
) -> None:
    """Run a command as a program: the one place that prints errors.

    What a user can mend ends in one line and exit code 2; ``--debug`` shows
    the traceback.

    Args:
        command: A :class:`Command` or :class:`LazyGroup`.
        args: The command line without the program; ``None`` for the real one.
        prog_name: Program's name in messages.
    """
    args = list(sys.argv[1:] if args is None else args)
    # Commands import torch, which looks at the environment once.
    settle_threads()
    _show_any_name()
    try:
        code = command.main(args, prog_name, standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help(), err=True)
        sys.exit(USER_ERROR)
    except (click.ClickException, UserError, OSError) as error:
        if _DEBUG in args:
            raise
        click.echo(f'error: {_one_line(error)}', err=True)
        sys.exit(USER_ERROR)
    except (click.Abort, KeyboardInterrupt):
        click.echo('interrupted', err=True)
        sys.exit(INTERRUPTED)
    # What a command gave to Context.exit(); commands return nothing.
    if code:
        sys.exit(code)


def _show_any_name() -> None:
    """Print names whose bytes are no text as ls does, and not fail by them."""
    stream = sys.stdout
    if isinstance(stream, TextIOWrapper) and stream.errors == 'strict':
        stream.reconfigure(errors='surrogateescape')


def _expand_home(arg: str) -> str:
    start = _HOME.match(arg)
    if not start:
        return arg
    return start[1] + os.path.expanduser(arg[start.end(1) :])


def _one_line(error: Exception) -> str:
    message = str(error)
    if isinstance(error, click.ClickException):
        message = error.format_message()
    return ' '.join(message.split())
