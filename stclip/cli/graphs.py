"""``stclip graphs``."""

from typing import Any

import click

from stclip.cli.class_records import (
    check_command_of,
    fail,
    label_run_options,
)
from stclip.cli.command import Command

check_command = check_command_of('graphs', 'knowledge graphs', 'knowledge')


@click.command('generate', cls=Command)
@label_run_options
def generate_command(**options: Any) -> None:
    r"""Ask a language model for the knowledge graphs of a label list.

    \b
    Example:
      stclip graphs generate --labels my.txt --out my.jsonl
        --llm http://127.0.0.1:8000/v1 --model NAME

    More: docs/how_to/attributes.md.
    """
    from stclip.knowledge.writing.graph_run import write_label_graphs
    from stclip.knowledge.writing.label_runs import LabelRun

    run = LabelRun(**options)
    result = write_label_graphs(run)
    if result.graphs:
        click.echo(f'{run.out}: {len(result.graphs)} classes')
    for remark in result.remarks:
        click.echo(remark)
    if result.failed:
        num_classes = len(result.graphs) + len(result.failed)
        reasons = (f'{name}: {why}' for name, why in result.failed.items())
        fail(
            '\n'.join(
                (
                    f'{len(result.failed)} of {num_classes} classes are left '
                    'out:',
                    *reasons,
                    'Try another --seed or --model.',
                )
            )
        )


@click.group('graphs', no_args_is_help=False)
def group() -> None:
    """Check or generate knowledge graphs of actions (STDD)."""


group.add_command(check_command)
group.add_command(generate_command)
