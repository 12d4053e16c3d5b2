"""``stclip benchmark``: tables of accuracy, and speed as ratios."""

import click

from stclip.cli.accuracy import BENCHMARKS, command_of
from stclip.cli.command import LazyGroup

#: Name -> where the command is, and a line of help.
MEASURES = {
    'none_of_these': (
        'stclip.cli.accuracy:none_of_these',
        'Precision and recall of "none of these" on ZS-Stage.',
    ),
    'tiny_clip': (
        'stclip.cli.accuracy:tiny_clip',
        'What the words of the small CLIP are worth.',
    ),
    'zs_stage_pairs': (
        'stclip.cli.accuracy:zs_stage_pairs',
        'What tells the pairs of ZS-Stage apart.',
    ),
    'tracks': (
        'stclip.cli.tracks:command',
        'Ids of persons, and smoothing along tracks, on ZS-Stage.',
    ),
    'complexity': (
        'stclip.cli.accuracy:complexity',
        'Parameters and multiply-adds of every method.',
    ),
    'model': ('stclip.cli.speed:model', 'Speed of ST-CLIP.'),
    'training': (
        'stclip.cli.speed:training',
        'Time and memory of a training step.',
    ),
    'methods': ('stclip.cli.speed:methods', 'Speed of every method.'),
    'box_sources': (
        'stclip.cli.speed:box_sources',
        'Speed of a test with boxes of two sources.',
    ),
    'stdd': ('stclip.cli.speed:stdd', 'Speed of STDD.'),
    'da_sti': ('stclip.cli.speed:da_sti', "Speed of DA-STI's scoring."),
    'frame_map': ('stclip.cli.speed:frame_map', 'Speed of frame mAP.'),
    'long_video': (
        'stclip.cli.speed:long_video',
        'Memory of a long video.',
    ),
    'infer': (
        'stclip.cli.speed:infer',
        'Speed of stclip infer over its parts.',
    ),
    'corpora': (
        'stclip.cli.speed:corpora',
        'Speed of the engines of corpora, and kills.',
    ),
    'exported': (
        'stclip.cli.speed:exported',
        'Speed of exported models.',
    ),
    'exported_accuracy': (
        'stclip.cli.accuracy:exported_accuracy',
        'What half precision and exports cost in frame mAP.',
    ),
    'prompting': (
        'stclip.cli.accuracy:prompting',
        'What context prompting reads off the pictures.',
    ),
    'waiting': (
        'stclip.cli.speed:waiting',
        'Speed of commands beside busy processes.',
    ),
    'data': ('stclip.cli.speed:data', 'Speed of a data worker.'),
}


class _Benchmarks(LazyGroup):
    """Those of accuracy are made by name, those of speed are imported."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order they are given."""
        return [*BENCHMARKS, *super().list_commands(ctx)]

    def get_command(
        self, ctx: click.Context, cmd_name: str
    ) -> click.Command | None:
        """Make or import a benchmark's command."""
        if cmd_name in BENCHMARKS:
            return command_of(cmd_name)
        return super().get_command(ctx, cmd_name)

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """List both kinds."""
        with formatter.section('Accuracy'):
            formatter.write_dl(
                [(name, text) for name, (_, text) in BENCHMARKS.items()]
            )
        with formatter.section('Measures of one kind'):
            formatter.write_dl(
                [(name, text) for name, (_, text) in self.lazy.items()]
            )


group = _Benchmarks(
    'benchmark',
    lazy=MEASURES,
    help='Make a table of accuracy, or measure one thing.',
    context_settings=dict(help_option_names=['-h', '--help']),
)
