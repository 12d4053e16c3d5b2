"""``stclip``: the package's command, and the start of each of tools/*.py."""

import click

import stclip
from stclip.cli.command import LazyGroup, run

#: Name -> where the command is, and its line in ``stclip --help``.
COMMANDS = {
    'train': ('stclip.cli.train:command', 'Train a model.'),
    'test': ('stclip.cli.test:command', 'Test a checkpoint.'),
    'infer': ('stclip.cli.infer:command', 'Find the actions in a video.'),
    'annotate-corpus': (
        'stclip.cli.annotate_corpus:command',
        'Find the actions in many videos, on one machine or a cluster.',
    ),
    'score-corpus': (
        'stclip.cli.score_corpus:command',
        'Score other labels over a corpus, without its videos.',
    ),
    'serve': (
        'stclip.cli.serve:command',
        'Serve a page on which videos are looked at.',
    ),
    'export': (
        'stclip.cli.export:command',
        'Write results in forms that other tools take.',
    ),
    'export-model': (
        'stclip.cli.export_model:command',
        'Write a model to run it elsewhere.',
    ),
    'detect-persons': (
        'stclip.cli.detect_persons:command',
        'Detect the persons of a data set.',
    ),
    'link-persons': (
        'stclip.cli.link_persons:command',
        'Tell who is who in the person boxes of a data set.',
    ),
    'prepare': ('stclip.cli.prepare:group', 'Prepare or render a data set.'),
    'eval': ('stclip.cli.evaluate:group', 'Evaluate files of a run.'),
    'check-data': (
        'stclip.cli.check_data:command',
        'Say why the mAP of predictions is low.',
    ),
    'benchmark': (
        'stclip.cli.benchmark:group',
        'Make tables of accuracy, measure speed.',
    ),
    'attributes': ('stclip.cli.attributes:group', 'Description attributes.'),
    'graphs': ('stclip.cli.graphs:group', 'Knowledge graphs of actions.'),
    'convert': ('stclip.cli.convert:command', "Convert others' checkpoints."),
    'convert-data': (
        'stclip.cli.convert_data:command',
        'Convert annotations of your own videos.',
    ),
    'visualize': ('stclip.cli.visualize:command', 'Draw where a model looks.'),
    'doctor': ('stclip.cli.doctor:command', 'Look over the installation.'),
}

group = LazyGroup(
    'stclip',
    lazy=COMMANDS,
    no_args_is_help=True,
    help='Zero-shot spatio-temporal action detection.',
    context_settings=dict(help_option_names=['-h', '--help']),
)
click.version_option(stclip.__version__, prog_name='stclip')(group)


def main() -> None:
    """Run ``stclip`` by the command line."""
    run(group, prog_name='stclip')


if __name__ == '__main__':
    main()
