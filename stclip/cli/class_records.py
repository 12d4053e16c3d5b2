"""Options and files that ``stclip attributes`` and ``graphs`` share."""

from collections.abc import Sequence
from pathlib import Path

import click

from stclip.cli.command import Command
from stclip.cli.options import OVERWRITE, add_options

FAILURE = 1

#: What is asked about, whom, and where it goes.
label_run_options = add_options(
    click.option(
        '--labels',
        type=click.Path(path_type=Path),
        required=True,
        metavar='FILE',
        help='Action names, one a line.',
    ),
    click.option(
        '--llm',
        required=True,
        metavar='URL',
        help='Base address of any server with an OpenAI-compatible chat '
        'interface, such as http://127.0.0.1:8000/v1; a key is read from the '
        'environment variable OPENAI_API_KEY.',
    ),
    click.option(
        '--model',
        required=True,
        metavar='NAME',
        help='Name of the model, as the server knows it.',
    ),
    click.option(
        '--out',
        type=click.Path(path_type=Path),
        required=True,
        metavar='FILE',
        help='Where the records go; answers are kept in OUT.answers.jsonl, '
        'so that a run that stopped goes on without asking again.',
    ),
    OVERWRITE,
    click.option(
        '--seed',
        type=int,
        default=0,
        help='Of the sampling; another one asks anew.',
    ),
    click.option(
        '--timeout',
        type=float,
        default=120.0,
        metavar='SEC',
        help='How long an answer may take.',
    ),
)


def check_command_of(kind: str, subject: str, folder: str) -> click.Command:
    """The command that checks the records of label lists.

    Args:
        kind: Key of ``stclip.knowledge.record_check.KINDS``.
        subject: The records in words.
        folder: Theirs in data/.
    """

    def command(names: tuple[str, ...]) -> None:
        _check(kind, names)

    command.__doc__ = f"""Check {subject}: form, leaks, repetitions, senses.

    NAME stands for data/{folder}/NAME.jsonl, data/labels/NAME.txt and
    NAME's entries in data/attributes/senses.yaml; default: all there are.

    \b
    Examples:
      stclip {kind} check
      stclip {kind} check ucf101
    """
    command = click.argument('names', nargs=-1, metavar='[NAME]...')(command)
    return click.command('check', cls=Command)(command)


def _check(name_of_kind: str, names: Sequence[str]) -> None:
    """Print all faults of records; exit with 1 if there are any."""
    from stclip.knowledge.record_check import KINDS, check_records
    from stclip.models.clip.tokenizers import num_text_tokens

    kind = KINDS[name_of_kind]
    num_faults = 0
    for name in names or kind.names():
        num_records, faults = check_records(kind, name, num_text_tokens)
        for fault in faults:
            click.echo(f'{name}: {fault}')
        click.echo(f'{name}: {num_records} classes looked at')
        num_faults += len(faults)
    if num_faults:
        fail(f'{num_faults} faults')


def fail(message: str) -> None:
    """Print what is wrong with a result that is there all the same."""
    click.echo(message, err=True)
    click.get_current_context().exit(FAILURE)
