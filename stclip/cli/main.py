"""``stclip``: the package's command, and the start of each of tools/*.py."""

import click

import stclip
from stclip.cli.command import LazyGroup, run

#: Name -> where the command is, and its line in ``stclip --help``.
COMMANDS = {
    'train': ('stclip.cli.train:command', 'Train a model.'),
    'test': ('stclip.cli.test:command', 'Test a checkpoint.'),
    'benchmark': (
        'stclip.cli.benchmark:group',
        'Make tables of accuracy, measure speed.',
    ),
}

group = LazyGroup(
    'stclip',
    lazy=COMMANDS,
    help='Zero-shot spatio-temporal action detection.',
    context_settings=dict(help_option_names=['-h', '--help']),
)
click.version_option(stclip.__version__, prog_name='stclip')(group)


def main() -> None:
    """Run ``stclip`` by the command line."""
    run(group, prog_name='stclip')


if __name__ == '__main__':
    main()
