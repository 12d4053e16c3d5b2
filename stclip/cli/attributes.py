"""``stclip attributes``."""

from collections import Counter
from pathlib import Path
from typing import Any

import click

from stclip.cli.class_records import (
    check_command_of,
    fail,
    label_run_options,
)
from stclip.cli.command import Command

check_command = check_command_of(
    'attributes', 'description attributes', 'attributes'
)


@click.command('generate', cls=Command)
@label_run_options
@click.option(
    '--descriptions',
    type=click.Path(path_type=Path),
    required=True,
    metavar='FILE',
    help='JSON list of {"word", "defn"}, or lines of name<TAB>description.',
)
@click.option(
    '--number',
    'num_keywords',
    type=int,
    default=8,
    metavar='N',
    help='Keywords of each class, up to 16.',
)
def generate_command(
    descriptions: Path, num_keywords: int, **run: Any
) -> None:
    r"""Ask a language model for the description attributes of a label list.

    \b
    Example:
      stclip attributes generate --labels my.txt --descriptions my.tsv
        --llm http://127.0.0.1:8000/v1 --model NAME --out my.jsonl

    More: docs/how_to/attributes.md.
    """
    from stclip.knowledge.writing.attribute_run import (
        find_shortage,
        write_label_attributes,
    )
    from stclip.knowledge.writing.label_runs import LabelRun

    records = write_label_attributes(
        LabelRun(**run), descriptions, num_keywords
    )
    counts = Counter(record.status for record in records)
    listed = ', '.join(f'{counts[s]} {s}' for s in ('ok', 'short', 'fallback'))
    click.echo(f'{run["out"]}: {len(records)} classes, {listed}')
    if shortage := find_shortage(records):
        fail(shortage)


@click.group('attributes', no_args_is_help=False)
def group() -> None:
    """Check or generate description attributes of actions (DA-STI)."""


group.add_command(check_command)
group.add_command(generate_command)
